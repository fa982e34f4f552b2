"""The keys of the file as pydantic models: their types, their bounds, and what an editor says of them."""

import datetime as dt
import re
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
)

from bot.core.document.paths import compile_globs, may_mean_markdown

MOST: Final = 100
"""Entries of a list or mapping."""

LONGEST: Final = 200
"""Characters of a glob, path, name or title."""

_NAME: Final = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9_-]{0,99}(/[A-Za-z0-9][A-Za-z0-9_.-]{0,99})?")
CODE: Final = re.compile(r"TDD[0-9]{3}")


def _off(value: object) -> object:
    """Accept an unquoted ``off`` that the YAML of an older version reads as false."""
    return "off" if value is False else value


def _flag(value: object) -> object:
    """Accept the other spellings that YAML 1.1 has for true and false."""
    words = {"yes": True, "on": True, "no": False, "off": False}
    return words.get(value.casefold(), value) if isinstance(value, str) else value


def _inside(path: str) -> str:
    if path.startswith("/") or "\\" in path or ".." in path.split("/"):
        raise ValueError("is to be a path inside the repository, with `/` between folders and none before")
    if not path.isprintable():
        raise ValueError("holds a character that nobody can see")
    return path


def _glob(text: str) -> str:
    _inside(text)
    if text.startswith("!"):
        raise ValueError("takes no `!`: what is not to match goes under `exclude`")
    if text.endswith("/"):
        raise ValueError(f"names a folder: `{text}**` means the files in it")
    if "." in text.split("/") or text != text.strip():
        raise ValueError(
            "means no file: git writes no `.` between folders, and nobody sees a blank at an end"
        )
    compile_globs((text,))
    return text


def _of_documents(text: str) -> str:
    """Refuse a glob that means no Markdown file: nothing would be judged by it."""
    if not may_mean_markdown(text):
        raise ValueError("means no Markdown file (.md): `folder/**/*.md` means those in a folder")
    return text


def _of_the_repository(value: object) -> object:
    """Refuse in a kind what no kind can have: it would go unheard."""
    del value
    raise ValueError("holds for the whole repository: it belongs above `kinds`")


def _globs(texts: list[str]) -> list[str]:
    compile_globs(tuple(texts))
    return texts


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("is neither '@org/team' nor '@login'")
    return text.removeprefix("@")


def _login(text: str) -> str:
    if "/" in text:
        raise ValueError("is to be a person's login")
    return _name(text).casefold()


def _template(text: str) -> str:
    if not text.endswith(".md"):
        raise ValueError("is to be a Markdown file (.md)")
    return _inside(text)


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError("is no code of a rule, such as TDD204")
    return text


