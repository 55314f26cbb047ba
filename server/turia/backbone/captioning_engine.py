"""The recogniser of the settings: loaded only where a model is named, so that nobody else needs it."""

from __future__ import annotations

from pathlib import Path

from turia.captioning.ports import Recognisers
from turia.errors import StartError


def recognisers_of(model: Path) -> Recognisers:
    """Load the model, which may take a minute. Raises StartError with what to do."""
    if not model.is_dir():
        raise StartError(f"captions_model: there is no folder {model}. Unpack a Vosk model there, or leave it out.")
    try:
        from turia.captioning.vosk_engine import load  # only who asks for it needs it
    except ImportError:
        raise StartError("captions_model needs Vosk: install turia[captions], or leave the setting out.") from None
    try:
        return load(model)
    except Exception as error:
        raise StartError(f"captions_model: {model} is no model that Vosk can read ({error}).") from error
