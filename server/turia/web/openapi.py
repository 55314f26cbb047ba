"""OpenAPI 3.1 of the whole HTTP API, made from the structs of commands, queries and the entrance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from turia import __version__
from turia.event.all_commands import COMMANDS, QUERIES
from turia.event.commands import Asked
from turia.event.roles import Permission
from turia.web.endpoints import Endpoint

_REF: Final = "#/components/schemas/{name}"
_NO_SIGN_IN: Final = frozenset({Permission.ANYBODY})

#: What every request may be answered with besides its own answer: status, meaning.
_FAILURES: Final = {
    "400": "The request cannot be read.",
    "401": "Sign in first.",
    "403": "Not allowed: another permission, or another page, is needed.",
    "404": "There is no such thing.",
    "409": "Understood, but not possible as things stand; nothing was changed.",
    "429": "Too many requests.",
    "503": "Not saved; the same request may come again.",
}


class Failure(msgspec.Struct, frozen=True):
    """``code`` is stable, ``error`` a sentence for a person, ``retry``: whether trying again may help."""

    code: str
    error: str
    retry: bool


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The whole document. Commands of the server alone (permission ``nobody``) are left out."""
    endpoints = list(endpoints)
    commands, queries = _public(COMMANDS.values()), _public(QUERIES.values())
    structs = [Failure, *(kind for each in endpoints for kind in (each.body, each.answer) if kind is not None)]
    structs += [kind for each in [*commands, *queries] for kind in (each.payload, each.answer)]
    structs = list(dict.fromkeys(structs))
    refs, components = msgspec.json.schema_components(structs, ref_template=_REF)
    schema = dict(zip(structs, refs, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for each in endpoints:
        paths.setdefault(each.path, {})[each.method.lower()] = _endpoint(each, schema)
    for asked in commands:
        paths[f"/api/do/{asked.name}"] = {"post": _command(asked, schema)}
    for asked in queries:
        paths[f"/api/ask/{asked.name}"] = {"get": _query(asked, schema, components)}
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Turia",
            "version": __version__,
            "description": "What pages do, programs can do, with the same permissions.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"cookie": []}, {"bearer": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "cookie": {"type": "apiKey", "in": "cookie", "name": "turia_session"},
                "bearer": {"type": "http", "scheme": "bearer", "description": "From POST /api/bearer; five minutes."},
            },
        },
    }


def _public(asked: Iterable[Asked]) -> list[Asked]:
    return [each for each in asked if each.permission is not Permission.NOBODY]


def _operation(name: str, tag: str, text: str, answer: dict[str, Any], *, signed_in: bool) -> dict[str, Any]:
    failure = {"application/json": {"schema": {"$ref": _REF.format(name="Failure")}}}
    return {
        "operationId": name,
        "tags": [tag],
        "summary": _summary(text) or name,
        "description": text,
        **({} if signed_in else {"security": []}),
        "responses": {
            "200": {"description": "Done.", "content": answer},
            **{status: {"description": text, "content": failure} for status, text in _FAILURES.items()},
        },
    }


def _summary(text: str) -> str:
    """The first sentence, in one line."""
    return re.split(r"(?<=[.:])\s", " ".join(text.split()), maxsplit=1)[0]


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _endpoint(each: Endpoint, schema: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    answer = _json(schema[each.answer]) if each.answer is not None else {each.answers_with: {}}
    made = _operation(each.name, each.tag, each.text, answer, signed_in=each.signed_in)
    parameters = [_parameter(name, {"type": "string"}, "path", text) for name, text in each.in_path]
    parameters += [_parameter(name, {"type": "string"}, "query", text, needed=False) for name, text in each.in_query]
    if parameters:
        made["parameters"] = parameters
    if each.body is not None:
        made["requestBody"] = {"required": True, "content": _json(schema[each.body])}
    elif each.takes:
        made["requestBody"] = {"required": True, "content": {kind: {} for kind in each.takes}}
    return made


def _command(asked: Asked, schema: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    made = _operation(asked.name, _tag(asked), asked.text, _json(schema[asked.answer]), signed_in=_signed_in(asked))
    made["x-permission"] = str(asked.permission)
    mid = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "minLength": 8, "maxLength": 64}
    mid["description"] = (
        "Made by you, new for each command; the same again gets the same answer and has no second effect."
    )
    order = {"type": "object", "required": ["mid"], "properties": {"mid": mid, "body": schema[asked.payload]}}
    made["requestBody"] = {"required": True, "content": _json({**order, "additionalProperties": False})}
    return made


def _query(asked: Asked, schema: dict[Any, dict[str, Any]], components: dict[str, Any]) -> dict[str, Any]:
    made = _operation(asked.name, _tag(asked), asked.text, _json(schema[asked.answer]), signed_in=_signed_in(asked))
    made["x-permission"] = str(asked.permission)
    fields = fields_of(schema[asked.payload], components)
    if fields:
        made["parameters"] = [
            _parameter(name, kind, "query", str(kind.get("description", "")), needed=needed)
            for name, kind, needed in fields
        ]
    return made


def _parameter(name: str, kind: dict[str, Any], where: str, text: str, *, needed: bool = True) -> dict[str, Any]:
    made = {"name": name, "in": where, "required": needed, "schema": kind}
    return {**made, "description": text} if text else made


def _tag(asked: Asked) -> str:
    return asked.name.partition(".")[0]


def _signed_in(asked: Asked) -> bool:
    return asked.permission not in _NO_SIGN_IN


def fields_of(schema: dict[str, Any], components: dict[str, Any]) -> Sequence[tuple[str, dict[str, Any], bool]]:
    """Fields of an object's schema as (name, schema, whether it is needed)."""
    whole = components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    needed = set(whole.get("required", ()))
    return [(name, kind, name in needed) for name, kind in whole.get("properties", {}).items()]
