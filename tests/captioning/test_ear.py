"""One voice: sound goes in, lines come out; when it is too much, sound is left out."""

from __future__ import annotations

import threading

from turia.captioning.ear import MOST_WAITING, Ear
from turia.captioning.ports import Heard

FRAME = b"\0\0" * 320


class Words:
    """Recognises one word in each tenth of a second; "stop" ends the line."""

    def __init__(self, words: list[str], begin: threading.Event | None = None) -> None:
        self._words = iter(words)
        self._line: list[str] = []
        self._begin = begin

    def feed(self, pcm: bytes) -> Heard | None:
        assert pcm
        if self._begin is not None:
            self._begin.wait(10)
        word = next(self._words, "")
        if word == "stop":
            return self.finish()
        self._line += [word] if word else []
        return Heard(" ".join(self._line), final=False)

    def finish(self) -> Heard | None:
        text, self._line = " ".join(self._line), []
        return Heard(text, final=True) if text else None


class Plain:
    def decode(self, packet: bytes) -> bytes:
        return FRAME if packet != b"broken" else b""


def listen(words: list[str], packets: int, *, quiet_s: float = 30.0) -> list[tuple[Heard, int, int]]:
    told: list[tuple[Heard, int, int]] = []
    ear = Ear(Plain, lambda: Words(words), lambda *each: told.append(each), quiet_s=quiet_s)
    for number in range(packets):
        ear.put(b"x", 1_000 + 20 * number)
    ear.close()
    ear.join(10)
    return told


def test_text_grows_until_its_line_is_over() -> None:
    told = listen(["good", "morning", "stop", "welcome"], 20)
    assert [(heard.text, heard.final) for heard, _, _ in told] == [
        ("good", False),
        ("good morning", False),
        ("good morning", True),
        ("welcome", False),
        ("welcome", True),
    ]


def test_a_line_knows_when_it_was_said() -> None:
    (_, at, ends), *_, (last, begun, over) = listen(["good", "stop", "next"], 15)
    assert (at, ends) == (1_000, 1_080)
    assert last.final
    assert (begun, over) == (1_200, 1_280)


def test_what_did_not_change_is_not_told_again() -> None:
    assert [heard.text for heard, _, _ in listen(["good", "", "", "stop"], 20)] == ["good", "good"]


def test_a_line_is_over_when_nothing_comes_for_a_while() -> None:
    told: list[Heard] = []
    over = threading.Event()

    def hear(heard: Heard, at: int, ends: int) -> None:
        del at, ends
        told.append(heard)
        if heard.final:
            over.set()

    ear = Ear(Plain, lambda: Words(["good"]), hear, quiet_s=0.01)
    for number in range(5):
        ear.put(b"x", number)
    assert over.wait(10)
    assert told[-1] == Heard("good", final=True)
    ear.close()
    ear.join(10)


def test_sound_that_is_too_much_is_left_out_and_nobody_waits() -> None:
    begin = threading.Event()
    ear = Ear(Plain, lambda: Words(["good"], begin), lambda *_: None)
    for number in range(MOST_WAITING + 100):
        ear.put(b"x", number)
    assert ear.left_out >= 90
    ear.close()
    begin.set()
    ear.join(10)


def test_a_broken_packet_is_silence() -> None:
    told: list[Heard] = []
    ear = Ear(Plain, lambda: Words(["good"]), lambda heard, _at, _ends: told.append(heard))
    ear.put(b"broken", 1)
    ear.close()
    ear.join(10)
    assert told == []
