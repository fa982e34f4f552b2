"""Jobs, the run of each, and what follows from a failure."""

from bot.engine.driver import import_library

# Before any module of this room does.
import_library()