def _day(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("is to be a day of the calendar such as 2026-12-24")


Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Glob = Annotated[Text, AfterValidator(_glob)]
Globs = Annotated[list[Glob], Field(max_length=MOST), AfterValidator(_globs)]
DocumentGlob = Annotated[Glob, AfterValidator(_of_documents)]
DocumentGlobs = Annotated[list[DocumentGlob], Field(max_length=MOST), AfterValidator(_globs)]
Name = Annotated[Text, AfterValidator(_name), Field(json_schema_extra={"pattern": f"^{_NAME.pattern}$"})]
Names = Annotated[list[Name], Field(max_length=50)]
Login = Annotated[Text, AfterValidator(_login)]
Template = Annotated[Text, AfterValidator(_template), Field(json_schema_extra={"pattern": r"\.md$"})]
Code = Annotated[str, AfterValidator(_code), Field(json_schema_extra={"pattern": f"^{CODE.pattern}$"})]
Day = Annotated[dt.date, BeforeValidator(_day)]
Weight = Annotated[
    Literal["off", "note", "warning", "error"],
    BeforeValidator(_off),
    WithJsonSchema({"enum": ["off", "note", "warning", "error", False]}),
]
BY_STATUS: Final = "by status"
ALWAYS: Final = "always"
"""Which of the two ways to weigh a rule was written; pydantic names them in the place of a fault."""

Weights = Annotated[
    Annotated[Weight, Tag(ALWAYS)]
    | Annotated[dict[Text, Weight], Field(min_length=1, max_length=20), Tag(BY_STATUS)],
    Discriminator(lambda value: BY_STATUS if isinstance(value, dict) else ALWAYS),
]
ModeName = Annotated[
    Literal["enforce", "advise", "off"],
    BeforeValidator(_off),
    WithJsonSchema({"enum": ["enforce", "advise", "off", False]}),
]


def _or_off(schema: dict[str, Any]) -> None:
    """Say in the schema that ``off`` is a value where the models have None."""
    schema["anyOf"] = [one for one in schema["anyOf"] if "$ref" in one] + [{"enum": ["off", False]}]
    schema["default"] = "off"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class SectionKeys(_Strict):
    """What is said of one section."""

    owners: Names = []
    """Teams and people who must sign when this section changes."""
    required: Flag | None = None
    """Whether it must be answered; without it, as the template says."""
    reason: Flag | None = None
    """Whether "not applicable" has to give its reason."""
    aliases: Annotated[list[Text], Field(max_length=MOST)] = []
    """Other headings that mean this section."""


class ReminderKeys(_Strict):
    """When seats that stay open are asked once more."""

    after: Annotated[int, Field(ge=1, le=90)] = 3
    """Working days after which a seat is reminded."""
    again: Annotated[int, Field(ge=1, le=90)] = 5
    """Working days between two reminders."""
    most: Annotated[int, Field(ge=1, le=10)] = 3
    """Reminders for one seat and content."""
    escalate: Name | None = None
    """Team or person named in the last one."""
    digest: Flag = False
    """Whether what waits is listed in an issue, written anew every Monday."""


class _Keys(_Strict):
    mode: ModeName = "enforce"
    """enforce: the check blocks. advise: it says the same and never blocks. off: nothing is written."""
    paths: DocumentGlobs = []
    """Which files are documents. Setting it switches off the built-in places and the `TDD:` title."""
    exclude: Globs = []
    """Files that are no documents although `paths` or the built-in places say so."""
    template: Template | None = None
    """The Markdown file that documents are written from and judged by."""
    aliases: Annotated[dict[Text, Name], Field(max_length=MOST)] = {}
    """Names that headers use, and the team or person each of them means."""
    reviewers: Names = []
    """Teams and people who must sign every document, whatever its header says."""
    approvals: Annotated[int, Field(ge=1, le=10)] = 1
    """How many people of a team must sign for its seat."""
    comment_approvals: Flag = True
    """Whether `/tdd approve` signs; with false only an approving review does."""
    distinct: Flag = False
    """Whether every seat needs a person of its own."""
    minimum: Annotated[int, Field(ge=1, le=10)] = 1
    """Approvals by people with write access where a document names no reviewer at all."""
    land: Annotated[
        list[Literal["Draft", "In-Review", "Approved", "Superseded"]], Field(min_length=1, max_length=4)
    ] = ["Approved", "Superseded"]
    """The statuses with which a document may be merged."""
    minor_edit: Annotated[int, Field(ge=0, le=1000)] = 0
    """Changed words of an approved document for which the holder of any one seat is enough."""
    sections: Annotated[dict[Text, SectionKeys], Field(max_length=MOST)] = {}
    """Sections of the template, by number or title."""
    rules: Annotated[
        dict[Code, Weights], Field(max_length=MOST, json_schema_extra={"additionalProperties": False})
    ] = {}
    """How much the faults of a rule weigh: always, or by the document's status."""
    quiet: Flag = False
    """Whether pull requests without documents are spared the check."""
    override_author: Flag = False
    """Whether an admin may override on a pull request of their own."""
    ask_when: Literal["complete", "no-missing", "always"] = "no-missing"
    """When a document that is In-Review asks its reviewers."""
    imports: Annotated[DocumentGlobs, Field(alias="import")] = []
    """Documents brought in from elsewhere with the status that they have there."""
    away: Annotated[dict[Login, Day], Field(max_length=MOST)] = {}
    """Login -> first day back: reminders go to others meanwhile."""
    reminders: Annotated[
        ReminderKeys | None,
        BeforeValidator(lambda value: None if value in ("off", False) else value),
        Field(json_schema_extra=_or_off),
    ] = None
    """When seats that stay open are asked once more; off by default."""
    gate: Globs = []
    """Files whose change needs an approved document."""


class KindKeys(_Keys):
    """A kind of document, such as RFCs beside TDDs: what it has differently."""

    name: Text
    """What people call it."""
    paths: Annotated[DocumentGlobs, Field(min_length=1)]
    """Which files are of this kind: of several kinds that mean a file, the first has it."""
    quiet: Annotated[Flag, BeforeValidator(_of_the_repository), WithJsonSchema({"not": {}})] = False
    """Not of a kind: it holds for the whole repository."""
    gate: Annotated[Globs, BeforeValidator(_of_the_repository), WithJsonSchema({"not": {}})] = []
    """Not of a kind: it holds for the whole repository."""


class FileKeys(_Keys):
    """What .github/tdd-bot.yml may hold. Everything is optional."""

    kinds: Annotated[list[KindKeys], Field(max_length=20)] = []
    """Several kinds of document: each inherits everything and overrides what it names."""


def dump(model: BaseModel) -> dict[str, Any]:
    """Return what was written down, by attribute."""
    return {name: getattr(model, name) for name in model.model_fields_set}
