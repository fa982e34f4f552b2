"""Refusals in GitHub's own words and shape (docs.github.com/rest/using-the-rest-api/troubleshooting)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

DOCS: Final = "https://docs.github.com/rest"


class Refused(Exception):  # noqa: N818 - a refusal is an answer here, not a fault
    """An answer other than success: status, message and, for 422, the list of errors."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: Sequence[object] = (),
        headers: Mapping[str, str] | None = None,
        kind: str | None = None,
    ) -> None:
        """Refuse with an HTTP status; `kind` is the error type GraphQL reports for it."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.kind = kind or {403: "FORBIDDEN", 404: "NOT_FOUND"}.get(status, "UNPROCESSABLE")

    def body(self) -> dict[str, object]:
        """Return GitHub's error JSON."""
        answer: dict[str, object] = {"message": self.message}
        if self.errors:
            answer["errors"] = self.errors
        return {**answer, "documentation_url": DOCS, "status": str(self.status)}


def not_found() -> Refused:
    """Refuse as GitHub does for what does not exist or may not be seen."""
    return Refused(404, "Not Found")


def forbidden(needed: str) -> Refused:
    """Refuse an app that lacks a permission, naming it as the real header does."""
    return Refused(
        403,
        "Resource not accessible by integration",
        headers={"X-Accepted-GitHub-Permissions": needed},
    )


def invalid(resource: str, field: str, code: str = "invalid", message: str = "") -> Refused:
    """Refuse a field's value: `code` is missing, missing_field, invalid or already_exists."""
    error = {"resource": resource, "code": "custom" if message else code, "field": field}
    if message:
        error["message"] = message
    return Refused(422, "Validation Failed", errors=[error])


def unprocessable(message: str, *errors: object) -> Refused:
    """Refuse with a sentence of its own."""
    return Refused(422, message, errors=errors)


def malformed(sentence: str) -> Refused:
    """Refuse a body that is not of the endpoint's schema."""
    return Refused(422, f"Invalid request.\n\n{sentence}")
