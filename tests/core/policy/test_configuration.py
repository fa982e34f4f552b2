"""What may stand in the configuration, and what is said of what may not."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.core.model import File, FileProblem, Severity
from bot.core.policy.configuration import (
    PATH,
    AskWhen,
    Configuration,
    Mode,
    Problem,
    Reminders,
    SectionSettings,
    differences,
    json_schema,
    merge,
    of_kind,
    read_configuration,
    read_configuration_file,
    schema_text,
)

ROOT = Path(__file__).parents[3]
CODES = ("TDD204", "TDD205", "TDD501")

EVERYTHING = """\
mode: advise
paths: ['rfcs/**/*.md']
exclude: ['rfcs/old/**']
template: rfcs/TEMPLATE.md
aliases: {'@The Network  people': '@acme/infrastructure'}
reviewers: ['@acme/architects', erin]
approvals: 2
comment_approvals: false
distinct: true
minimum: 3
land: [Draft, Approved]
minor_edit: 20
sections:
  4.2: {owners: ['@acme/security-team'], required: false, reason: true, aliases: [Security]}
rules: {TDD204: off, TDD205: {Draft: note, Approved: error}}
quiet: yes
override_author: true
ask_when: always
import: ['legacy/**']
away: {Bob: 2026-12-24}
reminders: {after: 1, again: 2, most: 4, escalate: '@erin'}
gate: ['src/**']
kinds: [{name: RFC, paths: ['rfcs/**'], mode: off, approvals: 1}]
"""


def read(text: str) -> Configuration:
    """Return the configuration of a valid text."""
    found = read_configuration(text, PATH, CODES)
    assert isinstance(found, Configuration), found
    return found


def faults(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with an invalid text."""
    found = read_configuration(text, PATH, CODES)
    assert not isinstance(found, Configuration), found
    return found


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "{}\n", "~", "\ufeff"])
def test_a_file_that_says_nothing_is_the_same_as_none(text: str) -> None:
    assert read(text) == Configuration()


def test_every_key_has_its_value() -> None:
    made = read(EVERYTHING)

    [kind] = made.kinds
    assert (kind.name, kind.configuration.mode, kind.configuration.given) == (
        "RFC",
        Mode.OFF,
        frozenset({"mode", "approvals", "paths"}),
    )
    assert made == Configuration(
        mode=Mode.ADVISE,
        paths=("rfcs/**/*.md",),
        exclude=("rfcs/old/**",),
        template="rfcs/TEMPLATE.md",
        aliases={"the network people": "acme/infrastructure"},
        reviewers=("acme/architects", "erin"),
        approvals=2,
        comment_approvals=False,
        distinct=True,
        minimum=3,
        land=("Draft", "Approved"),
        minor_edit=20,
        sections={
            "4.2": SectionSettings(
                ("acme/security-team",), required=False, reason=True, aliases=("Security",), line=14
            )
        },
        rules={
            "TDD204": Severity.OFF,
            ("TDD205", "Draft"): Severity.NOTE,
            ("TDD205", "Approved"): Severity.ERROR,
        },
        quiet=True,
        override_author=True,
        ask_when=AskWhen.ALWAYS,
        imports=("legacy/**",),
        away={"bob": date(2026, 12, 24)},
        reminders=Reminders(1, 2, 4, "erin"),
        gate=("src/**",),
        kinds=(kind,),
        given=frozenset(json_schema()["properties"]),
    )


@pytest.mark.parametrize("off", ["off", "'off'", "false", "False"])
def test_off_is_off_however_yaml_reads_it(off: str) -> None:
    made = read(f"mode: {off}\nreminders: {off}\nrules: {{TDD204: {off}}}")

    assert (made.mode, made.reminders, made.rules) == (Mode.OFF, None, {"TDD204": Severity.OFF})


