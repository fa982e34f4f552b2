"""An app's registration from a manifest: its code for its credentials, once.

https://docs.github.com/en/rest/apps/apps#create-a-github-app-from-a-manifest
"""

from http import HTTPStatus
from urllib.parse import quote

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, ValidationError

_TIMEOUT = aiohttp.ClientTimeout(total=30)
_ANSWER_CAP = 1024 * 1024


class RegistrationError(Exception):
    """GitHub does not hand the credentials out."""


class Owner(BaseModel):
    """Whose app it is."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    login: str


class Registered(BaseModel):
    """A new app. Its secrets are kept out of its ``repr``."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    id: int
    slug: str
    owner: Owner
    html_url: str
    client_id: str
    client_secret: str = Field(repr=False)
    webhook_secret: str | None = Field(default=None, repr=False)
    pem: str = Field(repr=False)


async def exchange(session: aiohttp.ClientSession, api_url: str, code: str) -> Registered:
    """Hand in the code of a registration; GitHub takes each once, within an hour.

    Raises:
        RegistrationError: it is refused, or the answer is not what GitHub documents.
    """
    url = f"{api_url}/app-manifests/{quote(code, safe='')}/conversions"
    headers = {"Accept": "application/vnd.github+json", "User-Agent": "tdd-bot"}
    try:
        async with session.post(url, headers=headers, timeout=_TIMEOUT) as answer:
            body = await answer.content.read(_ANSWER_CAP)
            if answer.status != HTTPStatus.CREATED:
                raise RegistrationError(f"GitHub has answered {answer.status} to the code: begin anew")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise RegistrationError(f"GitHub does not answer: {str(error) or type(error).__name__}") from error
    try:
        return Registered.model_validate_json(body)
    except ValidationError as error:
        missing = ", ".join(str(one["loc"][0]) for one in error.errors() if one["loc"])
        raise RegistrationError(f"GitHub's answer is not what it documents: {missing}") from None
