"""``tdd-bot doctor``: whether the app, its server and a repository are as the gate needs them."""
