"""The page about the configuration: every key, and every example on it works."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.core.policy.configuration import PATH, Configuration, json_schema, read_configuration
from bot.core.policy.configuration.tree import tree_of
from bot.core.rules.registry import RULES

PAGE = (Path(__file__).parents[3] / "docs/configuration.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
EXAMPLES = BLOCK.findall(PAGE)
SECTIONS = {match[1]: match[2] for match in re.finditer(r"### `(\w+)`\n(.*?)(?=\n###? |\Z)", PAGE, re.DOTALL)}
PROPERTIES = json_schema()["properties"]


def test_every_key_is_described_and_nothing_else() -> None:
    assert set(SECTIONS) == set(PROPERTIES)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.splitlines()[0])
def test_an_example_is_valid_for_the_gate_and_for_editors(text: str) -> None:
    codes = [rule.code for rule in RULES]

    assert isinstance(read_configuration(text, PATH, codes), Configuration)
    Draft202012Validator(json_schema()).validate(tree_of(text).value)


@pytest.mark.parametrize("key", PROPERTIES)
def test_a_key_has_an_example_of_its_own(key: str) -> None:
    [text] = BLOCK.findall(SECTIONS[key])
    made = read_configuration(text, PATH)

    assert isinstance(made, Configuration)
    assert made.given == {key}


@pytest.mark.parametrize("key", PROPERTIES)
def test_the_default_that_is_told_is_the_default(key: str) -> None:
    told = re.search(r"^Default: `([^`]*)`", SECTIONS[key], re.MULTILINE)

    assert told
    assert tree_of(told[1]).value == PROPERTIES[key].get("default")
