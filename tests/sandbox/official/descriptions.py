"""GitHub's own descriptions of its API, and whether an answer or a webhook obeys them.

The files are fetched by `.ci/fetch-official`; `missing()` says whether they are there.
"""

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

OFFICIAL = Path(__file__).resolve().parents[3] / ".official"
REST = OFFICIAL / "octokit-openapi" / "generated" / "api.github.com.json"
WEBHOOKS = OFFICIAL / "octokit-openapi-webhooks" / "generated" / "api.github.com.json"
GRAPHQL = OFFICIAL / "octokit-graphql-schema" / "schema.graphql"
EXAMPLES = OFFICIAL / "octokit-webhooks-examples" / "api.github.com" / "index.json"
REASON = "official GitHub descriptions are not fetched (run .ci/fetch-official)"

# Where GitHub's own answers differ from its descriptions: the end of the place, and why.
KNOWN = {
    r"\d+/account": "the list of installations describes a user that is an enterprise at the same time",
    r"labels/\d+/description": "null for a label without one, as the description of a label says",
    r"head/repo": "null once the fork is deleted, as the GraphQL schema says",
    r"check_suite/app/events/\d+": "the list for check_suite.rerequested lacks merge_group",
}
DEPARTURES = re.compile(f"(.*/)?({'|'.join(KNOWN)})")


def missing() -> bool:
    """Tell whether any of the files is not there."""
    return not all(path.exists() for path in (REST, WEBHOOKS, GRAPHQL, EXAMPLES))


formats = FormatChecker(formats=())


@formats.checks("date-time")
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or bool(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", value)
    )


@formats.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(re.match(r"[a-z]+:", value)) or value == ""


def _modern(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """Turn OpenAPI 3.0's `nullable` into JSON Schema's null type, everywhere in a tree."""
    if isinstance(schema, list):
        return [_modern(row) for row in schema]
    if not isinstance(schema, dict):
        return schema
    new = {name: _modern(value) for name, value in schema.items() if name not in ("nullable", "example")}
    if schema.get("nullable") is True:
        if isinstance(new.get("enum"), list):
            new["enum"] = [*new["enum"], None]
        if isinstance(new.get("type"), str):
            new["type"] = [new["type"], "null"]
        else:
            new = {"anyOf": [new, {"type": "null"}]}
    return new


@functools.cache
def document(path: Path) -> dict[str, Any]:
    """Read a description."""
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if loaded["openapi"].startswith("3.0"):
        loaded["components"]["schemas"] = _modern(loaded["components"]["schemas"])
        loaded["paths"] = _modern(loaded["paths"])
    return loaded


@functools.cache
def _registry(path: Path) -> Registry[Any]:
    resource: Resource[Any] = DRAFT202012.create_resource(document(path))
    empty: Registry[Any] = Registry()
    known: Registry[Any] = empty.with_resource(path.as_uri(), resource)
    return known


@functools.cache
def _validator(path: Path, pointer: tuple[str, ...]) -> Draft202012Validator:
    steps = "/".join(step.replace("~", "~0").replace("/", "~1") for step in pointer)
    reference = {"$ref": f"{path.as_uri()}#/{steps.replace('%', '%25').replace(' ', '%20')}"}
    return Draft202012Validator(reference, registry=_registry(path), format_checker=formats)


def _known(error: ValidationError) -> bool:
    """Tell whether a fault is one of GitHub's own departures, at its place or in one alternative."""
    if DEPARTURES.fullmatch("/".join(str(step) for step in error.absolute_path)):
        return True
    if error.validator == "oneOf" and "valid under each of" in error.message:
        return True  # two descriptions of an error that both fit are no contradiction
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    return any(all(_known(inner) for inner in branch) for branch in branches.values())


def _faults(path: Path, pointer: tuple[str, ...], value: object) -> Iterator[str]:
    for error in _validator(path, pointer).iter_errors(value):
        if not _known(error):
            place = "/".join(str(step) for step in error.absolute_path) or "(whole)"
            yield f"{place}: {error.message[:300]}"


# Parameters that may hold slashes: names of branches and files.
LONG = {"ref", "branch", "path", "basehead", "tree_sha", "commit_sha"}


@functools.cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile("".join(_piece(part) for part in re.split(r"(\{[^}]+\})", template))), template)
        for template in document(REST)["paths"]
    )


def _piece(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return ".+" if part.strip("{}") in LONG else "[^/]+"


def template_of(method: str, path: str) -> str | None:
    """Return the described path that a concrete one matches, the most literal if several do."""
    found = [
        template
        for regex, template in _templates()
        if regex.fullmatch(path) and method.lower() in document(REST)["paths"][template]
    ]
    return max(found, key=lambda template: len(re.sub(r"\{[^}]+\}", "", template)), default=None)


def validate_rest(method: str, path: str, status: int, body: object) -> list[str]:
    """Return what is wrong with an answer, by the description of its endpoint and status."""
    template = template_of(method, unquote(path))
    if template is None:
        return [f"{method} {path} is no endpoint of GitHub"]
    responses = document(REST)["paths"][template][method.lower()]["responses"]
    pointer: tuple[str, ...] = ("paths", template, method.lower(), "responses", str(status))
    if str(status) not in responses:
        return [] if status >= 400 else [f"{method} {template} never answers {status}"]
    response = responses[str(status)]
    if "$ref" in response:
        pointer = ("components", "responses", response["$ref"].rpartition("/")[2])
        response = document(REST)["components"]["responses"][pointer[2]]
    media = response.get("content", {})
    if not media:
        return [] if status >= 400 or body in (None, {}) else [f"{method} {template} {status} has no body"]
    kind = "application/json" if "application/json" in media else next(iter(media))
    if body is None and status < 400:
        return []  # raw content, which has no schema
    pointer = (*pointer, "content", kind, "schema")
    return [f"{method} {template} {status}: {fault}" for fault in _faults(REST, pointer, body)]


def validate_request(method: str, path: str, body: object) -> list[str]:
    """Return what is wrong with a request's body, by the description of its endpoint."""
    template = template_of(method, unquote(path))
    if template is None:
        return [f"{method} {path} is no endpoint of GitHub"]
    operation = document(REST)["paths"][template][method.lower()]
    media = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in media:
        return []
    pointer = ("paths", template, method.lower(), "requestBody", "content", "application/json", "schema")
    return [f"{method} {template} request: {fault}" for fault in _faults(REST, pointer, body)]


def validate_webhook(event: str, payload: dict[str, Any]) -> list[str]:
    """Return what is wrong with a webhook's payload."""
    action = payload.get("action")
    name = "-".join(part for part in (event, action) if part).replace("_", "-")
    webhooks = document(WEBHOOKS)["webhooks"]
    if name not in webhooks:
        return [f"{name} is no webhook of GitHub"]
    reference = webhooks[name]["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    pointer = tuple(reference.removeprefix("#/").split("/"))
    return [f"{name}: {fault}" for fault in _faults(WEBHOOKS, pointer, payload)]
