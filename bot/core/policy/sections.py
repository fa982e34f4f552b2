"""What the configuration says of the template's sections: required, reasons, other headings, owners."""

from collections.abc import Iterator
from dataclasses import replace

from bot.core.document.heading_words import key_of
from bot.core.model import Configuration, Document, Schema, SchemaSection, SectionId, SectionSettings
from bot.core.policy.lifecycle import KNOWN


def configured(schema: Schema, configuration: Configuration) -> Schema:
    """Return the schema as the configuration has it."""
    if not configuration.sections:
        return schema
    settings = dict(_settings(schema, configuration))
    return replace(
        schema,
        sections=tuple(
            _with(one, settings[one.id]) if one.id in settings else one for one in schema.sections
        ),
    )


def unknown_sections(schema: Schema, configuration: Configuration) -> Iterator[tuple[str, SectionSettings]]:
    """Yield the entries of ``sections`` that mean no section of the template."""
    for name, one in configuration.sections.items():
        if _section(schema, name) is None:
            yield name, one


def unknown_statuses(schema: Schema, configuration: Configuration) -> Iterator[str]:
    """Yield the statuses by which rules are weighed that are neither the template's nor the lifecycle's."""
    known = {*schema.statuses, *KNOWN}
    named = (key[1] for key in configuration.rules if isinstance(key, tuple))
    yield from (one for one in dict.fromkeys(named) if one not in known)


def changed_between(base: Document | None, head: Document | None) -> frozenset[SectionId]:
    """Return the sections that say something else at the head; of a new or removed document, all it has."""
    before, after = (one.fingerprints if one else {} for one in (base, head))
    return frozenset(SectionId(one) for one in {*before, *after} if before.get(one) != after.get(one))


def _settings(schema: Schema, configuration: Configuration) -> Iterator[tuple[SectionId, SectionSettings]]:
    for name, one in configuration.sections.items():
        section = _section(schema, name)
        if section is not None:
            yield section.id, one


def _section(schema: Schema, name: str) -> SchemaSection | None:
    """Find a section by its number, else by its title, as headings are compared."""
    by_number = next((one for one in schema.sections if one.id == name.strip()), None)
    return by_number or next((one for one in schema.sections if key_of(one.title) == key_of(name)), None)


def _with(section: SchemaSection, settings: SectionSettings) -> SchemaSection:
    return replace(
        section,
        required=section.required if settings.required is None else settings.required,
        reason_required=section.reason_required if settings.reason is None else settings.reason,
        aliases=(*section.aliases, *settings.aliases),
        owners=settings.owners or section.owners,
    )
