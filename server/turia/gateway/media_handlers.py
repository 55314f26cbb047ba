"""One function per command of :data:`turia.protocol.media.MEDIA_CLIENT_EVENTS`: payload in, answer out, or Refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from turia.errors import ProtocolViolation, Refused
from turia.gateway.house import too_often
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_frames import MEDIA
from turia.gateway.media_interims import Interims
from turia.gateway.media_points import Points
from turia.gateway.media_publishing import Publishing, is_whole
from turia.gateway.media_reports import Reports
from turia.gateway.media_state import MediaState
from turia.gateway.media_voices import Hearing
from turia.gateway.media_watching import Watching
from turia.protocol import codec
from turia.protocol.close_codes import CloseCode
from turia.protocol.media import HEAD_BYTES, MEDIA_EVENT, AskKey, Hear, Interim, Point, Report, Unpublish
from turia.protocol.messages import Done, Payload, Sync, SyncAnswer

_frame: Final = msgspec.msgpack.Decoder(bytes | msgspec.msgpack.Ext)


class Handlers:
    """The commands, on the parts of the plane that do them."""

    def __init__(
        self,
        plane: MediaState,
        publishing: Publishing,
        watching: Watching,
        hearing: Hearing,
        reports: Reports,
        interims: Interims,
        points: Points,
    ) -> None:
        self._plane = plane
        self._publishing = publishing
        self._watching = watching
        self._hearing = hearing
        self._reports = reports
        self._interims = interims
        self._points = points
        self.table: dict[str, Callable[[MediaConnection, Any], Payload]] = {
            "publish": publishing.publish,
            "unpublish": self._unpublish,
            "follow": watching.follow,
            "want": watching.want,
            "hear": self._hear,
            "keyframe": self._keyframe,
            "interim": self._interim,
            "point": self._point,
            "report": self._report,
            "sync": self._sync,
        }

    def frame(self, connection: MediaConnection, data: bytes) -> None:
        """A piece of a frame; raises ProtocolViolation when it has not even a head."""
        if not is_whole(data):
            message = f"A media frame has at least {HEAD_BYTES} bytes, not {len(data)}."
            raise ProtocolViolation("malformed", message, close_code=CloseCode.MALFORMED)
        self._publishing.frame(connection, data)

    def handle(self, connection: MediaConnection, packet: codec.ClientPacket) -> None:
        """Do the command in an EVENT packet of a joined connection and queue its answer. Raises ProtocolViolation."""
        plane = self._plane
        if packet.name == MEDIA_EVENT:
            self.frame(connection, _bytes_of(packet.payload))
            return
        plane.stats.commands += 1
        try:
            answer = self._do(connection, packet)
        except Refused as refused:
            plane.refuse(connection, packet.id, refused)
            return
        except Exception as error:  # a bug of ours must not cost the person more than this command
            plane.log.error("command failed", packet.name, error)
            problem = "Something went wrong in the venue. Try again."
            plane.refuse(connection, packet.id, Refused("internal", problem, retry=True))
            return
        if packet.id is not None:
            connection.answer(packet.id, answer)

    def _do(self, connection: MediaConnection, packet: codec.ClientPacket) -> Payload:
        if not connection.may(packet.name, self._plane.clock.monotonic()):
            raise too_often(packet.name)
        return self.table[packet.name](connection, codec.decode_payload(packet.name, packet.payload, MEDIA))

    # -- those that only have to be answered -----------------------------------------------------
    def _unpublish(self, connection: MediaConnection, asked: Unpublish) -> Done:
        self._publishing.unpublish(connection, asked.track)
        return Done()

    def _hear(self, connection: MediaConnection, asked: Hear) -> Done:
        self._hearing.hear(connection, asked)
        return Done()

    def _keyframe(self, connection: MediaConnection, asked: AskKey) -> Done:
        self._watching.ask_key(connection, asked.track)
        return Done()

    def _interim(self, connection: MediaConnection, text: Interim) -> Done:
        assert connection.person is not None
        self._interims.take(connection.person.id, text)
        return Done()

    def _point(self, connection: MediaConnection, point: Point) -> Done:
        assert connection.person is not None
        self._points.take(connection.person.id, point)
        return Done()

    def _report(self, connection: MediaConnection, told: Report) -> Done:
        self._reports.report(connection, told)
        return Done()

    def _sync(self, _connection: MediaConnection, asked: Sync) -> SyncAnswer:
        server_ms = self._plane.clock.monotonic() * 1_000.0
        return SyncAnswer(t=asked.t, server_ms=server_ms, tick=self._plane.house.tick)


def _bytes_of(raw: msgspec.Raw) -> bytes:
    try:
        value = _frame.decode(raw)
    except msgspec.DecodeError:
        message = "A media frame is one binary argument."
        raise ProtocolViolation("malformed", message, close_code=CloseCode.MALFORMED) from None
    return bytes(value.data if isinstance(value, msgspec.msgpack.Ext) else value)
