"""Nobody takes the name of somebody on the programme or of the staff, nor one that looks like it. Pure.

A namesake is possible, so the very same name (but for case, accents and signs) is held for the staff to look at. A name
that only looks the same, by letters of another script or a digit for a letter, is nobody's name: it is refused.
"""

from __future__ import annotations

from turia.errors import Refused
from turia.event.confusables import fold, look_alike, skeletons
from turia.event.entries import EVENT, Value
from turia.event.grants import Appearances, Grants
from turia.event.people import Registration
from turia.event.programme import Speaker
from turia.event.state import State

_Owner = tuple[str, str]


class KnownNames:
    """View: names of speakers and of registered people, found by what they look like."""

    def __init__(self) -> None:
        self._alike: dict[str, dict[_Owner, str]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        for value, add in ((old, False), (new, True)):
            if isinstance(value, Registration):
                self._index(("person", key), value.name, add)
            elif isinstance(value, Speaker) and stream == EVENT:
                self._index(("speaker", key), value.name, add)

    def alike(self, name: str) -> dict[_Owner, str]:
        """Owners of names that are or look like this one, and how they write them; owners are ("speaker", key) or
        ("person", id)."""
        found: dict[_Owner, str] = {}
        for look in _looks(name):
            found |= self._alike.get(look, {})
        return found

    def _index(self, owner: _Owner, name: str, add: bool) -> None:
        for look in _looks(name):
            owners = self._alike.setdefault(look, {})
            if add:
                owners[owner] = name
            else:
                owners.pop(owner, None)
                if not owners:
                    del self._alike[look]


def check_name(state: State, name: str, person: str = "") -> str:
    """ "" if the name is free for ``person``, "name" if it is that of a speaker or of the staff: hold it. Raises
    Refused (``name_confusable``) for a name that only looks like it."""
    protected = [
        theirs for owner, theirs in state.view(KnownNames).alike(name).items() if _is_protected(state, owner, person)
    ]
    if any(fold(theirs) == fold(name) for theirs in protected):
        return "name"
    if any(look_alike(name, theirs) for theirs in protected):
        raise Refused(
            "name_confusable",
            "This name looks like that of somebody on the programme or of the staff. "
            "Write it with the ordinary letters of one alphabet.",
        )
    return ""


def check_free(state: State, name: str, person: str = "") -> None:
    """The same where nobody can look at it later: namesakes are refused as well (``name_taken``)."""
    if check_name(state, name, person):
        raise Refused(
            "name_taken",
            "Somebody on the programme or of the staff has this name. Add something to yours that tells you apart, "
            "or ask the organisers.",
        )


def _is_protected(state: State, owner: _Owner, person: str) -> bool:
    kind, key = owner
    if kind == "speaker":
        speaker = state.get(EVENT, Speaker, key)
        return speaker is not None and (not person or speaker.person != person)
    return key != person and (bool(state.view(Grants).of(key)) or state.view(Appearances).speaks(key))


def _looks(name: str) -> set[str]:
    return {f"={fold(name)}", *(f"~{look}" for look in skeletons(name))} - {"=", "~"}
