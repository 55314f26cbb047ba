"""What the request handlers share: built once by the composition root, found in the request by :func:`context`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from turia.backbone.access import Access
from turia.backbone.drawing import Drawing
from turia.backbone.journal import Journal
from turia.backbone.recording import Recorder
from turia.clock import Clock
from turia.media.health import Monitor
from turia.protocol.media import Interim
from turia.settings import Settings
from turia.web.addresses import Proxies, is_local, peer_of
from turia.web.assets import Asset
from turia.web.auth import Passes, new_id
from turia.web.connections import Gate
from turia.web.feeds import Feeds
from turia.web.identity import Identity
from turia.web.rates import Rates
from turia.web.reception import Reception
from turia.web.sign_ins import SignIns

#: Calls of one person a minute, and at once: far more than anybody presses, far less than a program could.
PERSON_PER_MINUTE: Final = 300
#: Calls of one address that only read: a whole office may sit behind it.
READS_PER_MINUTE: Final = 6_000


@dataclass(frozen=True, slots=True)
class VenueFiles:
    """The bundle as the web serves it: its id, titles, and the files by name."""

    id: str
    title: str
    subtitle: str
    files: Mapping[str, Asset]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything a handler needs. ``settings.allowed_origins`` is the whole, explicit list here."""

    settings: Settings
    clock: Clock
    journal: Journal
    reception: Reception
    venue: VenueFiles
    #: Slides: their files, and what draws them.
    drawing: Drawing
    #: Recordings: their files, and how far those are that are being made.
    recorder: Recorder
    #: The built client by URL path; None when it was not built.
    client: Mapping[str, Asset] | None
    proxies: Proxies
    #: Calls of one address that change something, and that only read; and all calls of one person.
    rates: Rates
    read_rates: Rates = field(default_factory=lambda: Rates(READS_PER_MINUTE))
    person_rates: Rates = field(default_factory=lambda: Rates(PERSON_PER_MINUTE))
    #: Commands of one address by people who are not signed in: each may write a letter to somebody.
    stranger_rates: Rates = field(default_factory=lambda: Rates(30, burst=60))
    #: Tries to sign in: of one address, and of codes for one person.
    sign_in_rates: Rates = field(default_factory=lambda: Rates(120))
    code_rates: Rates = field(default_factory=lambda: Rates(1, burst=10))
    #: What a recogniser hears: of one person.
    caption_rates: Rates = field(default_factory=lambda: Rates(1_200, burst=60))
    gate: Gate
    #: People inside now.
    population: Callable[[], int]
    #: Whether the gateway runs and takes people.
    ready: Callable[[], bool]
    #: Figures of the gateway by name, for /metrics.
    figures: Callable[[], Mapping[str, float]]
    #: The programme's room that somebody stands in; "" outside of rooms.
    stands_in: Callable[[str], str]
    #: Shows captions that a recogniser is not sure of yet: his person, the text. Raises Refused.
    interim: Callable[[str, Interim], None]
    #: How sound and pictures get on, for the staff.
    monitor: Monitor
    #: What becomes of letters: ``smtp``, or ``folder`` where they are kept in the data folder.
    mail: str = "folder"
    new_person_id: Callable[[], str] = field(default=new_id)

    @property
    def passes(self) -> Passes:
        """Tokens."""
        return self.reception.passes

    @property
    def sign_ins(self) -> SignIns:
        """Browsers that are signed in."""
        return self.reception.sign_ins

    @property
    def access(self) -> Access:
        """Links and codes."""
        return self.reception.access

    @property
    def feeds(self) -> Feeds:
        """Secret addresses of personal calendars."""
        return self.reception.feeds

    @property
    def identity(self) -> Identity:
        """Who somebody is."""
        return self.reception.identity

    def address(self, request: web.BaseRequest) -> str:
        """Address of whoever asked, seen through listed proxies."""
        return self.proxies.client_address(peer_of(request), request.headers)

    def local(self, request: web.BaseRequest) -> bool:
        """Whether the caller is this machine itself, and not a proxy on it that is not listed."""
        forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
        address = self.address(request)
        return is_local(address) and not (forwarded and address == peer_of(request))

    def may_watch(self, request: web.BaseRequest) -> bool:
        """Whether the caller may read /metrics."""
        return self.local(request) or Proxies(self.settings.metrics_from).holds(self.address(request))


CONTEXT: web.AppKey[Context] = web.AppKey("context", Context)


def context(request: web.Request) -> Context:
    """The context of the application that serves ``request``."""
    return request.app[CONTEXT]


def json_answer(data: Any, status: int = 200) -> web.Response:
    """JSON that no cache keeps."""
    return web.json_response(data, status=status, headers={"Cache-Control": "no-store"})
