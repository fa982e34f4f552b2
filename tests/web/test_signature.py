"""Only who knows a secret is heard."""

import pytest

from bot.web.signature import Signature, judge_signature

SECRET, BODY = "It's a Secret to Everybody", b"Hello, World!"
# The example of GitHub's own documentation.
GIVEN = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


def test_githubs_own_example_is_good() -> None:
    assert judge_signature(BODY, GIVEN, None, [SECRET]) is Signature.GOOD


@pytest.mark.parametrize("secrets", [[SECRET, "other"], ["other", SECRET]])
def test_any_of_several_secrets_will_do(secrets: list[str]) -> None:
    assert judge_signature(BODY, GIVEN, None, secrets) is Signature.GOOD


@pytest.mark.parametrize(
    "given",
    ["", "sha256=", GIVEN[:-1], GIVEN.upper(), GIVEN.removeprefix("sha256="), GIVEN + "0", "sha256=é\udce9"],
)
def test_anything_else_is_wrong(given: str) -> None:
    assert judge_signature(BODY, given, None, [SECRET]) is Signature.WRONG


def test_one_changed_byte_is_wrong() -> None:
    assert judge_signature(BODY + b" ", GIVEN, None, [SECRET]) is Signature.WRONG


def test_without_a_signature_there_is_no_doubt() -> None:
    assert judge_signature(BODY, None, None, [SECRET]) is Signature.MISSING
    assert judge_signature(BODY, None, "sha1=whatever", [SECRET]) is Signature.OLD


@pytest.mark.parametrize("secrets", [[], [""], [SECRET, ""]])
def test_an_empty_secret_is_a_mistake_of_ours_not_an_open_door(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        judge_signature(BODY, GIVEN, None, secrets)
