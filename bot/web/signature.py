"""Whether a webhook was signed with our secret, judged on the raw bytes, before anything is parsed.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hashlib
import hmac
from collections.abc import Sequence
from enum import Enum

HEADER = "X-Hub-Signature-256"
OLD_HEADER = "X-Hub-Signature"
_PREFIX = "sha256="


class Signature(Enum):
    """What the signature of a request is worth; the value is what its sender is told."""

    GOOD = ""
    MISSING = f"The {HEADER} header is missing: set a secret for the webhook, here and at GitHub."
    OLD = f"Only {OLD_HEADER} came, which is SHA-1; {HEADER} is needed."
    WRONG = f"{HEADER} does not match the body: the secrets here and at GitHub differ."


def signature_of(body: bytes, secret: str) -> str:
    """Return the header's value for a body that is signed with ``secret``."""
    return _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def judge_signature(body: bytes, given: str | None, old: str | None, secrets: Sequence[str]) -> Signature:
    """Compare in constant time with what each secret gives.

    Args:
        body: The request's body, as it came.
        given: The SHA-256 header's value.
        old: The SHA-1 header's value: only there to say why it does not count.
        secrets: Those accepted at the moment.

    Raises:
        ValueError: there is no secret, or an empty one, with which anyone could sign.
    """
    if not secrets or not all(secrets):
        raise ValueError("a webhook secret must not be empty")
    if given is None:
        return Signature.OLD if old is not None else Signature.MISSING
    # As bytes: compare_digest refuses a string with other characters than ASCII.
    signature = given.encode("utf-8", "surrogateescape")
    good = False
    for secret in secrets:
        expected = signature_of(body, secret)
        # No early end: the time taken does not tell which secret matched.
        good |= hmac.compare_digest(signature, expected.encode())
    return Signature.GOOD if good else Signature.WRONG
