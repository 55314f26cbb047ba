"""What people may write: text from outside becomes clean text, or a sentence saying why not. Pure.

Every script, right-to-left and emoji are fine. What goes is what lets one name imitate or break another: control and
direction-override characters, invisible letters, and towers of combining marks. Markup is text like any other: it is
kept as written, and whoever shows it shows it as text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from turia.errors import Refused
from turia.event.quoting import quoted
from turia.protocol import limits

#: Joiners hold emoji families and Persian words together; all other format characters go (bidi overrides, tags, ...).
_JOINERS: Final = frozenset("\u200c\u200d")
#: Letters and symbols that are drawn as nothing.
_INVISIBLE: Final = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0")
#: Combining marks in a row that some script really uses; more are a tower over other people's names.
_MAX_MARKS: Final = 4
#: Longer text is refused before any work is done on it.
_MAX_RAW_CHARS: Final = 2_048
_MAX_ADDRESS_CHARS: Final = 254
#: Before the @: letters of any script, digits and signs that need no quoting. No dot at its ends.
_LOCAL: Final = re.compile(r"(?!\.)[^\s@<>()\[\],;:\\\"]{1,64}(?<!\.)")
_HOST: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])")


def clean_line(raw: str) -> str:
    """``raw`` (at most a few kB) as one line: NFC, white space collapsed, nothing invisible."""
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", raw):
        category = unicodedata.category(char)
        if category.startswith("Z") or char in "\t\n\r\v\f\x85":
            kept.append(" ")
            marks = 0
        elif category.startswith("M"):
            marks += 1
            if marks <= _MAX_MARKS and char not in _INVISIBLE:
                kept.append(char)
        elif char in _JOINERS or not (category.startswith("C") or char in _INVISIBLE):
            kept.append(char)
            marks = 0
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def clean_text(raw: str) -> str:
    """Several lines, each as :func:`clean_line` makes them; at most one empty line in a row."""
    lines: list[str] = []
    for line in raw.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        clean = clean_line(line)
        if clean or (lines and lines[-1]):
            lines.append(" " * min(indent, 8) + clean if clean else "")
    return "\n".join(lines).strip("\n")


def line(raw: str, what: str, most: int) -> str:
    """One line, cleaned, maybe empty; ``what`` it is stands in the sentence of the refusal (``<what>_too_long``)."""
    text = _limited(raw, what, most)
    return text if _visible(text) else ""


def text(raw: str, what: str, most: int) -> str:
    """Several lines, cleaned, maybe empty; raises Refused (``<what>_too_long``)."""
    if len(raw) > 2 * most:
        raise _too_long(what, len(raw), most)
    clean = clean_text(raw)
    if len(clean) > most:
        raise _too_long(what, len(clean), most)
    return clean


def address(raw: str) -> str:
    """An e-mail address: its domain in lower case; raises Refused (``address_bad``) with what to write."""
    text = unicodedata.normalize("NFC", raw.strip())
    local, _, domain = text.rpartition("@")
    if len(text) > _MAX_ADDRESS_CHARS or not _LOCAL.fullmatch(local) or not _printable(local) or ".." in local:
        raise _bad_address(text)
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _bad_address(text) from None
    if not _HOST.fullmatch(host):
        raise _bad_address(text)
    return f"{local}@{host}"


def same_address(address: str) -> str:
    """What two spellings of one address have in common: mail servers that tell capitals apart are not worth one
    person with two registrations."""
    return address.casefold()


def person_name(raw: str) -> str:
    """A name, cleaned; raises Refused (``name_empty``, ``name_too_long``) with a sentence."""
    name = _limited(raw, "name", limits.MAX_NAME_CHARS)
    if not _visible(name):
        raise Refused("name_empty", "Please give a name: it is shown above your head.")
    return name


def affiliation(raw: str) -> str:
    """An affiliation, cleaned, maybe empty; raises Refused (``affiliation_too_long``)."""
    text = _limited(raw, "affiliation", limits.MAX_AFFILIATION_CHARS)
    return text if _visible(text) else ""


def _limited(raw: str, what: str, most: int) -> str:
    text = clean_line(raw) if len(raw) <= _MAX_RAW_CHARS else raw
    if len(text) > most:
        raise _too_long(what, len(text), most)
    return text


def _too_long(what: str, chars: int, most: int) -> Refused:
    return Refused(
        f"{what.replace(' ', '_')}_too_long",
        f"This {what} has {chars:,} characters. Please shorten it to {most:,} or fewer.",
    )


def _bad_address(text: str) -> Refused:
    return Refused("address_bad", f"{quoted(text[:60])} is no e-mail address. Write one like name@example.org.")


def _printable(text: str) -> bool:
    return all(not unicodedata.category(char).startswith(("C", "Z")) and char not in _INVISIBLE for char in text)


def _visible(text: str) -> bool:
    """Whether at least one character is a letter, number, sign or symbol of its own."""
    return any(unicodedata.category(char)[0] in "LNPS" for char in text)


def unaccented(text: str) -> str:
    """Small letters without accents, for comparing and searching: "jose" finds José."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))
