"""Who the app is, and tokens that are made once, shared, dropped and never shown."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.github.auth import AppKey, Token, Tokens
from bot.ports import CredentialsError, UnavailableError
from tests.github.fakes import NOW, Clock


def test_the_web_token_is_backdated_and_short(key: rsa.RSAPrivateKey, pem: str) -> None:
    token = AppKey("Iv23liABC", pem).sign(NOW)
    claims = jwt.decode(
        token, key.public_key(), algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False}
    )
    assert claims == {
        "iss": "Iv23liABC",
        "iat": int((NOW - timedelta(seconds=60)).timestamp()),
        "exp": int((NOW + timedelta(minutes=9)).timestamp()),
    }
    assert jwt.get_unverified_header(token)["alg"] == "RS256"


def other_pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "PRIVATE_KEY is empty"),
        ("  \n", "PRIVATE_KEY is empty"),
        ("secret words", "not a readable private key"),
        ("-----BEGIN RSA PRIVATE KEY-----\nsecret\n-----END RSA PRIVATE KEY-----\n", "not a readable"),
        (other_pem(), "not an RSA key"),
    ],
)
def test_a_wrong_key_is_named_and_not_repeated(text: str, says: str) -> None:
    with pytest.raises(CredentialsError, match=says) as refused:
        AppKey("7", text).sign(NOW)
    assert "secret" not in str(refused.value)


def test_an_app_without_an_id_is_told_so(pem: str) -> None:
    with pytest.raises(CredentialsError, match="Neither CLIENT_ID nor APP_ID"):
        AppKey("", pem).sign(NOW)


def test_a_token_is_not_shown() -> None:
    token = Token.expiring("ghs_1_secret.with.dots", NOW + timedelta(hours=1), NOW)
    assert "secret" not in repr(token)
    assert "secret" not in str(token)


def test_a_token_is_left_five_minutes_before_it_expires() -> None:
    token = Token.expiring("x", NOW + timedelta(hours=1), NOW)
    assert token.until == NOW + timedelta(minutes=55)


def test_a_short_lived_token_is_used_for_most_of_its_life() -> None:
    token = Token.expiring("x", NOW + timedelta(seconds=100), NOW)
    assert token.until == NOW + timedelta(seconds=80)


class Mint:
    """Makes numbered tokens, when it is let."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.made = 0
        self.open = asyncio.Event()
        self.failure: Exception | None = None

    async def __call__(self, installation_id: int) -> Token:
        await self.open.wait()
        self.made += 1
        if self.failure is not None:
            raise self.failure
        return Token.expiring(
            f"{installation_id}-{self.made}", self.clock() + timedelta(hours=1), self.clock()
        )


async def minted(tokens: Tokens, mint: Mint, *asked: Awaitable[Token]) -> list[Token]:
    del tokens
    mint.open.set()
    return list(await asyncio.gather(*asked))


async def test_callers_at_once_share_one_token() -> None:
    clock = Clock()
    mint = Mint(clock)
    tokens = Tokens(mint, clock)
    given = await minted(tokens, mint, *(tokens.of(5) for _ in range(20)))
    assert {token.value for token in given} == {"5-1"}
    assert mint.made == 1


async def test_a_token_is_kept_until_shortly_before_it_expires() -> None:
    clock = Clock()
    mint = Mint(clock)
    mint.open.set()
    tokens = Tokens(mint, clock)
    await tokens.of(5)
    clock.forward(timedelta(minutes=54))
    assert (await tokens.of(5)).value == "5-1"
    clock.forward(timedelta(minutes=2))
    assert (await tokens.of(5)).value == "5-2"


async def test_each_installation_has_its_own_token() -> None:
    clock = Clock()
    mint = Mint(clock)
    tokens = Tokens(mint, clock)
    given = await minted(tokens, mint, tokens.of(5), tokens.of(6))
    assert [token.value for token in given] == ["5-1", "6-2"]


async def test_a_failure_reaches_all_who_wait_and_is_not_kept() -> None:
    clock = Clock()
    mint = Mint(clock)
    mint.failure = UnavailableError("GitHub is down")
    tokens = Tokens(mint, clock)
    mint.open.set()
    failed = await asyncio.gather(tokens.of(5), tokens.of(5), return_exceptions=True)
    assert [type(one) for one in failed] == [UnavailableError, UnavailableError]
    assert mint.made == 1
    mint.failure = None
    assert (await tokens.of(5)).value == "5-2"


async def test_one_who_stops_waiting_does_not_stop_the_others() -> None:
    clock = Clock()
    mint = Mint(clock)
    tokens = Tokens(mint, clock)
    impatient = asyncio.create_task(tokens.of(5))
    patient = asyncio.create_task(tokens.of(5))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    mint.open.set()
    assert (await patient).value == "5-1"


async def test_a_dropped_token_is_made_anew() -> None:
    clock = Clock()
    mint = Mint(clock)
    mint.open.set()
    tokens = Tokens(mint, clock)
    await tokens.of(5)
    tokens.drop(5)
    assert (await tokens.of(5)).value == "5-2"


async def test_only_the_token_that_failed_is_dropped() -> None:
    """Of two callers whose token was withdrawn, the second must not drop what the first has just made."""
    clock = Clock()
    mint = Mint(clock)
    mint.open.set()
    tokens = Tokens(mint, clock)
    old = await tokens.of(5)
    tokens.drop(5, old)
    await tokens.of(5)
    tokens.drop(5, old)
    assert (await tokens.of(5)).value == "5-2"
