"""/api/docs: the OpenAPI document as a page for people. No scripts, nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

from turia.web.openapi import fields_of

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>HTTP API - Turia</title>
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<a class="skip" href="#content">Go to the content</a>
<header>
<p class="brand"><a href="/">Turia</a></p>
<h1>HTTP API</h1>
<p>What pages do, programs can do, with the same permissions. The same as a file for tools:
<a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
</header>
<div class="columns">
<nav aria-label="Requests">{nav}</nav>
<main id="content" tabindex="-1">
<section aria-labelledby="how">
<h2 id="how">How it works</h2>
<p>Commands change something: <code>POST /api/do/NAME</code> with <code>{{"mid": "...", "body": {{...}}}}</code>.
<code>mid</code> is made by you, 8 to 64 characters, new for each command: if an answer does not arrive, send the same
request again, and it is done once. Queries change nothing: <code>GET /api/ask/NAME?field=value</code>.</p>
<p>A refusal is <code>{{"code": "...", "error": "...", "retry": false}}</code>: <code>code</code> is stable,
<code>error</code> is a sentence for people, and <code>retry</code> says whether the same request may work later.
Nothing was changed then.</p>
<p>You act as whoever the sign-in cookie names. A program takes a token from <code>POST /api/bearer</code> and
sends it as <code>Authorization: Bearer TOKEN</code>; it lives five minutes.</p>
</section>
{sections}
</main>
</div>
</body>
</html>
"""

#: What the areas are called; others are called by their own name.
_AREAS: Final = {"entrance": "Entrance and sign-in", "people": "People", "files": "Files"}


def page(document: Mapping[str, Any]) -> str:
    """The page of an OpenAPI document."""
    areas: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            areas.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    order = sorted(areas, key=lambda area: (area != "entrance", area))
    components = document["components"]["schemas"]
    return _PAGE.format(
        nav="".join(_links(area, areas[area]) for area in order),
        sections="".join(_section(area, areas[area], components) for area in order),
    )


def _title(area: str) -> str:
    return _AREAS.get(area, area.capitalize())


def _links(area: str, operations: Iterable[tuple[str, str, Mapping[str, Any]]]) -> str:
    rows = "".join(
        f'<li><a href="#{escape(operation["operationId"])}">{escape(_short(method, path))}</a></li>'
        for method, path, operation in operations
    )
    return f"<h2>{escape(_title(area))}</h2><ul>{rows}</ul>"


def _short(method: str, path: str) -> str:
    for start in ("/api/do/", "/api/ask/"):
        if path.startswith(start):
            return path.removeprefix(start)
    return f"{method} {path}"


def _section(area: str, operations: Iterable[tuple[str, str, Mapping[str, Any]]], components: Mapping[str, Any]) -> str:
    articles = "".join(_article(*each, components) for each in operations)
    name = f"area-{escape(area)}"
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(_title(area))}</h2>{articles}</section>'


def _article(method: str, path: str, operation: Mapping[str, Any], components: Mapping[str, Any]) -> str:
    name = escape(operation["operationId"])
    needs = operation.get("x-permission", "")
    if needs == "anybody" or (not needs and operation.get("security") == []):
        needs = "Open to anybody."
    else:
        needs = f"Needs the permission <code>{escape(needs)}</code>." if needs else "Needs a sign-in."
    how = f'<span class="method {method.lower()}">{method}</span> <code>{_breakable(path)}</code>'
    parts = [
        f'<article id="{name}"><h3>{how}</h3>',
        *(f"<p>{_ticks(text)}</p>" for text in operation["description"].split("\n\n") if text),
        f'<p class="needs">{needs}</p>',
        _table("Fields", _given(operation, components), components, _about(_body(operation), components)),
        _table("Answer", _answered(operation, components), components, _about(_answer(operation), components)),
        "</article>",
    ]
    return "".join(parts)


def _breakable(path: str) -> str:
    """Long addresses break at their joints on narrow screens."""
    return escape(path).replace("/", "/<wbr>").replace(".", ".<wbr>").replace("_", "_<wbr>")


