"""``tdd-bot demo``: a whole review on a local GitHub, with the real server and everything over HTTP."""
