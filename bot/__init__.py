"""tdd-bot: holds the merge of a Technical Design Document until it is complete and signed."""

__version__ = "0.1.0"
