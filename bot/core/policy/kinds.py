"""Which part of a configuration holds for a document: everybody's, or that of its kind."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from wcmatch.glob import escape

from bot.core.document import schema_of
from bot.core.document.paths import DOCUMENT_GLOBS, DocumentPlaces, compile_globs
from bot.core.model import Configuration, DocumentChange, Kind, Schema, Snapshot
from bot.core.policy.precedence import of_kind
from bot.core.policy.sections import configured


def for_document(configuration: Configuration, path: str) -> Configuration:
    """Return what holds for a document at a path: the first kind with a glob for it, else what all have."""
    kind = kind_for(configuration, path)
    return of_kind(configuration, kind) if kind else configuration


def kind_for(configuration: Configuration, path: str) -> Kind | None:
    """Return the first kind with a glob for a path; None for a document of no kind."""
    return next((one for one in configuration.kinds if _has(one, path)), None)


def apart(configuration: Configuration, changes: Iterable[DocumentChange]) -> tuple[DocumentChange, ...]:
    """Let a document that is moved from one kind to another be gone from the first as well.

    Whom its old kind requires has to agree to that: the new one may require nobody, or be off.
    """
    found = []
    for one in changes:
        found.append(one)
        if one.head is None or one.base is None or one.head.path == one.base.path:
            continue
        if kind_for(configuration, one.head.path) is not kind_for(configuration, one.base.path):
            found.append(DocumentChange(one.base.path, None, one.base))
    return tuple(found)


def view_of(snapshot: Snapshot, path: str) -> Snapshot:
    """Return the snapshot as it is for a document at a path: with its kind's settings, template and names."""
    kind = kind_for(snapshot.configuration, path)
    if kind is None:
        return snapshot
    settings = of_kind(snapshot.configuration, kind)
    meant = {name: settings.aliases[name] for name in kind.configuration.aliases}
    aliased = {
        name: snapshot.names[target.casefold()]
        for name, target in meant.items()
        if target.casefold() in snapshot.names
    }
    return replace(
        snapshot,
        configuration=settings,
        template=snapshot.templates.get(kind.name, snapshot.template),
        names={**snapshot.names, **aliased},
    )


def schema_for(snapshot: Snapshot, path: str) -> Schema:
    """Return what a document at a path is judged by: its kind's template, as the configuration has it."""
    return schema_at(snapshot.configuration, snapshot.template, snapshot.templates, path)


def schema_at(configuration: Configuration, template: str, templates: Mapping[str, str], path: str) -> Schema:
    """Return the same without a pull request; ``templates``: those that kinds have of their own, by name."""
    kind = kind_for(configuration, path)
    if kind is None:
        return configured(schema_of(template), configuration)
    return configured(schema_of(templates.get(kind.name, template)), of_kind(configuration, kind))


def places_of(configuration: Configuration) -> DocumentPlaces:
    """Return where the documents of all kinds are."""
    globs = configuration.paths or DOCUMENT_GLOBS
    kinds = [one.configuration for one in configuration.kinds]
    templates = (escape(one.template, unix=True) for one in kinds if one.template)
    return DocumentPlaces(
        globs=tuple(dict.fromkeys((*globs, *(path for one in kinds for path in one.paths)))),
        exclude=(*configuration.exclude, *templates),
        by_title=configuration.by_title,
        template=configuration.template,
    )


def _has(kind: Kind, path: str) -> bool:
    own = kind.configuration
    if not own.paths or not compile_globs(own.paths).match(path):
        return False
    return not (own.exclude and compile_globs(own.exclude).match(path))
