"""Names of header fields, as people label them, and of sections that are part of the header."""

import re
import unicodedata
from functools import lru_cache

AUTHOR = "author"
STATUS = "status"
DATE = "date"
REVIEWERS = "reviewers"
SUPERSEDED_BY = "superseded-by"
TITLE = "title"

SUPERSEDES = frozenset({"supersedes", "replaces", "obsoletes", "reemplaza a", "remplace", "ersetzt", "取代"})
"""Labels, as ``label_key`` gives them, of what a document takes the place of."""

# By rank: where a document has several of one name's labels, the earliest here is the field, and the others
# stay under their own labels. Other languages: what templates in them use.
_LABELS: dict[str, tuple[tuple[str, ...], ...]] = {
    AUTHOR: (
        (
            *(
                "author",
                "authors",
                "autor",
                "autora",
                "autores",
                "autorin",
                "autor es",
                "autor a",
                "autoren",
                "autori",
            ),
            *(
                "auteur",
                "auteurs",
                "auteures",
                "autore",
                "автор",
                "авторы",
                "작성자",
                "作者",
                "作成者",
                "著者",
            ),
        ),
        (
            *("owner", "owners", "document owner", "doc owner", "by", "written by", "created by"),
            *("proposed by", "submitted by", "verfasser", "verfasserin", "responsable", "负责人", "撰写人"),
        ),
    ),
    STATUS: (
        (
            *("status", "document status", "doc status", "rfc status", "adr status", "current status"),
            *("tdd status", "design status", "proposal status"),
            *("estado", "statut", "stato", "статус", "상태", "状态", "ステータス"),
        ),
        ("state",),
    ),
    DATE: (
        ("date", "fecha", "datum", "data", "дата", "날짜", "日期", "日付"),
        (
            *("created", "created on", "created at", "creation date", "date created", "created date"),
            *("date of creation", "creado", "erstellt", "erstellt am", "data de criação", "date de création"),
            *("작성일", "作成日"),
        ),
        ("start date", "started", "initial version", "fecha de creación", "创建日期", "创建时间"),
        (
            *("date proposed", "proposed on", "proposal date", "date submitted", "submitted", "submitted on"),
            *("opened", "published"),
        ),
        (
            *("last updated", "updated", "last update", "last modified", "update date", "updated on"),
            *(
                "last updated on",
                "updated at",
                "last edited",
                "date updated",
                "last revision",
                "revision date",
            ),
            *("modified", "last revised", "revised", "última actualización", "última atualização"),
            *(
                "dernière mise à jour",
                "letzte änderung",
                "zuletzt geändert",
                "更新日期",
                "更新时间",
                "更新日",
            ),
        ),
    ),
    REVIEWERS: (
        (
            *("reviewers", "reviewer", "revisores", "revisor", "revisor es", "relecteurs", "relecteur"),
            *("relectrices", "prüfer", "revisori", "revisore", "ревьюеры", "ревьюер", "рецензенты"),
            *("리뷰어", "검토자", "评审人", "评审者", "审阅人", "レビュアー", "レビューア", "レビュー担当者"),
        ),
        ("reviewed by", "review by", "revisado por"),
    ),
    SUPERSEDED_BY: (
        (
            *("superseded by", "superseeded by", "superceded by", "replaced by", "obsoleted by"),
            *("reemplazada por", "reemplazado por", "sustituida por", "substituído por", "remplacé par"),
            *("remplacée par", "ersetzt durch", "abgelöst durch", "被取代", "被替代"),
        ),
    ),
    TITLE: (
        (
            *("title", "name", "feature name", "proposal name", "document title", "rfc title", "doc title"),
            *("título", "titel", "titre", "titolo", "nombre", "标题", "タイトル", "제목"),
        ),
    ),
}
_RANKED = {
    label: (name, rank)
    for name, ranks in _LABELS.items()
    for rank, labels in enumerate(ranks)
    for label in labels
}

# Sections that hold the header: an ADR's Status, a form's Metadata.
_HEADER_SECTIONS = frozenset(
    """meta|metadata|meta data|document information|document info|document control|document status
    |document details|document metadata|document properties|document history|header|information|info
    |status|estado|statut|properties|title|metadatos|文档信息|状态
    |preamble|front matter|about this document|doc info|document header|general information
    |basic information|基本信息|文档控制|メタデータ|metadaten|métadonnées""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
STATUS_SECTIONS = frozenset({"status", "estado", "statut", "状态", "document status"})

_OPTIONAL_PLURAL = re.compile(r"\((?:s|es|r|n)\)", re.IGNORECASE)
_LONG = 200
"""Characters of a label beyond which it is not worth keeping."""
_NUMBER = re.compile(r"^\W*(?:§\s*)?\d+(?:\.\d+)*[.):]*\s+")


def label_key(label: str) -> str:
    """Return a label in the form it is looked up by: lower case, single blanks, no marks."""
    return _key(label) if len(label) <= _LONG else _key.__wrapped__(label)


@lru_cache(maxsize=4096)
def _key(label: str) -> str:
    text = unicodedata.normalize("NFKC", label).casefold()
    text = _OPTIONAL_PLURAL.sub(lambda found: found[0][1:-1], text)
    words = "".join(one if one.isalnum() or unicodedata.category(one) == "Mn" else " " for one in text)
    return " ".join(words.split())


_SECTION_FIELDS = frozenset({AUTHOR, DATE, REVIEWERS, STATUS})
_QUALIFIED = {"reviewer": REVIEWERS, "reviewers": REVIEWERS, "author": AUTHOR, "authors": AUTHOR}
_QUALIFIED_WORDS = 3


def canonical(label: str) -> tuple[str, int] | None:
    """Return a label's canonical field name and its rank among that name's labels, 0 for the plainest."""
    key = label_key(label)
    if key in _RANKED:
        return _RANKED[key]
    words = key.split()
    if 1 < len(words) <= _QUALIFIED_WORDS:  # "Security reviewers", "Reviewers required"
        name = _QUALIFIED.get(words[-1]) or _QUALIFIED.get(words[0])
        return (name, 0) if name else None
    return None


_ONE_PERSON = frozenset(
    {"author", "autor", "autora", "auteur", "reviewer", "revisor", "relecteur", "ревьюер"}
)


def goes_on(label: str, first: str) -> bool:
    """Whether a field of people goes on with the list that an earlier one of the same name began."""
    key = label_key(label)
    if key == label_key(first):
        return key in _ONE_PERSON
    known = canonical(label)
    return known is not None and known[0] == REVIEWERS


def is_header_section(heading: str) -> bool:
    """Whether a section of this heading belongs to the header."""
    if label_key(_NUMBER.sub("", heading)) in _HEADER_SECTIONS:
        return True
    return field_of_section(heading) is not None or field_in_heading(heading) is not None


def field_of_section(heading: str) -> str | None:
    """Return the header field that a section of this heading is, such as ``## Date``."""
    label = _NUMBER.sub("", heading)
    known = canonical(label)
    return known[0] if known and known[0] in _SECTION_FIELDS and len(label_key(label).split()) == 1 else None


def field_in_heading(heading: str) -> tuple[str, str] | None:
    """Return label and value of a heading that is a field itself, such as ``## Status: Draft``."""
    label, colon, value = heading.replace("：", ":").partition(":")
    return (label.strip(), value.strip()) if colon and value.strip() and field_of_section(label) else None


def is_status_section(heading: str) -> bool:
    """Whether a section of this heading says the status."""
    return label_key(_NUMBER.sub("", heading)) in STATUS_SECTIONS
