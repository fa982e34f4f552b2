"""The tables as the code uses them; ``migrations.py`` makes them, a test holds the two together."""

import sqlalchemy as sa

metadata = sa.MetaData()

_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite numbers rows by itself only where the key is an INTEGER."""

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("delivery", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("installation", sa.BigInteger, nullable=False, server_default="0"),
)
"""Accepted webhooks, one row a job, until the pump has submitted them; 0: of no single installation."""

pull_request = sa.Table(
    "pull_request",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("generation", sa.BigInteger, nullable=False),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("repository", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("widened", sa.BigInteger, nullable=False, server_default="-1"),
    sa.Column("cuts", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("failures", sa.BigInteger, nullable=False, server_default="0"),
)
"""Which run comes next for a pull request, and the way to it. Rows stay: run ids must never come again."""

bulk = sa.Table(
    "bulk",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("repository", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("checks_only", sa.Boolean, nullable=False),
    sa.Column("due", sa.Double, nullable=False),
    sa.Column("taken", sa.Double, nullable=False),
    sa.Index("bulk_due", "due"),
)
"""Pull requests to be judged when there is room, one row each until its run begins.

``due`` and ``taken`` are seconds since 1970; 0: as soon as possible, not taken.
"""

creation = sa.Table(
    "creation",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Index("creation_of", "installation", "at"),
)
"""What was created at GitHub in the last hour that it limits; older rows are deleted on the way."""

pause = sa.Table(
    "pause",
    metadata,
    sa.Column("installation", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("until", sa.Double, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
"""Installations in whose name nothing is asked for a while."""

executor = sa.Table(
    "executor",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("pid", sa.BigInteger, nullable=False),
    sa.Column("started", sa.Text, nullable=False),
    sa.Column("beat", sa.Double, nullable=False),
    sa.Column("dead", sa.Boolean, nullable=False),
)
"""The processes that run jobs, one row a boot, with their heartbeat by the database's clock."""

fact = sa.Table(
    "fact",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("repository", sa.BigInteger, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.UniqueConstraint("repository", "number", "digest"),
)
"""The journal of each pull request, in the order in which facts were first seen."""

verdict = sa.Table(
    "verdict",
    metadata,
    sa.Column("repository", sa.BigInteger, primary_key=True),
    sa.Column("head", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("verdict", sa.Integer, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)
"""What each pull request said of a commit: several may share one, and one check run speaks for all."""

leaning = sa.Table(
    "leaning",
    metadata,
    sa.Column("repository", sa.BigInteger, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Index("leaning_topic", "topic", "installation"),
)
"""What the verdict of each open pull request leans on: files of branches, teams, people."""

cache = sa.Table(
    "cache",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
    sa.Column("expires", sa.Double, nullable=False),
    sa.Index("cache_expires", "expires"),
)
"""Answers of GitHub that stay true for a while."""

wake = sa.Table(
    "wake",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("repository", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("due", sa.Double, nullable=False),
    sa.Index("wake_due", "due"),
)
"""Pull requests that are to be looked at when a time has come: a reminder is due then."""

digest = sa.Table(
    "digest",
    metadata,
    sa.Column("repository", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("issue", sa.BigInteger),
    sa.Column("written", sa.Double, nullable=False),
)
"""Repositories that want a weekly overview, and the issue that it is."""

installation = sa.Table(
    "installation",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("suspended", sa.Boolean, nullable=False),
    sa.Column("gone", sa.Double),
)
"""Accounts that have the app installed; those that had it for thirty days more."""

repository = sa.Table(
    "repository",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("watermark", sa.Double),
    sa.Column("page", sa.Text, nullable=False),
    sa.Column("begun", sa.Double, nullable=False),
    sa.Column("gone", sa.Double),
    sa.Column("held", sa.Double, nullable=False, server_default="0"),
    sa.Index("repository_of", "installation"),
)
"""Repositories that the app reaches, since when, and up to when the open pull requests have been swept."""

newcomer = sa.Table(
    "newcomer",
    metadata,
    sa.Column("repository", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("due", sa.Double, nullable=False),
    sa.Index("newcomer_due", "due"),
)
"""Repositories that are to be offered a first configuration, since they have got the app."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("repository", sa.BigInteger, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Index("audit_at", "at"),
    sa.Index("audit_of", "repository", "number"),
)
"""What this app did, for whom, why, and on which content; never document text."""

chore = sa.Table(
    "chore",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("due", sa.Double, nullable=False),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("until", sa.Double, nullable=False),
    sa.Column("cursor", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("ended", sa.Double),
)
"""Work that comes round by itself: when it is due, who does it and until when, how far it got."""

record = sa.Table(
    "record",
    metadata,
    sa.Column("repository", sa.BigInteger, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("merged", sa.Boolean, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
"""The last decision on a pull request, as its page shows it: it holds lines of documents."""

design = sa.Table(
    "design",
    metadata,
    sa.Column("repository", sa.BigInteger, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("verdict", sa.Integer, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("move", sa.Text, nullable=False),
    sa.Column("waiting", sa.Text, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("opened", sa.Double, nullable=False),
    sa.Column("merged", sa.Double),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("edition", sa.Text, nullable=False, server_default=""),
    sa.Index("design_rank", "rank", "since"),
    # Whatever the page counts, so that it need not read ten thousand whole rows.
    sa.Index("design_overview", "repository", "status", "move", "merged", "opened"),
)
"""Each document of an open pull request, and of merged ones the version that was merged last.

Those with an edition were seen on the default branch; with number 0, no pull request known here brought them.
"""

shelf = sa.Table(
    "shelf",
    metadata,
    sa.Column("repository", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("tip", sa.Text, nullable=False),
)
"""At which commit the designs of each default branch were read last."""
