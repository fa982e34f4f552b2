"""Sizes GitHub refuses."""

from __future__ import annotations

from typing import Final

from bot.sandbox.errors import unprocessable

BODY_LIMIT: Final = 65_536
TITLE_LIMIT: Final = 256


def check_body(body: str, *, required: bool = False) -> None:
    """Refuse a comment's text that is too long, or blank where one is required."""
    if len(body) > BODY_LIMIT:
        raise unprocessable(
            "Validation Failed",
            {
                "resource": "IssueComment",
                "code": "unprocessable",
                "field": "data",
                "message": f"Body is too long (maximum is {BODY_LIMIT} characters)",
            },
        )
    if required and not body.strip():
        raise unprocessable(
            "Validation Failed",
            {
                "resource": "IssueComment",
                "code": "unprocessable",
                "field": "data",
                "message": "Body cannot be blank",
            },
        )
