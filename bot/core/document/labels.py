"""Names of header fields, as people label them, and of sections that are part of the header."""

import re
import unicodedata

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
            "author",
            "authors",
            "autor",
            "autora",
            "autores",
            "autor es",
            "auteur",
            "auteurs",
            "autore",
            "作者",
        ),
        ("owner", "owners", "by", "written by", "verfasser", "responsable", "负责人"),
    ),
    STATUS: (
        (
            *("status", "document status", "doc status", "rfc status", "adr status", "current status"),
            *("estado", "statut", "stato", "状态", "ステータス"),
        ),
        ("state",),
    ),
    DATE: (
        ("date", "fecha", "datum", "data", "日期"),
        ("created", "created on", "created at", "creation date", "date created", "creado", "erstellt"),
        ("start date", "started", "initial version", "fecha de creación", "创建日期"),
        (
            "date proposed",
            "proposed on",
            "proposal date",
            "date submitted",
            "submitted",
            "opened",
            "published",
        ),
        (
            *("last updated", "updated", "last update", "last modified", "update date", "updated on"),
            *("modified", "last revised", "revised", "última actualización", "更新日期"),
        ),
    ),
    REVIEWERS: (
        ("reviewers", "reviewer", "revisores", "revisor", "relecteurs", "评审人"),
        ("reviewed by", "review by"),
    ),
    SUPERSEDED_BY: (("superseded by", "superseeded by", "superceded by", "replaced by", "reemplazada por"),),
    TITLE: (("title", "name", "feature name", "proposal name", "título", "titel", "titre", "nombre"),),
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
    |status|estado|statut|properties|title|metadatos|文档信息|状态""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
STATUS_SECTIONS = frozenset({"status", "estado", "statut", "状态", "document status"})

_OPTIONAL_PLURAL = re.compile(r"\((?:s|es|r|n)\)", re.IGNORECASE)
_NUMBER = re.compile(r"^\W*(?:§\s*)?\d+(?:\.\d+)*[.):]*\s+")


def label_key(label: str) -> str:
    """Return a label in the form it is looked up by: lower case, single blanks, no marks."""
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


def is_header_section(heading: str) -> bool:
    """Whether a section of this heading belongs to the header."""
    return label_key(_NUMBER.sub("", heading)) in _HEADER_SECTIONS or field_of_section(heading) is not None


def field_of_section(heading: str) -> str | None:
    """Return the header field that a section of this heading is, such as ``## Date``."""
    label = _NUMBER.sub("", heading)
    known = canonical(label)
    return known[0] if known and known[0] in _SECTION_FIELDS and len(label_key(label).split()) == 1 else None


def is_status_section(heading: str) -> bool:
    """Whether a section of this heading says the status."""
    return label_key(_NUMBER.sub("", heading)) in STATUS_SECTIONS
