"""The configuration: what may stand in ``.github/tdd-bot.yml``, read whole or not at all.

It is imported where a configuration is read, not where one is used: it needs pydantic and a YAML parser,
which the command line's ``check`` does without.
"""

from bot.core.model import (
    AskWhen,
    Configuration,
    Kind,
    Mode,
    Problem,
    Proposal,
    Reminders,
    SectionSettings,
)
from bot.core.policy.configuration.reading import PATH, read_configuration, read_configuration_file
from bot.core.policy.configuration.schema import json_schema, schema_text
from bot.core.policy.precedence import differences, merge, of_kind

__all__ = [
    "PATH",
    "AskWhen",
    "Configuration",
    "Kind",
    "Mode",
    "Problem",
    "Proposal",
    "Reminders",
    "SectionSettings",
    "differences",
    "json_schema",
    "merge",
    "of_kind",
    "read_configuration",
    "read_configuration_file",
    "schema_text",
]
