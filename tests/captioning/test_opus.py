"""Opus becomes 16 kHz of one channel; what is broken becomes nothing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import numpy as np

from turia.captioning.opus import OpusDecoder
from turia.captioning.ports import RATE


def tone(seconds: float = 1.0, pitch: float = 440.0) -> list[bytes]:
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    encoder.time_base = Fraction(1, 48_000)
    wave = (np.sin(np.arange(int(48_000 * seconds)) / 48_000 * 2 * np.pi * pitch) * 8_000).astype(np.int16)
    packets: list[bytes] = []
    for at in range(0, len(wave), 960):
        frame = av.AudioFrame.from_ndarray(wave[at : at + 960].reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, at
        packets += [bytes(each) for each in encoder.encode(frame)]
    return packets


def test_a_tone_keeps_its_pitch_and_length() -> None:
    decoder = OpusDecoder()
    sound = np.frombuffer(b"".join(decoder.decode(each) for each in tone()), np.int16)
    assert 0.95 * RATE < len(sound) <= RATE
    middle = sound[RATE // 4 : RATE // 2].astype(float)
    pitch = np.argmax(np.abs(np.fft.rfft(middle))) * RATE / len(middle)
    assert abs(pitch - 440) < 10
    assert np.abs(middle).max() > 4_000


def test_broken_packets_are_nothing_and_the_next_ones_are_heard() -> None:
    decoder = OpusDecoder()
    assert decoder.decode(b"") == decoder.decode(b"\xff\xff\xff\xff\xff") == b""
    assert sum(len(decoder.decode(each)) for each in tone(0.2)) > 0