@pytest.mark.parametrize(("word", "flag"), [("yes", True), ("on", True), ("no", False), ("off", False)])
def test_yes_and_no_are_true_and_false(word: str, flag: bool) -> None:
    assert read(f"distinct: {word}").distinct is flag


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("mode: advise\nreviwers: []", 2, 1, "unknown key `reviwers`, did you mean `reviewers`?"),
        ("wholly_else: 1", 1, 1, "unknown key `wholly_else`"),
        ("sections:\n  '4.2':\n    ownrs: []", 3, 5, "unknown key `ownrs`, did you mean `owners`?"),
        ("kinds:\n- name: x\n  paths: [x/**]\n  mod: off", 4, 3, "unknown key `mod`, did you mean `mode`?"),
        ("kinds: [{name: x, paths: [x/**], kinds: []}]", 1, 34, "unknown key `kinds`"),
        (
            "kinds: [{name: x, paths: [x/**], gate: [src/**]}]",
            1,
            40,
            "`kinds.1.gate` holds for the whole repository: it belongs above `kinds`",
        ),
        (
            "kinds: [{name: x, paths: [x/**], quiet: true}]",
            1,
            41,
            "`kinds.1.quiet` holds for the whole repository: it belongs above `kinds`",
        ),
        ("kinds: [{name: x}]", 1, 9, "`kinds.1.paths` has to be there"),
        ("kinds: [{name: x, paths: []}]", 1, 26, "`kinds.1.paths` has to be at least one entry long"),
        ("kinds: [{mode: off, paths: [x/**]}]", 1, 9, "`kinds.1.name` has to be there"),
        ("kinds: [{name: x, paths: [x/**]}, {name: x, paths: [y/**]}]", 1, 42, "there is a kind `x` already"),
        ("reminders: {afer: 1}", 1, 13, "unknown key `afer`, did you mean `after`?"),
        (
            "mode: enforced",
            1,
            7,
            "`mode` is `enforced`; it can be `enforce`, `advise` or `off`, did you mean `enforce`?",
        ),
        ("mode: on", 1, 7, "`mode` is `on`; it can be `enforce`, `advise` or `off`"),
        (
            "land: [approved]",
            1,
            8,
            "an entry of `land` is `approved`; it can be `Draft`, `In-Review`, `Approved` or `Superseded`, "
            "did you mean `Approved`?",
        ),
        ("land: []", 1, 7, "`land` has to be at least one entry long"),
        ("approvals: two", 1, 12, "`approvals` is `two`; it has to be a whole number"),
        ("approvals: 0", 1, 12, "`approvals` is `0`; it has to be at least 1"),
        ("approvals: 11", 1, 12, "`approvals` is `11`; it has to be at most 10"),
        ("approvals: true", 1, 12, "`approvals` is true; it has to be a whole number"),
        ("distinct: maybe", 1, 11, "`distinct` is `maybe`; it has to be true or false"),
        ("distinct: 1", 1, 11, "`distinct` is `1`; it has to be true or false"),
        ("paths: rfcs/*.md", 1, 8, "`paths` is `rfcs/*.md`; it has to be a list: [one, another]"),
        ("paths:", 1, 1, "`paths` has no value; give it one or take the line out"),
        ("paths: [7]", 1, 9, "an entry of `paths` is `7`; it has to be a text: put it in quotes"),
        ("paths: ['']", 1, 9, "an entry of `paths` is empty"),
        ("rules: {TDD20: off}", 1, 9, "the key `TDD20` in `rules` is no code of a rule, such as TDD204"),
        (
            "rules: {TDD204: loud}",
            1,
            17,
            "`rules.TDD204` is `loud`; it can be `off`, `note`, `warning` or `error`",
        ),
        (
            "rules: {TDD204: {Draft: loud}}",
            1,
            25,
            "`rules.TDD204.Draft` is `loud`; it can be `off`, `note`, `warning` or `error`",
        ),
        ("rules: {TDD204: {}}", 1, 17, "`rules.TDD204` has to be at least one entry long"),
        ("rules: {TDD203: off}", 1, 9, "there is no rule `TDD203`, did you mean `TDD204`?"),
        (
            "kinds: [{name: x, paths: [x/**], rules: {TDD203: off}}]",
            1,
            42,
            "there is no rule `TDD203`, did you mean `TDD204`?",
        ),
        ("reviewers: ['the team']", 1, 13, "an entry of `reviewers` is neither '@org/team' nor '@login'"),
        ("away: {acme/x: 2026-12-24}", 1, 8, "the key `acme/x` in `away` is to be a person's login"),
        ("away: {bob: 2026-02-30}", 1, 13, "`away.bob` is to be a day of the calendar such as 2026-12-24"),
        ("template: TEMPLATE.txt", 1, 11, "`template` is to be a Markdown file (.md)"),
        ("mode: off\nmode: advise", 2, 1, "`mode` stands in line 1 already"),
        ("sections: {'1': {}, 1: {}}", 1, 21, "`1` stands in line 1 already"),
    ],
)
def test_a_fault_is_named_at_its_place_with_the_way_out(
    text: str, line: int, column: int, message: str
) -> None:
    [fault] = faults(text)

    assert (fault.line, fault.column, fault.message) == (line, column, message)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("reviewers: [@acme/x]", 1, 13, "a value that begins with `@` has to be in quotes"),
        ("paths: [*.md]", 1, 9, "anchors and aliases (`&`, `*`) are not read; quote a glob that begins so"),
        (
            "a: &a [x]\nb: [*a, *a]",
            1,
            4,
            "anchors and aliases (`&`, `*`) are not read; quote a glob that begins so",
        ),
        ("mode: !!python/name:os.system x", 1, 7, "tags (`!`) are not read"),
        ("mode: off\n---\nmode: off", 3, 1, "a second document begins here; one is read"),
        ("%YAML 1.1\n---\nmode: off", 2, 1, "a %YAML line is not read: take it out"),
        ("sections:\n\t'4.2': {}", 2, 1, "a tab stands here; YAML is indented with spaces"),
        ("mode: \x00off", 1, 7, "a control character stands here"),
        ("a: b\nmode: \ud800", 2, 7, "a control character stands here"),
        ("? [a]\n: b", 1, 3, "a key is to be one word"),
        ("[" * 10_000, 1, 10, "this is nested too deeply"),
        ("a: " * 10, 1, 5, "this is no YAML: mapping values are not allowed here"),
        ("paths: [", 1, 9, "this is no YAML: expected the node content, but found '<stream end>'"),
        ("- mode: off", 1, 1, "it has to hold keys and values, such as `mode: advise`"),
        ("off", 1, 1, "it has to hold keys and values, such as `mode: advise`"),
        ("#" * 65_537, 1, 1, "it is larger than 64 KiB"),
    ],
)
def test_what_is_no_yaml_or_more_than_that_is_refused(
    text: str, line: int, column: int, message: str
) -> None:
    [fault] = faults(text)

    assert (fault.line, fault.column, fault.message) == (line, column, message)


