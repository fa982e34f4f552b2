"""The environment as one frozen value: read once at start, passed down, never read again."""

from bot.settings.reading import read_database_url, read_settings
from bot.settings.values import Fault, LogFormat, LogLevel, Settings, SettingsError

__all__ = [
    "Fault",
    "LogFormat",
    "LogLevel",
    "Settings",
    "SettingsError",
    "read_database_url",
    "read_settings",
]
