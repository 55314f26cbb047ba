"""What somebody wrote, within a sentence for people."""

from __future__ import annotations


def quoted(text: str) -> str:
    """``text`` in typographic quotes; what cannot be printed (line ends, controls, direction marks) as an escape."""
    return f"“{''.join(each if each.isprintable() else _escaped(each) for each in text)}”"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
