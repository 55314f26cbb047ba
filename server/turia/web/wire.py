"""Structs of requests and answers, as JSON and as the fields of an address."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from aiohttp import web
from msgspec import inspect as kinds
from multidict import MultiMapping

from turia.errors import Refused
from turia.event.wrong_fields import sentence

T = TypeVar("T")


def decode(body: bytes, wanted: type[T]) -> T:
    """``body`` (JSON) as a struct; raises Refused with what is wrong and where."""
    try:
        return msgspec.json.decode(body, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(error) from None


def from_fields(fields: MultiMapping[str], wanted: type[T]) -> T:
    """``?field=value`` as a struct; lists repeat the field, anything deeper is JSON. Raises Refused."""
    info = kinds.type_info(wanted)
    known = {field.encode_name: field.type for field in info.fields} if isinstance(info, kinds.StructType) else {}
    try:
        given = {name: _value(fields.getall(name), known.get(name)) for name in fields}
        return msgspec.convert(given, wanted, strict=False)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _unreadable(error) from None


def struct_answer(answer: Any, status: int = 200) -> web.Response:
    """A struct as JSON that no cache keeps."""
    return web.Response(
        body=msgspec.json.encode(answer),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _unreadable(error: Exception) -> Refused:
    return Refused("bad_request", f"The request cannot be read: {sentence(error)[:200]}")


def _value(texts: list[str], kind: kinds.Type | None) -> Any:
    kind = _plain(kind)
    if isinstance(kind, kinds.CollectionType | kinds.VarTupleType):
        return [_value([text], kind.item_type) for text in texts]
    if len(texts) != 1:
        raise msgspec.ValidationError("a field was given more than once")
    if isinstance(kind, kinds.StructType | kinds.DictType | kinds.TupleType):
        return msgspec.json.decode(texts[0].encode())
    return texts[0]


def _plain(kind: kinds.Type | None) -> kinds.Type | None:
    """Without what says that it may be missing."""
    while isinstance(kind, kinds.Metadata | kinds.UnionType):
        if isinstance(kind, kinds.Metadata):
            kind = kind.type
        else:
            kind = next((each for each in kind.types if not isinstance(each, kinds.NoneType)), None)
    return kind
