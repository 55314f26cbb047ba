"""What the generators read of the protocol: its structs in order, and the comments beside the code. Pure."""

from __future__ import annotations

import ast
import inspect
import re
from types import ModuleType

import msgspec
from msgspec import inspect as types

from turia.protocol import media, messages

#: reStructuredText roles, which nobody outside Python reads.
_ROLE = re.compile(r":[a-z]+:`([^`]*)`")
#: Structs of ``messages`` that never travel.
_INTERNAL = (messages.Payload, messages.ClientEvent)


def structs(module: ModuleType = messages) -> list[type[msgspec.Struct]]:
    """Every struct of the wire that a module defines, in order of definition."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, msgspec.Struct)
        and value.__module__ == module.__name__
        and value not in _INTERNAL
    ]


def is_tuple(struct: type[msgspec.Struct]) -> bool:
    """Whether it travels as an array of its fields."""
    return struct.__struct_config__.array_like


def sent_by_client() -> set[type[msgspec.Struct]]:
    """Structs of which a client may leave out the fields that have a default."""
    events = [*messages.CLIENT_EVENTS.values(), *media.MEDIA_CLIENT_EVENTS.values()]
    return {messages.Auth, media.TrackReport, *(event.payload for event in events)}


def fields(struct: type[msgspec.Struct]) -> tuple[types.Field, ...]:
    """The fields as msgspec sees them."""
    found = types.type_info(struct)
    assert isinstance(found, types.StructType)
    return found.fields


def doc(thing: type | ModuleType) -> str:
    """Docstring without indentation."""
    return _ROLE.sub(r"`\1`", inspect.cleandoc(thing.__doc__ or ""))


def choices(pattern: str | None) -> list[str] | None:
    """The words of a pattern ``^(a|b|c)$``, None for any other pattern."""
    if pattern is None or not (pattern.startswith("^(") and pattern.endswith(")$")):
        return None
    words = pattern[2:-2].split("|")
    return words if all(word.isidentifier() for word in words) else None


def constants(module: ModuleType) -> dict[str, int | float | str | tuple[str, ...]]:
    """Upper-case constants of a module in order: numbers, strings and tuples of strings."""
    return {
        name: value
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, int | float | str | tuple)
    }


def notes() -> dict[str, str]:
    """Comments of all structs of the wire."""
    return comments(messages) | comments(media)


def comments(module: ModuleType) -> dict[str, str]:
    """``#:`` comments that stand directly above a name, by that name (``Class.field`` inside a class)."""
    source = inspect.getsource(module)
    lines = source.splitlines()
    found: dict[str, str] = {}
    for prefix, node in _assignments(ast.parse(source)):
        above: list[str] = []
        row = node.lineno - 2
        while row >= 0 and lines[row].strip().startswith("#:"):
            above.insert(0, lines[row].strip()[2:].strip())
            row -= 1
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        if above and isinstance(target, ast.Name):
            found[prefix + target.id] = " ".join(above)
    return found


def _assignments(tree: ast.Module) -> list[tuple[str, ast.AnnAssign | ast.Assign]]:
    found: list[tuple[str, ast.AnnAssign | ast.Assign]] = []
    for node in tree.body:
        if isinstance(node, ast.AnnAssign | ast.Assign):
            found.append(("", node))
        elif isinstance(node, ast.ClassDef):
            found += [(node.name + ".", inner) for inner in node.body if isinstance(inner, ast.AnnAssign | ast.Assign)]
    return found