def _ticks(text: str) -> str:
    """Docstrings mark code with double backquotes."""
    parts = escape(text).split("``")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


Fields = list[tuple[str, dict[str, Any], bool]]


def _given(operation: Mapping[str, Any], components: Mapping[str, Any]) -> Fields:
    fields = [(each["name"], _described(each), each["required"]) for each in operation.get("parameters", ())]
    body = _body(operation)
    return fields if body is None else fields + list(fields_of(body, dict(components)))


def _body(operation: Mapping[str, Any]) -> dict[str, Any] | None:
    """The schema of what is sent; of commands, what is inside ``body``."""
    whole = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    found: dict[str, Any] | None = whole["properties"].get("body") if whole and "properties" in whole else whole
    return found


def _answer(operation: Mapping[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = operation["responses"]["200"]["content"].get("application/json", {}).get("schema")
    return found


def _about(schema: Mapping[str, Any] | None, components: Mapping[str, Any]) -> str:
    """What the struct's docstring says of its fields."""
    whole = components[schema["$ref"].rpartition("/")[2]] if schema and "$ref" in schema else schema
    return str((whole or {}).get("description", ""))


def _described(parameter: Mapping[str, Any]) -> dict[str, Any]:
    return {**parameter["schema"], "description": parameter.get("description", "")}


def _answered(operation: Mapping[str, Any], components: Mapping[str, Any]) -> Fields:
    schema = _answer(operation)
    return list(fields_of(schema, dict(components))) if schema else []


def _table(title: str, fields: Fields, components: Mapping[str, Any], about: str) -> str:
    if not fields:
        return ""
    told = f"<span>{_ticks(about)}</span>" if about else ""
    rows = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{escape(_kind(kind, components))}</td>'
        f"<td>{_note(kind, needed=needed)}</td></tr>"
        for name, kind, needed in fields
    )
    head = '<tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Note</th></tr>'
    return f"<table><caption><b>{title}</b>{told}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _note(kind: Mapping[str, Any], *, needed: bool) -> str:
    text = _ticks(str(kind.get("description", "")))
    if "default" in kind and not isinstance(kind["default"], dict | list):
        text += f" Default: <code>{escape(json.dumps(kind['default'], ensure_ascii=False))}</code>."
    if "maxLength" in kind:
        text += f" At most {kind['maxLength']:,} characters."
    return f"{'Needed. ' if needed else ''}{text}".strip()


def _kind(kind: Mapping[str, Any], components: Mapping[str, Any], depth: int = 0) -> str:
    """A type in words; structs inside structs are spelt out two levels deep."""
    if "$ref" in kind:
        name = str(kind["$ref"]).rpartition("/")[2]
        return _kind(components[name], components, depth) if depth < 2 else name
    if "anyOf" in kind:
        return " or ".join(_kind(each, components, depth) for each in kind["anyOf"])
    if "enum" in kind:
        return "one of: " + ", ".join(str(each) for each in kind["enum"])
    if kind.get("type") == "array":
        return _array(kind, components, depth)
    if kind.get("type") == "object" and kind.get("properties"):
        inside = ", ".join(f"{name}: {_kind(each, components, depth + 1)}" for name, each in kind["properties"].items())
        return f"object {{{inside}}}" if depth < 2 else str(kind.get("title", "object"))
    return _WORDS.get(str(kind.get("type", "anything")), str(kind.get("type", "anything")))


def _array(kind: Mapping[str, Any], components: Mapping[str, Any], depth: int) -> str:
    if "prefixItems" in kind:
        return "[" + ", ".join(_kind(each, components, depth) for each in kind["prefixItems"]) + "]"
    if not kind.get("items"):
        return "list"
    each = _kind(kind["items"], components, depth)
    return f"list of {_MANY.get(each, each)}"


_WORDS: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "nothing",
    "object": "object",
}
_MANY: Final = {"text": "texts", "whole number": "whole numbers", "number": "numbers"}
