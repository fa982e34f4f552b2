"""Which files are documents."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcmatch import glob

from bot.core.document.paths import (
    ANYWHERE,
    DocumentPlaces,
    compile_globs,
    is_document_by_title,
)


@pytest.mark.parametrize(
    "path",
    [
        "docs/tdd/0007-price-cache.md",
        "docs/tdds/x.md",
        "docs/design/2026/q4/x.md",
        "docs/designs/x.md",
        "tdd/x.md",
        "tdds/deep/er/x.md",
        "docs/tdd/.hidden.md",
        "docs/tdd/.folder/x.md",
        "docs/tdd/{a,b}[1]*?.md",
        "docs/tdd/Über die Größe 🚀.md",
        "docs/tdd/.github/TDD_TEMPLATE.md",
    ],
)
def test_a_file_in_a_documents_folder_is_a_document(path: str) -> None:
    assert ANYWHERE.has(path)
    assert not ANYWHERE.may_have(path)


@pytest.mark.parametrize(
    "path",
    [
        "docs/guide.md",
        "docs/tdd.md",
        "docs/TDD/x.md",
        "src/docs/tdd/x.md",
        "mytdd/x.md",
        "tdd.md",
        "docs/tdd\\x.md",
    ],
)
def test_elsewhere_the_title_decides(path: str) -> None:
    assert not ANYWHERE.has(path)
    assert ANYWHERE.may_have(path)


@pytest.mark.parametrize(
    "path",
    [
        "docs/tdd/README.md",
        "docs/tdd/sub/README.md",
        "docs/tdd/index.md",
        "docs/tdd/TEMPLATE.md",
        ".github/TDD_TEMPLATE.md",
        "README.md",
        "docs/tdd/x.txt",
        "docs/tdd/x.MD",
        "docs/tdd/x.markdown",
        "",
        "tdd",
    ],
)
def test_a_readme_an_index_and_the_template_never_are(path: str) -> None:
    assert not ANYWHERE.has(path)
    assert not ANYWHERE.may_have(path)


@pytest.mark.parametrize(
    "text",
    [
        "# TDD: Price cache\n",
        "TDD: Price cache\n===\n",
        "---\nstatus: Draft\n---\n\n# TDD: Price cache\n",
        '+++\n# not yet\nstatus = "Draft"\n+++\n\n# TDD: Price cache\n',
        "<!-- # Note -->\n\nSome words.\n\n## TDD: Price cache\n",
        "```\n# Not this\n```\n# TDD: Price cache\n",
        "#   TDD: Price cache   #\r\n",
        "\ufeff# TDD: Price cache",
    ],
)
def test_a_first_heading_that_says_tdd_makes_a_document(text: str) -> None:
    assert is_document_by_title(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TDD: not a heading\n",
        "# Price cache\n\n# TDD: second\n",
        "# tdd: lower case\n",
        "```\n# TDD: in code\n```\n",
        "<!--\n# TDD: in a comment\n-->\n",
        "#TDD: no heading\n",
        "# TDD without a colon\n",
        "\0\r\u202e#",
    ],
)
def test_any_other_text_is_no_document(text: str) -> None:
    assert not is_document_by_title(text)


RFCS = DocumentPlaces(globs=("rfcs/**/*",), exclude=("rfcs/old/**",), by_title=False, template="rfcs/0000.md")


@pytest.mark.parametrize("path", ["rfcs/1.md", "rfcs/deep/er/2.md", "rfcs/.hidden.md"])
def test_configured_globs_say_where_documents_are(path: str) -> None:
    assert RFCS.has(path)


@pytest.mark.parametrize(
    "path",
    [
        "docs/tdd/1.md",
        "rfcs/old/1.md",
        "rfcs/README.md",
        "rfcs/0000.md",
        "rfcs/image.png",
        "RFCS/1.md",
        "x/rfcs/1.md",
    ],
)
def test_what_is_elsewhere_excluded_or_the_template_is_none(path: str) -> None:
    assert not RFCS.has(path)
    assert not RFCS.may_have(path)


def test_an_excluded_file_is_no_document_by_its_title_either() -> None:
    places = DocumentPlaces(exclude=("notes/**",))

    assert not places.may_have("notes/a.md")
    assert places.may_have("other/a.md")


def test_globs_that_stand_for_too_many_are_refused() -> None:
    with pytest.raises(ValueError, match="too many patterns"):
        compile_globs(("{1..100000}.md",))


@given(
    globs=st.lists(st.text("ab*?/.[]{,}\\~", min_size=1, max_size=6), max_size=3),
    path=st.text("ab*?/.[]{,}~", min_size=1, max_size=6).filter(
        lambda one: "//" not in one and one.strip("/") == one
    ),
)
@example(globs=["a.md", "b//a"], path="b/a")
@example(globs=["a.md", "b"], path="a.md")
def test_what_is_looked_up_is_what_would_be_matched(globs: list[str], path: str) -> None:
    flags = glob.GLOBSTAR | glob.BRACE | glob.DOTGLOB | glob.CASE | glob.FORCEUNIX
    plain = glob.compile(globs, flags=flags)
    assert compile_globs(tuple(globs)).match(path) == plain.match(path)
