"""Which part of a configuration holds for a document: everybody's, or that of its kind."""

from bot.core.document.paths import DOCUMENT_GLOBS, DocumentPlaces, compile_globs
from bot.core.model import Configuration, Kind
from bot.core.policy.precedence import of_kind


def for_document(configuration: Configuration, path: str) -> Configuration:
    """Return what holds for a document at a path: the first kind with a glob for it, else what all have."""
    kind = next((one for one in configuration.kinds if _has(one, path)), None)
    return of_kind(configuration, kind) if kind else configuration


def places_of(configuration: Configuration) -> DocumentPlaces:
    """Return where the documents of all kinds are."""
    globs = configuration.paths if "paths" in configuration.given else DOCUMENT_GLOBS
    kinds = (glob for kind in configuration.kinds for glob in kind.configuration.paths)
    return DocumentPlaces(
        globs=tuple(dict.fromkeys((*globs, *kinds))),
        exclude=configuration.exclude,
        by_title=configuration.by_title,
        template=configuration.template,
    )


def _has(kind: Kind, path: str) -> bool:
    own = kind.configuration
    if not own.paths or not compile_globs(own.paths).match(path):
        return False
    return not (own.exclude and compile_globs(own.exclude).match(path))
