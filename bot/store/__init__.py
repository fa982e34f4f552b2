"""Our own tables, on SQLite or PostgreSQL: a journal and a cache, not the truth, which is GitHub's."""
