"""Where the statuses of any house's template stand in the life of a document."""

from bot.core.document.heading_words import key_of

# What a status is called never comes from here: a document has one of its template's own, or none. What is
# rejected or withdrawn is past, as what is superseded is, and so needs a signature once it was approved, and
# no successor (`has_successor`).
# The lifecycle's own words; a test holds them against `policy.lifecycle`, which this package may not import.
_WORDS = {
    "Draft": (
        *("draft", "wip", "work in progress", "idea", "provisional", "ideation", "prediscussion", "new"),
        *("entwurf", "in arbeit", "borrador", "brouillon", "bozza", "rascunho", "草稿", "草案"),
    ),
    "In-Review": (
        *("in review", "under review", "review", "reviewing", "proposed", "discussion", "in discussion"),
        *("rfc", "open", "final comment period", "fcp", "last call", "awaiting review", "active review"),
        *("in prüfung", "vorgeschlagen", "en revisión", "en revision", "propuesta", "propuesto"),
        *("en revue", "proposé", "proposée", "proposto", "in revisione", "评审中", "审查中"),
    ),
    "Approved": (
        *("approved", "accepted", "final", "implementable", "implemented", "active", "published"),
        *("committed", "done", "adopted", "merged", "ratified", "genehmigt", "angenommen", "freigegeben"),
        *("aceptada", "aceptado", "aprobada", "aprobado", "approuvé", "approuvée", "accepté", "acceptée"),
        *("approvato", "aprovado", "已批准", "批准", "通过"),
    ),
    "Superseded": (
        *("superseded", "superceded", "deprecated", "replaced", "obsolete", "rejected", "withdrawn"),
        *("abandoned", "retired", "removed", "abgelöst", "ersetzt", "veraltet", "abgelehnt", "verworfen"),
        *("reemplazada", "reemplazado", "obsoleta", "obsoleto", "rechazada", "rechazado", "remplacé"),
        *("remplacée", "rejeté", "rejetée", "superato", "substituído", "已取代", "废弃", "已废弃"),
    ),
}
_REPLACED = frozenset(
    key_of(word)
    for word in (
        *("superseded", "superceded", "replaced", "abgelöst", "ersetzt", "reemplazada", "reemplazado"),
        *("remplacé", "remplacée", "superato", "substituído", "已取代"),
    )
)
_STAGES = {key_of(word): stage for stage, words in _WORDS.items() for word in words}


def stage_of(status: str) -> str | None:
    """Return which of the lifecycle's four a status stands for; None for one that stands for none."""
    return _STAGES.get(key_of(status))


def has_successor(status: str) -> bool:
    """Whether a status says that another document stands in this one's place; "Rejected" does not."""
    return key_of(status) in _REPLACED
