"""What a proposed configuration would change for the designs that are open in other pull requests.

Each is read twice, as it is judged and as it would be, and nothing is written. How many are looked at is
bounded; which ones there are is what the journal knows to lean on the configuration's file.
"""

from dataclasses import replace
from typing import Final

import structlog

from bot.core.decide import decide
from bot.core.model import Effect, File, PullRequestRef, Snapshot
from bot.core.model.topics import file_topic
from bot.core.render.headline import outcome
from bot.engine.aside import aside
from bot.ports import GitHub, Journal, OutsideError

MOST: Final = 5
"""Pull requests looked at, the newest first: a few requests each."""

_log = structlog.get_logger(__name__)


async def with_effects(github: GitHub, journal: Journal, ref: PullRequestRef, snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with what its proposal would change elsewhere; as it is where it proposes nothing.

    A pull request that cannot be read now is left out, and counted as one that was not looked at.
    """
    proposal = snapshot.proposal
    if proposal is None or proposal.configuration is None or snapshot.configuration_problems:
        return snapshot
    topic = file_topic(snapshot.repository.default_branch, proposal.path)
    leaning = await journal.leaning(ref.installation_id, ref.repository_id, {topic})
    others = sorted((one for one in leaning if one.number != ref.number), key=lambda one: -one.number)
    file = File(proposal.path, len(proposal.text.encode()), proposal.text)
    effects: list[Effect] = []
    looked_at = 0
    for other in others[:MOST]:
        try:
            memory = await journal.recall(other)
            now = await github.read(other, memory)
            then = await github.read(other, memory, file)
        except OutsideError as error:
            _log.info("effect cannot be told", pull_request=str(other), error=str(error))
            continue
        if then.configuration_problems or not now.pull_request.open:
            # What is wrong is told elsewhere: a template, say, that comes with the same pull request.
            continue
        looked_at += 1
        effect = Effect(other.number, outcome(await aside(decide, now)), outcome(await aside(decide, then)))
        effects += [effect] if effect.before != effect.after else []
    found = replace(proposal, effects=tuple(effects), looked_at=looked_at, open=len(others))
    return replace(snapshot, proposal=found)
