"""Vosk, the recogniser that runs without any service. The only file that knows it; install ``turia[captions]``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import vosk

from turia.captioning.ports import RATE, Heard, Recogniser, Recognisers


class VoskRecogniser:
    """See :class:`turia.captioning.ports.Recogniser`."""

    def __init__(self, model: Any) -> None:
        self._engine: Any = vosk.KaldiRecognizer(model, RATE)

    def feed(self, pcm: bytes) -> Heard | None:
        """See Recogniser."""
        if self._engine.AcceptWaveform(pcm):
            return _line(self._engine.Result())
        return Heard(str(json.loads(self._engine.PartialResult()).get("partial", "")), final=False)

    def finish(self) -> Heard | None:
        """See Recogniser."""
        return _line(self._engine.FinalResult())


def load(model: Path) -> Recognisers:
    """Read a model's folder once, which may take a minute; each call makes a recogniser for one voice."""
    vosk.SetLogLevel(-1)
    loaded = vosk.Model(str(model))

    def make() -> Recogniser:
        return VoskRecogniser(loaded)

    return make


def _line(result: str) -> Heard | None:
    text = str(json.loads(result).get("text", ""))
    return Heard(text, final=True) if text else None
