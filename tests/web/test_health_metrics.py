"""/healthz, /readyz and /metrics."""

from __future__ import annotations

from typing import Any

from turia import __version__
from turia.gateway.media_stats import MediaStats
from turia.gateway.stats import GatewayStats
from turia.testing.entrance import Entrance


async def test_health_is_the_loop_and_readiness_is_the_gateway(visit: Any) -> None:
    entrance = Entrance(ready=False)
    client = await visit(entrance)
    assert (await client.get("/healthz")).status == 200
    assert (await client.get("/readyz")).status == 503
    entrance.ready = True
    assert (await client.get("/readyz")).status == 200
    entrance.ready = False
    assert (await client.get("/readyz")).status == 503


async def test_metrics_hold_the_figures_of_the_gateway(visit: Any) -> None:
    stats = GatewayStats(overruns=4, connections=7, poses=123)
    stats.closed["SLOW_CONSUMER"] += 2
    stats.tick_seconds.observe(0.004)
    client = await visit(Entrance(figures=stats.figures(), people=17))
    answer = await client.get("/metrics")
    lines = (await answer.text()).splitlines()
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for line in (
        "turia_people 17.0",
        "turia_capacity 2000.0",
        "turia_ready 1.0",
        "turia_tick_overruns_total 4.0",
        "turia_gateway_connections 7.0",
        "turia_gateway_poses_total 123.0",
        "turia_gateway_closed_slow_consumer_total 2.0",
        f'turia_build{{version="{__version__}"}} 1.0',
    ):
        assert line in lines
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)


async def test_metrics_are_read_anew_each_time(visit: Any) -> None:
    entrance = Entrance(people=1)
    client = await visit(entrance)
    assert "turia_people 1.0" in await (await client.get("/metrics")).text()
    entrance.people = 2
    assert "turia_people 2.0" in await (await client.get("/metrics")).text()


async def test_metrics_are_not_for_attendees(visit: Any) -> None:
    listed = await visit(Entrance({"trusted_proxies": ("127.0.0.1",), "metrics_from": ("203.0.113.0/24",)}))
    assert (await listed.get("/metrics")).status == 200
    assert (await listed.get("/metrics", headers={"X-Forwarded-For": "198.51.100.1"})).status == 404
    assert (await listed.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})).status == 200
    unlisted = await visit(Entrance())
    assert (await unlisted.get("/metrics", headers={"X-Forwarded-For": "198.51.100.1"})).status == 404


async def test_metrics_hold_the_figures_of_the_media_plane_under_its_own_name(visit: Any) -> None:
    stats = MediaStats(viewers=12, bytes_out=5_000)
    stats.left_out["layers"] = 3
    stats.flush_seconds.observe(0.004)
    figures = {f"media_{name}": value for name, value in stats.figures().items()}
    client = await visit(Entrance(figures=figures))
    lines = (await (await client.get("/metrics")).text()).splitlines()
    for line in (
        "turia_media_viewers 12.0",
        "turia_media_bytes_out_total 5000.0",
        "turia_media_left_out_layers_total 3.0",
        "turia_media_flush_seconds_p99 0.005",
        "# TYPE turia_media_viewers gauge",
    ):
        assert line in lines