@pytest.mark.parametrize(
    ("glob", "message"),
    [
        ("/docs/*.md", "is to be a path inside the repository"),
        ("docs/../../x.md", "is to be a path inside the repository"),
        ("docs\\x.md", "is to be a path inside the repository"),
        ("docs/\u200bx.md", "holds a character that nobody can see"),
        ("!docs/x.md", "takes no `!`"),
        ("{1..100000}.md", "stands for too many patterns at once"),
        ("**/a/**/a/**/z.md", "has too many wildcards: at most 2 `**` and 3 `*`"),
        ("docs/*a*a*a*a*.md", "has too many wildcards: at most 2 `**` and 3 `*`"),
        ("*a" * 11, "has too many wildcards: at most 2 `**` and 3 `*`"),
        ("docs/tdd/", "names a folder: `docs/tdd/**` means the files in it"),
        ("./docs/*.md", "means no file"),
        ("docs/*.md ", "means no file"),
        ("x" * 201, "at most 200 characters long"),
    ],
)
@pytest.mark.parametrize("key", ["paths", "exclude", "import", "gate"])
def test_a_glob_stays_in_the_repository_and_is_cheap(key: str, glob: str, message: str) -> None:
    [fault] = faults(json.dumps({key: [glob]}))

    assert message in fault.message


@pytest.mark.parametrize("key", ["paths", "import"])
@pytest.mark.parametrize(
    "glob", ["docs/tdd", "docs/**/*.mdx", "docs/*.MD", "docs/{a,b}", "*.{txt,rst}", "*.md/x"]
)
def test_a_glob_for_documents_that_means_none_is_a_fault(key: str, glob: str) -> None:
    [fault] = faults(json.dumps({key: [glob]}))

    assert fault.message.endswith("means no Markdown file (.md): `folder/**/*.md` means those in a folder")


@pytest.mark.parametrize(
    "glob",
    ["docs/**", "docs/*", "docs/x.md", "docs/TDD-[0-9].md", "docs/{a,b}/*", "{x,docs/*.md}", "*d", "docs/?"],
)
def test_a_glob_for_documents_may_be_written_in_many_ways(glob: str) -> None:
    assert read(json.dumps({"paths": [glob]})).paths == (glob,)


def test_many_globs_that_are_too_much_together_are_refused() -> None:
    [fault] = faults(json.dumps({"paths": ["{1..500}/a.md", "{1..600}/b.md"]}))

    assert fault.message == "`paths` stands for too many patterns at once"


def test_all_faults_are_told_at_once_in_their_order() -> None:
    found = faults("quite: true\nmode: advise\napprovals: 0\nmode: off\n")

    assert [(one.line, one.key) for one in found] == [(1, "quite"), (3, "approvals"), (4, "mode")]


def test_thousands_of_faults_are_cut() -> None:
    assert len(faults("".join(f"k{i}: 1\n" for i in range(3_000)))) == 50


