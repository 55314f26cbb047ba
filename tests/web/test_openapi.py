"""The OpenAPI document says what the server does: nothing is missing, every reference leads somewhere, schemas hold."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from turia.event.all_commands import COMMANDS, QUERIES
from turia.event.roles import Permission
from turia.testing.entrance import Entrance
from turia.web import docs_page, openapi
from turia.web.site import ENDPOINTS

METHODS = {"get", "post", "put", "delete", "patch", "head", "options", "trace"}
#: Keywords of JSON Schema 2020-12 that may stand in ours.
KEYWORDS = {
    "$ref", "title", "description", "type", "properties", "required", "additionalProperties", "default", "enum",
    "items", "prefixItems", "minItems", "maxItems", "anyOf",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "minLength", "maxLength", "pattern", "format", "contentEncoding", "propertyNames", "maxProperties", "minProperties",
    "const", "multipleOf", "discriminator", "oneOf", "allOf",
}  # fmt: skip
TYPES = {"string", "integer", "number", "boolean", "null", "object", "array"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made = openapi.document(ENDPOINTS)
    again: dict[str, Any] = json.loads(msgspec.json.encode(made))
    return again


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, each) for path, item in document["paths"].items() for method, each in item.items()]


def test_it_is_openapi_of_the_right_form(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert set(document) <= {
        "openapi", "jsonSchemaDialect", "info", "servers", "security", "paths", "components", "tags",
    }  # fmt: skip
    assert {"title", "version"} <= set(document["info"])
    for path, method, each in operations(document):
        assert path.startswith("/")
        assert method in METHODS
        assert set(each) <= {
            "operationId", "tags", "summary", "description", "security", "responses", "parameters", "requestBody",
            "x-permission",
        }, path  # fmt: skip
        assert each["description"], path
        assert "200" in each["responses"]
        for response in each["responses"].values():
            assert response["description"]
    schemes = set(document["components"]["securitySchemes"])
    assert all(set(each) <= schemes for each in document["security"])


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [each["operationId"] for _, _, each in operations(document)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-zA-Z0-9_.]+", name) for name in names)


def test_every_command_and_query_is_in_it_with_its_permission_but_those_of_the_server(document: dict[str, Any]) -> None:
    for table, path, method in ((COMMANDS, "do", "post"), (QUERIES, "ask", "get")):
        for name, asked in table.items():
            found = document["paths"].get(f"/api/{path}/{name}")
            if asked.permission is Permission.NOBODY:
                assert found is None, name
            else:
                assert found[method]["x-permission"] == asked.permission, name


def test_every_route_of_the_site_is_in_it(document: dict[str, Any]) -> None:
    """Else an endpoint would be there that nobody is told of."""
    site = Entrance().application()
    generic = {"/api/do/{name}", "/api/ask/{name}", "/api/openapi.json", "/api/docs", "/api/docs.css"}
    for route in site.router.routes():
        path = route.resource.canonical if route.resource is not None else ""
        if path.startswith("/api/") and path not in generic and route.method != "HEAD":
            assert route.method.lower() in document["paths"].get(path, {}), f"{route.method} {path}"


def test_path_fields_are_declared(document: dict[str, Any]) -> None:
    for path, _, each in operations(document):
        declared = {field["name"] for field in each.get("parameters", []) if field["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path)), path
        for field in each.get("parameters", []):
            assert field["in"] in {"path", "query"}
            assert field["required"] or field["in"] == "query"
            check_schema(document, field["schema"], path)


def test_every_schema_is_one(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        check_schema(document, schema, name)
    for path, _, each in operations(document):
        bodies = [each.get("requestBody", {}), *each["responses"].values()]
        for body in bodies:
            for kind, content in body.get("content", {}).items():
                assert "/" in kind
                if "schema" in content:
                    check_schema(document, content["schema"], path)


def check_schema(document: dict[str, Any], schema: Any, where: str) -> None:
    """A JSON Schema of 2020-12, as far as ours go; references lead to components."""
    assert isinstance(schema, dict), where
    assert set(schema) <= KEYWORDS, f"{where}: {set(schema) - KEYWORDS}"
    if "$ref" in schema:
        head, _, name = schema["$ref"].rpartition("/")
        assert head == "#/components/schemas"
        assert name in document["components"]["schemas"], f"{where} -> {name}"
    if "type" in schema:
        assert schema["type"] in TYPES
    if "pattern" in schema:
        re.compile(schema["pattern"])
    assert set(schema.get("required", [])) <= set(schema.get("properties", {}))
    inside = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *schema.get("prefixItems", [])]
    inside += [schema[name] for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict)]
    for each in inside:
        check_schema(document, each, where)


# -- the page --------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a page links to, loads and has ids for."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if tag not in {"meta", "link", "br", "wbr"}:
            self.open.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given["href"]))
        if tag in {"link", "script", "img", "iframe"}:
            self.loads.append(str(given.get("href") or given.get("src")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_shows_every_operation_and_loads_nothing_but_its_style(document: dict[str, Any]) -> None:
    page = Page()
    page.feed(docs_page.page(document))
    assert page.open == []
    assert page.loads == ["/api/docs.css"]
    assert not page.tags & {"script", "img", "iframe", "style", "form"}
    assert len(set(page.ids)) == len(page.ids)
    assert {each["operationId"] for _, _, each in operations(document)} <= set(page.ids)
    assert all(link[1:] in page.ids for link in page.links if link.startswith("#"))


def test_t18_what_docstrings_say_is_text(document: dict[str, Any]) -> None:
    nasty = json.loads(json.dumps(document))
    nasty["paths"]["/api/me"]["get"]["description"] = "<script>alert(1)</script>"
    text = docs_page.page(nasty)
    assert "<script" not in text
    assert "&lt;script&gt;" in text


async def test_both_are_served_compressed_and_checked(visit: Any) -> None:
    client = await visit(Entrance())
    answer = await client.get("/api/openapi.json")
    assert answer.content_type == "application/json"
    assert (await answer.json())["openapi"] == "3.1.0"
    page = await client.get("/api/docs")
    assert page.content_type == "text/html"
    assert page.headers["Content-Encoding"] == "gzip"
    again = await client.get("/api/docs", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status == 304
    style = await client.get("/api/docs.css")
    assert style.content_type == "text/css"
