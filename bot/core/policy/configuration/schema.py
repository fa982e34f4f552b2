"""The file's JSON Schema, by which editors complete and check it: generated, so that it cannot differ."""

import json
from typing import Any, Final

from bot.core.policy.configuration.models import FileKeys

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``.github/tdd-bot.yml``."""
    made = FileKeys.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **_without_titles(made), "title": "tdd-bot.yml"}


def schema_text() -> str:
    """Return the schema as the file that is published: two spaces, a line feed at the end."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _without_titles(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Leave out the titles that pydantic makes up: editors would show them instead of the key."""
    if isinstance(value, dict):
        return {
            key: _without_titles(one)
            for key, one in value.items()
            if key != "title" or not isinstance(one, str)
        }
    return [_without_titles(one) for one in value] if isinstance(value, list) else value
