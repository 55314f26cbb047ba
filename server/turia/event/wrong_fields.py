"""What is wrong with the body of a command, in a sentence that names the field. Pure."""

from __future__ import annotations

import re
from typing import Final

_AT: Final = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_WORDS: Final = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "an object with fields",
    "array": "a list",
    "null": "nothing",
    "None": "nothing",
    "bytes": "data",
}
#: (pattern of msgspec's words, ours). ``{field}`` is the field, groups are numbered.
_SENTENCES: Final = [
    (re.compile(r"Object missing required field `(.*)`"), "The field “{within}{0}” is missing."),
    (re.compile(r"Object contains unknown field `(.*)`"), "There is no field “{within}{0}”."),
    (re.compile(r"Expected `str` of length <= (\d+)"), "{field} is too long: at most {0} characters."),
    (re.compile(r"Expected `str` of length >= (\d+)"), "{field} is too short: at least {0} characters."),
    (
        re.compile(r"Expected `str` matching regex .*"),
        "{field} has characters that it cannot have, or is incomplete.",
    ),
    (re.compile(r"Expected `array` of length <= (\d+)"), "{field} has too many items: at most {0}."),
    (re.compile(r"Expected `array` of length >= (\d+)"), "{field} has too few items: at least {0}."),
    (re.compile(r"Expected `(?:int|float)` >= (\S+)"), "{field} is too small: at least {0}."),
    (re.compile(r"Expected `(?:int|float)` <= (\S+)"), "{field} is too large: at most {0}."),
    (re.compile(r"Invalid enum value '(.*)'"), "{field} cannot be “{0}”."),
    (re.compile(r"Invalid enum value (.*)"), "{field} cannot be {0}."),
    (re.compile(r"Expected `([^`]*)`, got `([^`]*)`"), "{field} must be {0}, not {1}."),
]


def sentence(error: Exception) -> str:
    """What msgspec says, for people; what is not known here is said in its words."""
    text = str(error)
    match = _AT.match(text)
    what, path = (match["what"], match["path"] or "") if match else (text, "")
    path = path.removeprefix(".").replace("[...]", "[]")
    field = f"The field “{path}”" if path else "The message"
    for pattern, words in _SENTENCES:
        found = pattern.fullmatch(what)
        if found:
            within = f"{path}." if path else ""
            groups = [_words(group) for group in found.groups()]
            return words.format(*groups, field=field, within=within)
    return f"{field} is not right: {what}."


def _words(kinds: str) -> str:
    return " or ".join(_WORDS.get(kind, kind) for kind in kinds.split(" | "))
