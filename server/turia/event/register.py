"""The register: indices over registrations, invitations and letters, for questions that would need a scan. Pure."""

from __future__ import annotations

from collections import Counter

from turia.event.entries import EVENT_MAIL, Value, person_stream
from turia.event.mail import Mail, Template
from turia.event.names import same_address
from turia.event.people import MAY_ENTER, Registration, Status
from turia.event.state import State


class Register:
    """View: all registrations, by person and by address; how many stand where; who waits, in order."""

    def __init__(self) -> None:
        self.everybody: dict[str, Registration] = {}
        self.counts: Counter[Status] = Counter()
        self._by_address: dict[str, str] = {}
        self._waiting: dict[str, int] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        del stream  # only streams of people hold registrations
        if isinstance(old, Registration):
            self.counts[old.status] -= 1
            del self.everybody[key]
            self._waiting.pop(key, None)
            if self._by_address.get(same_address(old.email)) == key:
                del self._by_address[same_address(old.email)]
        if isinstance(new, Registration):
            self.counts[new.status] += 1
            self.everybody[key] = new
            self._by_address[same_address(new.email)] = key
            if new.status is Status.WAITING:
                self._waiting[key] = new.queue

    def by_address(self, address: str) -> str:
        """The person of an address, "" if nobody has it."""
        return self._by_address.get(same_address(address), "")

    def taken(self) -> int:
        """Places that are taken."""
        return sum(self.counts[status] for status in MAY_ENTER)

    def waiting(self) -> list[str]:
        """Who waits, in the order of the list."""
        return sorted(self._waiting, key=lambda person: self._waiting[person])

    def next_queue(self) -> int:
        """The next place on the waiting list."""
        return max(self._waiting.values(), default=0) + 1


class Letters:
    """View: the letters of each person or, where there is none, address."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Mail]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if stream != EVENT_MAIL:
            return
        if isinstance(old, Mail):
            mine = self._of.get(_to(old), {})
            mine.pop(key, None)
            if not mine:
                self._of.pop(_to(old), None)
        if isinstance(new, Mail):
            self._of.setdefault(_to(new), {})[key] = new

    def of(self, person: str) -> dict[str, Mail]:
        """By key; a copy."""
        return dict(self._of.get(person, {}))

    def to_address(self, address: str) -> dict[str, Mail]:
        """Letters that went to an address and no registration, by key; a copy."""
        return dict(self._of.get(same_address(address), {}))


def registration_of(state: State, person: str) -> Registration | None:
    """Somebody's registration."""
    return state.get(person_stream(person), Registration, person) if person else None


def written_since(state: State, person: str, template: Template, since: int) -> bool:
    """Whether such a letter was decided since ``since`` (ms UTC)."""
    for key, letter in state.view(Letters).of(person).items():
        item = state.item(EVENT_MAIL, Mail, key)
        if letter.template is template and item is not None and item.at >= since:
            return True
    return False


def _to(letter: Mail) -> str:
    return letter.person or same_address(letter.address)
