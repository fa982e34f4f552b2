"""``tdd-bot setup``: an app of one's own, registered from the manifest, its credentials kept for it."""