def test_a_fault_says_where_it_is_in_one_line() -> None:
    [fault] = faults("\n" * 6 + "reviwers: []\n")

    assert str(fault) == "`.github/tdd-bot.yml` line 7: unknown key `reviwers`, did you mean `reviewers`?"


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (FileProblem.SYMLINK, "it is a symbolic link, which is not followed; put the file itself here"),
        (FileProblem.SUBMODULE, "it is a submodule, not a file"),
        (FileProblem.NOT_TEXT, "it is not UTF-8 text"),
        (FileProblem.TOO_LARGE, "it is larger than 64 KiB"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_fault(problem: FileProblem, message: str) -> None:
    assert read_configuration_file(File(PATH, 1, None, problem), PATH) == (Problem(PATH, 1, 1, "", message),)


def test_no_file_is_the_defaults() -> None:
    assert read_configuration_file(None, PATH) == Configuration()


def test_without_a_list_of_rules_any_code_is_taken() -> None:
    assert isinstance(read_configuration("rules: {TDD999: off}", PATH), Configuration)


# --- merging ---------------------------------------------------------------------------------------


def test_the_repositorys_keys_win_over_the_organisations() -> None:
    shared = read("mode: advise\nreviewers: [erin]\napprovals: 2")

    merged = merge(shared, read("mode: enforce\nreviewers: []"))

    assert (merged.mode, merged.reviewers, merged.approvals) == (Mode.ENFORCE, (), 2)
    assert merged.given == {"mode", "reviewers", "approvals"}


def test_of_mappings_each_entry_wins() -> None:
    shared = read("aliases: {a: x, b: y}\nrules: {TDD204: off, TDD205: off}")

    merged = merge(shared, read("aliases: {b: z}\nrules: {TDD204: note}"))

    assert merged.aliases == {"a": "x", "b": "z"}
    assert merged.rules == {"TDD204": Severity.NOTE, "TDD205": Severity.OFF}


def test_a_rule_is_one_entry_however_it_is_weighed() -> None:
    shared = read("rules: {TDD204: {Draft: note}, TDD205: off}")

    assert merge(shared, read("rules: {TDD204: off}")).rules == {
        "TDD204": Severity.OFF,
        "TDD205": Severity.OFF,
    }


def test_merging_with_nothing_changes_nothing() -> None:
    one = read(EVERYTHING)

    assert merge(Configuration(), one) == one == merge(one, Configuration())


def test_the_title_decides_only_while_no_paths_are_set() -> None:
    assert Configuration().by_title
    assert not read("paths: []").by_title
    assert not merge(read("paths: ['x/*.md']"), Configuration()).by_title


def test_a_kind_inherits_and_overrides() -> None:
    made = read("approvals: 2\nquiet: true\nkinds: [{name: RFC, paths: [x/**], approvals: 3, mode: advise}]")

    kind = of_kind(made, made.kinds[0])

    assert (kind.approvals, kind.mode, kind.quiet, kind.kinds) == (3, Mode.ADVISE, True, ())


def test_differences_name_the_keys_that_change() -> None:
    found = list(differences(read("approvals: 2"), read("approvals: 2\nmode: advise\npaths: []")))

    assert [key for key, _, _ in found] == ["mode", "paths"]


def test_an_alias_is_found_whatever_its_case_and_spacing() -> None:
    made = read("aliases: {Security Team: '@acme/sec'}")

    assert made.alias("@security  TEAM") == "acme/sec"
    assert made.alias("security") is None


# --- the published schema --------------------------------------------------------------------------


def test_the_published_schema_is_the_one_of_this_code() -> None:
    published = (ROOT / "bot/builtin/tdd-bot.schema.json").read_text(encoding="utf-8")

    assert published == schema_text(), (
        'stale: python -c "from bot.core.policy.configuration import schema_text as s; print(s(), end=str())"'
        " > bot/builtin/tdd-bot.schema.json"
    )


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize(
    "value",
    [
        {"reviwers": []},
        {"mode": "enforced"},
        {"mode": True},
        {"approvals": 0},
        {"paths": "x"},
        {"rules": {"TDX": "off"}},
        {"sections": {"1": {"ownrs": []}}},
        {"kinds": [{}]},
        {"reviewers": ["the team"]},
    ],
)
def test_an_editor_refuses_what_the_gate_refuses(value: object) -> None:
    assert not Draft202012Validator(json_schema()).is_valid(value)
    assert faults(json.dumps(value))


# --- hostile ---------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *("mode", "paths", "kinds", "sections", "name", "off", ":", "-", "[", "]", "{", "}", "'", '"'),
        *("@", "*", "&a", "!x", "#", "|", ">", "%", "?", ",", "1", "~", "\\", "---", "..."),
        *(": ", "\n", "  ", "- ", "\t", "\r", "\x85"),
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map("".join)))
def test_any_text_is_a_configuration_or_has_faults_on_its_lines(text: str) -> None:
    found = read_configuration(text, PATH, CODES)

    if not isinstance(found, Configuration):
        assert found
        assert all(1 <= one.line <= len(text.splitlines()) + 1 and one.column >= 1 for one in found)


def test_what_does_not_read_a_configuration_needs_no_library_for_it() -> None:
    """The command ``check`` starts without pydantic and YAML."""
    code = (
        "import sys, bot.core.model, bot.core.decide, bot.cli.check;"
        "print([n for n in ('pydantic', 'ruamel.yaml') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
