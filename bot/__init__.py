"""tdd-bot: holds the merge of a Technical Design Document until it is complete and signed."""
