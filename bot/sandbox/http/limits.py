"""Rate limits (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.errors import Refused
from bot.sandbox.state.clock import Clock

HOUR: Final = 3600
MINUTE: Final = 60


@dataclass(slots=True)
class Bucket:
    """One caller's primary limit for one resource, renewed every hour."""

    limit: int
    used: int = 0
    reset: int = 0

    def renew(self, now: int) -> None:
        """Start a new hour when the old one is over."""
        if now >= self.reset:
            self.used, self.reset = 0, now + HOUR

    def headers(self, resource: str) -> dict[str, str]:
        """Return the x-ratelimit headers."""
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(max(0, self.limit - self.used)),
            "x-ratelimit-used": str(self.used),
            "x-ratelimit-reset": str(self.reset),
            "x-ratelimit-resource": resource,
        }

    def body(self) -> dict[str, int]:
        """Return the bucket as `/rate_limit` shows it."""
        remaining = max(0, self.limit - self.used)
        return {
            "limit": self.limit,
            "used": self.used,
            "remaining": remaining,
            "reset": self.reset,
        }


@dataclass(slots=True)
class Limits:
    """The limits in force. Creation limits are off until switched on.

    `per_hour` is the primary limit of REST requests and of GraphQL points alike, None for
    no end, of which nothing is told; `per_minute_created` and `per_hour_created` are the secondary limits on
    content.
    """

    clock: Clock
    per_hour: int | None = 5000
    creation: bool = False
    per_minute_created: int = 80
    per_hour_created: int = 500
    concurrent: int = 100
    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    _created: dict[str, deque[int]] = field(default_factory=dict)

    def _now(self) -> int:
        return int(self.clock.now().timestamp())

    def bucket(self, caller: str, resource: str) -> Bucket:
        """Return a caller's bucket for `core` or `graphql`."""
        limit = 10**9 if self.per_hour is None else self.per_hour
        bucket = self._buckets.setdefault((caller, resource), Bucket(limit))
        bucket.limit = limit
        bucket.renew(self._now())
        return bucket

    def headers(self, caller: str, resource: str) -> dict[str, str]:
        """Return what every answer tells a caller of a limit: nothing where there is none."""
        return {} if self.per_hour is None else self.bucket(caller, resource).headers(resource)

    def admit(self, busy: int) -> None:
        """Refuse (403) when too many requests are under way at once."""
        if busy > self.concurrent:
            raise Refused(403, "You have exceeded a secondary rate limit.", headers={"retry-after": "60"})

    def spend(self, caller: str, resource: str, points: int = 1) -> Bucket:
        """Take points; raises `Refused` (403) when there are none left."""
        bucket = self.bucket(caller, resource)
        if bucket.used >= bucket.limit:
            raise Refused(403, f"API rate limit exceeded for {caller}.", headers=bucket.headers(resource))
        bucket.used += points
        return bucket

    def refund(self, caller: str, resource: str) -> None:
        """Give back the point of a conditional request that found nothing new."""
        self.bucket(caller, resource).used -= 1

    def create(self, caller: str) -> None:
        """Count one creation; raises `Refused` (403, retry-after) above the secondary limit."""
        if not self.creation:
            return
        now, made = self._now(), self._created.setdefault(caller, deque())
        while made and made[0] <= now - HOUR:
            made.popleft()
        recent = sum(moment > now - MINUTE for moment in made)
        if recent < self.per_minute_created and len(made) < self.per_hour_created:
            made.append(now)
            return
        wait = MINUTE if len(made) < self.per_hour_created else made[0] + HOUR - now
        raise Refused(
            403,
            "You have exceeded a secondary rate limit and have been temporarily blocked from "
            "content creation. Please retry your request again later.",
            headers={"retry-after": str(wait)},
        )
