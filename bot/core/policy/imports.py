"""Documents brought in from elsewhere: they come as they are, and somebody here says that they may."""

from bot.core.document.paths import compile_globs
from bot.core.model import Configuration, DocumentChange


def is_import(settings: Configuration, change: DocumentChange) -> bool:
    """Tell whether a document enters the repository as one that was reviewed where it comes from.

    Only one that the base branch does not have: what is here already, moved ones included, is edited like any
    other. Which paths these are is read from the default branch, so no pull request makes itself one.
    """
    new = change.base is None and change.head is not None
    return new and bool(settings.imports) and compile_globs(settings.imports).match(change.path)
