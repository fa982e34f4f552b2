"""The local GitHub in a browser: read a pull request, become somebody, and do what that person may do."""

from bot.sandbox.playground.app import Playground

__all__ = ["Playground"]
