"""Which GitHub an app is registered at, and what that one has."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from bot.settings.addresses import api_url_of

_DOT_COM = "github.com"
_CLOUD = ".ghe.com"


@dataclass(frozen=True, slots=True)
class Host:
    """A GitHub that people open in a browser."""

    url: str
    """Without a slash at its end."""
    api_url: str
    merge_queue: bool
    """Whether there are merge queues: GitHub Enterprise Server has none, and refuses a manifest that asks."""

    @classmethod
    def at(cls, url: str) -> Self:
        """Return what is known of the GitHub at an address.

        Raises:
            ValueError: it is no plain http(s) address.
        """
        parts = urlsplit(url if "://" in url else f"https://{url}")
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
            raise ValueError(f"{url} is not the address of a GitHub: https://github.com, or https://HOST")
        root = f"{parts.scheme}://{parts.netloc}"
        cloud = parts.hostname == _DOT_COM or parts.hostname.endswith(_CLOUD)
        return cls(root, api_url_of(root), merge_queue=cloud)

    @property
    def is_default(self) -> bool:
        """Whether the server looks there without being told."""
        return self.url == f"https://{_DOT_COM}"
