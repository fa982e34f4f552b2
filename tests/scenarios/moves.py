"""Whose move it is, as a reader of the comment finds it: one sentence, which agrees with the first line."""

import re
from dataclasses import dataclass

NEXT = re.compile(r"\*\*Next, ([^*]+):\*\*")
HOLDS = re.compile(r"^(?:\\?@)?(\S+) holds the merge")
SIGNING = (
    "Waiting for ",
    "Removing this design waits for ",
    "Brought in from elsewhere as ",
    "A minor edit: ",
)


@dataclass(frozen=True)
class Block:
    """What a comment says about one design."""

    headline: str
    done: bool
    """It begins with the mark of what is through, or says that somebody let it pass."""
    movers: list[str]
    """Everybody whose move is announced; more than one is a fault."""
    body: str


def blocks(comment: str) -> list[Block]:
    """Take a comment apart as its reader does."""
    found = []
    for part in comment.split("\n\n---\n\n"):
        body = re.sub(r"<!--.*?-->\n?", "", part, flags=re.DOTALL).strip()
        bold = re.match(r"(✔ )?\*\*(.+?)\*\*", body)
        if bold is not None:
            done = bold[1] is not None or bold[2].startswith("Passed by override of ")
            found.append(Block(bold[2], done, NEXT.findall(body), body))
    return found


def fault_of(block: Block, *, passed: bool) -> str:
    """Return what would leave a reader guessing, or nothing; ``passed``: the check does not block."""
    if block.done:
        return "a move is left over" if block.movers else ""
    if passed:
        return "it passes, and the comment does not show it"
    if len(block.movers) != 1:
        return f"{len(block.movers)} moves are announced"
    (mover,) = block.movers
    said = block.headline
    holder = HOLDS.match(said)
    if holder is not None:
        return "" if holder[1] in mover else f"{mover} is to lift what {holder[1]} has set"
    if " to sign again: " in said:
        seat = said.split(" to sign again: ")[0]
        return "" if seat in mover else f"{seat} is to sign, not {mover}"
    if said.startswith(SIGNING):
        return _signing(block, mover)
    return "" if re.fullmatch(r"@[\w-]+|author|administrator|whoever .*", mover) else f"{mover} is to write?"


def _signing(block: Block, mover: str) -> str:
    """Everybody named has a row of the table that is not signed yet; an administrator is where nobody can."""
    if mover == "administrator":
        rows = [one for one in block.body.splitlines() if one.startswith("| ") and "`/tdd" not in one]
        stuck = ("| State |", "| Effect |", "| signed by", "could not be verified", " can sign it")
        able = [one for one in rows if not any(word in one for word in stuck)]
        return f"somebody could sign: {able[0]!r}" if able else ""
    for name in re.split(r", | and | or ", re.sub(r"^one of ", "", mover)):
        row = next((one for one in block.body.splitlines() if one.startswith(f"| {name} |")), "")
        more = re.fullmatch(r"\d+ more", name)
        signed = "| signed by" in row and not re.search(r"\d+ of \d+ approvals", row)
        if not more and (not row or signed):
            return f"{name} has no open seat: {row!r}"
    return ""
