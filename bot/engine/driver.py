"""The engine's library without PostgreSQL's driver, which it imports whatever the database is.

On the embedded one nothing is asked of the driver, and it takes ten megabytes: a twelfth of what a server has
at rest. So the library is given a stand-in, which imports the driver when it is asked something. Everybody
else who imports the driver gets the driver.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final

_LIBRARY: Final = "dbos"
_DRIVER: Final = "psycopg"
_ERRORS: Final = "errors"
"""All that the library imports out of the driver; it asks for a class there when there is an error."""


class _Deferred(ModuleType):
    """A module that is imported by the first question to it."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        if name.startswith("__"):
            # What Python itself asks of each module that is loaded.
            raise AttributeError(name)
        if name == _ERRORS:
            return _Deferred(f"{_DRIVER}.{_ERRORS}")
        return getattr(import_module(self.__name__), name)


def import_library() -> None:
    """Import the library, unless it is there, and leave the driver for later, unless it is there."""
    if _LIBRARY in sys.modules or _DRIVER in sys.modules:
        return
    sys.modules[_DRIVER] = _Deferred(_DRIVER)
    try:
        import_module(_LIBRARY)
    finally:
        del sys.modules[_DRIVER]
