"""What people read has typographic quotes and apostrophes, whichever part of the server says it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_TURIA = Path(__file__).resolve().parents[1] / "server" / "turia"
#: Parts whose sentences reach people; policies of headers, cells of tables and what developers read are not meant.
_SPEAKING = ("event", "programme", "web")
_FOR_DEVELOPERS = re.compile(r"(generate_\w+|entries|commands|guards|listening|people_csv|write_table)\.py")
_FILES = sorted(
    path for part in _SPEAKING for path in (_TURIA / part).rglob("*.py") if not _FOR_DEVELOPERS.fullmatch(path.name)
)
#: An apostrophe within a word or after a plural, or something quoted, which a template may name.
_STRAIGHT = re.compile(r"[A-Za-z]'[a-z]|[a-z]s' [a-z]|(?:^|[ (])'[\w{][^']*'(?=[ .,:)]|$)")


def _prose(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Strings with blanks in them that are neither docstrings nor markup, and every f-string."""
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            if " " in node.value and "<" not in node.value and "\\" not in node.value:
                yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(map(_shown, node.values))


def _shown(part: ast.expr) -> str:
    """A part of an f-string as a reader sees it: any value is a word, and ``!r`` puts it in quotes."""
    if isinstance(part, ast.FormattedValue):
        return "'value'" if part.conversion == ord("r") else "value"
    assert isinstance(part, ast.Constant)
    return str(part.value)


def straight(source: str) -> list[str]:
    """Line and text of each sentence with a straight quote or apostrophe."""
    return [f"{line}: {text}" for line, text in _prose(ast.parse(source)) if _STRAIGHT.search(text)]


@pytest.mark.parametrize("path", _FILES, ids=lambda path: str(path.relative_to(_TURIA)))
def test_sentences_for_people_have_typographic_quotes(path: Path) -> None:
    assert straight(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        """raise Refused("no", "This is somebody else's.")""",
        """raise Refused("no", f"{name!r} is no country.")""",
        """raise Refused("no", "There is no 'plenary' here.")""",
        """raise Refused("no", f"'{title}' is over.")""",
        """raise Refused("no", "There is no field '{0}'.")""",
        """TEXTS = {1: "The speakers' slides"}""",
    ],
)
def test_a_straight_one_is_found(source: str) -> None:
    assert len(straight(source)) == 1


def test_what_is_no_sentence_is_left_alone() -> None:
    assert straight('"""It\'s a docstring."""\nPAGE = "<p class=\'x\'>"\nKEY = "a\'b"\nraise E("It’s “so”.")') == []
