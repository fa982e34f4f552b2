#!/usr/bin/env python3
"""Writes the reference pages that come from code; with ``--check``, fails where one is stale."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.cli.app import app  # noqa: E402 - needs the path set above
from bot.core.policy.buttons import BUTTONS  # noqa: E402 - as above
from bot.core.policy.commands import MOST_PER_COMMENT, REGISTRY  # noqa: E402 - as above

PAGES = ROOT / "docs" / "reference"


COMMANDS = """# Commands in the thread

A line of a comment, review or review comment that begins with `/tdd` is a command, unless it stands in
code, a quote, a list or HTML. One line is one command; at most {most} of a comment are read.
`in PATH` behind a command picks a document where a pull request has several. Nothing new runs when a
comment is edited, and what bots write is ignored.

| Command | Who | Effect |
|---|---|---|
{rows}

## How long one counts

- These block, and last from when they were first seen until their counter-command, whatever becomes of
  the comment: {lasting}.
- These act once, with a commit where the app may write contents, else with a patch in a reply: {acts}.
- All others count only while their comment stands unedited.

## Buttons on the check

Where one helps, and one document of the pull request is meant, the check has a button. Whoever presses it
gives the command; without that command's authority the press is refused in a reply.

| Button | Gives | Effect |
|---|---|---|
{buttons}
"""


def commands() -> str:
    """Return the page about slash commands."""
    every = REGISTRY.values()
    return COMMANDS.format(
        most=MOST_PER_COMMENT,
        rows="\n".join(f"| `/tdd {one.usage}` | {one.who} | {one.effect} |" for one in every),
        lasting=", ".join(f"`{one.name}`" for one in every if one.lasting),
        buttons="\n".join(
            f"| {one.label} | `/tdd {one.command}` | {one.description} |" for one in BUTTONS.values()
        ),
        acts=", ".join(f"`{one.name}`" for one in every if one.act),
    )


def command_line() -> str:
    """Return the page about ``tdd-bot``: the help of every command, as it is printed."""
    lines = ["# Command line", ""]
    for path, command in _all(app, ("tdd-bot",)):
        lines += [f"## {' '.join(path)}", "", "```text", _help(command, path), "```", ""]
    return "\n".join(lines)


def _all(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, one in sorted(command.commands.items()):
            yield from _all(one, (*path, name))


def _help(command: click.Command, path: tuple[str, ...]) -> str:
    names = app.context_settings["help_option_names"]
    context = click.Context(
        command,
        info_name=" ".join(path),
        terminal_width=100,
        max_content_width=100,
        # As when it is called: click makes the option once for each command, by the first one who asks.
        help_option_names=names,
    )
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


def main() -> int:
    """Write the pages, or compare them."""
    stale = []
    for name, text in (("commands.md", commands()), ("command-line.md", command_line())):
        page = PAGES / name
        if "--check" in sys.argv:
            if not page.exists() or page.read_text(encoding="utf-8") != text:
                stale.append(page)
        else:
            page.write_text(text, encoding="utf-8")
    for page in stale:
        print(f"{page.relative_to(ROOT)} is stale: .ci/reference.py writes it", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
