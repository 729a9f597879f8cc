"""The page that explains the open API, made from the API's own OpenAPI description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comparisons.pages.base import PageMeta, absolute
from comparisons.web.api import PER_MINUTE, api

PATH = "/api/"
EXAMPLES = {
    "/api/v1/models": "?limit=5",
    "/api/v1/benchmarks": "?category=coding",
    "/api/v1/results": "?benchmark=gpqa&limit=20",
    "/api/v1/prices": "?current=true",
    "/api/v1/leaderboard": "?lane=provisional&limit=10",
    "/api/v1/changes": "?limit=20",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation, in words."""

    name: str
    where: str
    kind: str
    note: str


@dataclass(frozen=True)
class Operation:
    """One address of the API; `example` is a path to open, or None where it needs a slug."""

    id: str
    path: str
    summary: str
    note: str
    parameters: tuple[Parameter, ...]
    fields: tuple[Parameter, ...]
    example: str | None


@dataclass(frozen=True)
class ApiDocs:
    """What the template prints."""

    meta: PageMeta
    description: str
    per_minute: int
    groups: tuple[tuple[str, tuple[Operation, ...]], ...]


def load_api_docs() -> ApiDocs:
    """Read the description of the API. No query."""
    schema = api.get_openapi_schema()
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        operation = methods["get"]
        groups.setdefault(operation["tags"][0], []).append(_operation(path, operation, schema))
    text = schema["info"]["description"]
    return ApiDocs(
        meta=PageMeta(title="Open API", description=text, canonical=absolute(PATH)),
        description=text,
        per_minute=PER_MINUTE,
        groups=tuple((name, tuple(found)) for name, found in groups.items()),
    )


def _operation(path: str, operation: Mapping[str, Any], schema: Mapping[str, Any]) -> Operation:
    example = EXAMPLES.get(path)
    return Operation(
        id=operation["operationId"].rpartition("_api_")[2].replace("_", "-"),
        path=path,
        summary=operation["summary"],
        note=operation["description"],
        parameters=tuple(
            Parameter(item["name"], item["in"], kind_of(item["schema"]), item["schema"].get("description", ""))
            for item in operation.get("parameters", ())
        ),
        fields=_fields(operation["responses"][200]["content"]["application/json"]["schema"], schema),
        example=f"{path}{example}" if example else None,
    )


def _fields(answer: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """What one item of the answer holds, with a list's items in place of the list."""
    found = _resolved(answer, schema)
    items = found["properties"].get("items", {})
    if items.get("type") == "array":  # a benchmark has a number of items
        found = _resolved(items["items"], schema)
    return tuple(
        Parameter(name, "", kind_of(field), field.get("description", "")) for name, field in found["properties"].items()
    )


def _resolved(shape: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = shape["$ref"].rpartition("/")[2]
    return schema["components"]["schemas"][name]


def kind_of(shape: Mapping[str, Any]) -> str:
    """The type of a value in words: “text”, “number or null”, “list of text”."""
    if "anyOf" in shape:
        return " or ".join(dict.fromkeys(kind_of(part) for part in shape["anyOf"]))
    if "enum" in shape:
        return ", ".join(map(str, shape["enum"]))
    if "$ref" in shape:
        return "object"
    if shape.get("format") in ("date", "date-time"):
        return {"date": "date", "date-time": "date and time"}[shape["format"]]
    kind = shape.get("type", "anything")
    if kind == "array":
        return f"list of {kind_of(shape.get('items', {}))}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(kind, kind)
