"""The REST endpoints; importing this package fills `router`."""

from bot.sandbox.rest import (
    apps,
    checks,
    comments,
    contents,
    deliveries,
    git,
    issues,
    orgs,
    people,
    pulls,
    repos,
    reviews,
    statuses,
)
from bot.sandbox.rest.routes import router

__all__ = [
    "apps",
    "checks",
    "comments",
    "contents",
    "deliveries",
    "git",
    "issues",
    "orgs",
    "people",
    "pulls",
    "repos",
    "reviews",
    "router",
    "statuses",
]
