"""Requests as gidgethub makes them, over one aiohttp session: headers, time-outs, caps, failures."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import aiohttp
from gidgethub import abc
from yarl import URL

from bot.github.failures import failure_of
from bot.ports import Allowance, OutsideError, UnavailableError, Way

API_VERSION = "2022-11-28"
"""Supported until 2028-03-10 and by every GHES that is: https://docs.github.com/en/rest/about-the-rest-api"""

REQUESTER = "tdd-bot"

_COUNT = re.compile(r"[0-9]{1,9}")
_MOMENT = re.compile(r"[0-9]{1,11}")
_RESOURCE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take."""

    patience: timedelta = timedelta(seconds=30)
    """GitHub itself gives up after 10: a longer silence is the network's."""
    largest_answer: int = 32 * 1024 * 1024
    """Bytes; forty documents cut at GitHub's own limit of 512,000 bytes need two thirds of it."""


class Wire(abc.GitHubAPI):
    """One credential's way to GitHub. Only answers of 2xx come back; all else is an ``OutsideError``."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_url: str,
        graphql_url: str,
        clock: Callable[[], datetime],
        limits: Limits,
        token: str | None = None,
        note: Callable[[Way, int, Mapping[str, str], float], None] = lambda *_: None,
    ) -> None:
        super().__init__(REQUESTER, oauth_token=token, base_url=api_url)
        self._session = session
        self._graphql_url = graphql_url
        self._clock = clock
        self._limits = limits
        self._note = note

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        # The next page's address comes from an answer: the token goes to nobody but GitHub.
        if url != self._graphql_url and not url.startswith(self.base_url.rstrip("/") + "/"):
            raise OutsideError("GitHub's answer leads to another server")
        if self._session.closed:
            raise UnavailableError("This process is stopping and asks GitHub no more")
        way = Way.GRAPHQL if url == self._graphql_url else Way.REST
        status = 0
        answered: Mapping[str, str] = {}
        began = time.perf_counter()
        try:
            async with self._session.request(
                method,
                # Quoted already: quoting it anew would undo a part.
                URL(url, encoded=True),
                headers={**headers, "x-github-api-version": API_VERSION},
                data=body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=self._limits.patience.total_seconds()),
            ) as response:
                answer = await _read(response, self._limits.largest_answer)
                status, answered = response.status, response.headers
        except TimeoutError:
            raise UnavailableError("GitHub did not answer in time") from None
        except aiohttp.ClientError as error:
            raise UnavailableError(f"No connection to GitHub ({type(error).__name__})") from error
        finally:
            self._note(way, status, answered, time.perf_counter() - began)
        if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            raise failure_of(response.status, response.headers, answer, self._clock())
        return response.status, response.headers, answer

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """Make a request with headers of the caller's own, whose answer is only that it was done."""
        await self._request(method, url, headers, body)

    async def sleep(self, seconds: float) -> None:
        """Refuse: waiting is the engine's, which can be stopped meanwhile."""
        raise UnavailableError(f"GitHub asks to wait {seconds:.0f} seconds")


async def _read(response: aiohttp.ClientResponse, largest: int) -> bytes:
    answer = bytearray()
    async for chunk in response.content.iter_any():
        answer += chunk
        if len(answer) > largest:
            response.close()
            raise OutsideError(f"GitHub's answer is larger than {largest:,} bytes")
    return bytes(answer)


def allowance_of(headers: Mapping[str, str]) -> Allowance | None:
    """Read what GitHub says of its limit with every answer; None where an answer does not say it.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    limit, remaining = headers.get("x-ratelimit-limit", ""), headers.get("x-ratelimit-remaining", "")
    if not (_COUNT.fullmatch(limit) and _COUNT.fullmatch(remaining)):
        return None
    resource, resets = headers.get("x-ratelimit-resource", ""), headers.get("x-ratelimit-reset", "")
    return Allowance(
        resource if _RESOURCE.fullmatch(resource) else "",
        int(limit),
        int(remaining),
        float(resets) if _MOMENT.fullmatch(resets) else 0.0,
    )
