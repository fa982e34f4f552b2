"""Why a decision is what it is: as a tree of values, and as text for a terminal."""

from bot.core.render.why.node import Mark, Node, Topic
from bot.core.render.why.text import to_text
from bot.core.render.why.tree import why

__all__ = ["Mark", "Node", "Topic", "to_text", "why"]
