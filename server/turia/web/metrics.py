"""/metrics in Prometheus' format, read from the gateway and the connection gate at each scrape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from aiohttp import web
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from turia import __version__
from turia.web.context import Context, context

REGISTRY: web.AppKey[CollectorRegistry] = web.AppKey("registry", CollectorRegistry)
#: Figures of the gateway that go up and down; all others only ever grow.
_GAUGES: Final = frozenset(
    {
        "connections",
        "joined",
        "companions",
        "people",
        "places",
        "tick",
        "overload_level",
        "behind",
        "media_connections",
        "media_viewers",
        "media_tracks",
        "media_voices_heard",
        "media_blocked",
        "media_stretched",
    }
)
#: Figures whose names benches and dashboards rely on.
_NAMES: Final = {"overruns": "turia_tick_overruns", "skipped_ticks": "turia_ticks_skipped"}


class _Figures(Collector):
    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def collect(self) -> Iterable[Metric]:
        """See prometheus_client: everything, now."""
        ctx = self._ctx
        build = GaugeMetricFamily("turia_build", "Version of the server.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        yield GaugeMetricFamily("turia_people", "People inside who are connected.", ctx.population())
        yield GaugeMetricFamily("turia_capacity", "People that may be inside.", ctx.settings.capacity)
        yield GaugeMetricFamily("turia_ready", "1 while people can enter.", float(ctx.ready()))
        yield GaugeMetricFamily("turia_connections", "Open TCP connections.", ctx.gate.open)
        yield CounterMetricFamily("turia_connections_refused", "TCP connections over a cap.", ctx.gate.refused)
        yield GaugeMetricFamily("turia_journal_waiting", "Commands that wait to be done.", ctx.journal.waiting)
        for name, value in msgspec.structs.asdict(ctx.journal.stats).items():
            yield CounterMetricFamily(f"turia_journal_{name}", f"Journal: {name.replace('_', ' ')}.", value)
        for name, value in ctx.figures().items():
            yield _metric(name, value)


def _metric(name: str, value: float) -> Metric:
    media = name.startswith("media_")
    full = f"turia_{name}" if media else _NAMES.get(name, f"turia_gateway_{name}")
    meaning = f"{'Media' if media else 'Gateway'}: {name.removeprefix('media_').replace('_', ' ')}."
    if name in _GAUGES or name.endswith("_p99"):
        return GaugeMetricFamily(full, meaning, value)
    return CounterMetricFamily(full, meaning, value)


def registry(ctx: Context) -> CollectorRegistry:
    """A registry of its own for each application, with the figures of the process."""
    made = CollectorRegistry()
    ProcessCollector(registry=made)
    PlatformCollector(registry=made)
    GCCollector(registry=made)
    made.register(_Figures(ctx))
    return made


async def metrics(request: web.Request) -> web.Response:
    """GET /metrics, for this machine and for addresses in ``metrics_from`` only: figures are not for attendees."""
    if not context(request).may_watch(request):
        raise web.HTTPNotFound
    body = generate_latest(request.app[REGISTRY])
    return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


def routes() -> list[web.RouteDef]:
    """All routes of this file."""
    return [web.get("/metrics", metrics)]
