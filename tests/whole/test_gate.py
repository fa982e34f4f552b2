"""What changes beside a pull request, the whole way: webhook, inbox, bulk queue, engine, check."""

from tests.builders import design
from tests.whole.server import Bot, until

PATH = "docs/tdd/0007-price-cache.md"
ONE = design("Approved", reviewers="@eng-lead")
SIGNED = "Approved and signed by bob"


async def test_a_push_to_the_base_branch_reaches_the_open_pull_request(bot: Bot) -> None:
    await bot.start()
    pull = bot.scene.open_pull({PATH: design(reviewers="@eng-lead")})
    await bot.says(pull, "Waiting for acme/eng-lead")

    text = design(reviewers="@eng-lead, @security-team")
    bot.scene.person("erin").commit(bot.scene.repository, "main", {PATH: text})

    await bot.says(pull, "Waiting for acme/eng-lead and acme/security-team")


async def test_who_leaves_a_team_is_missed_at_once(bot: Bot) -> None:
    await bot.start()
    bot.scene.person("erin").add_to_team(bot.scene.team("eng-lead"), "carol")
    pull = bot.scene.open_pull({PATH: ONE})
    await bot.says(pull, "Waiting for acme/eng-lead")
    bot.scene.person("bob").approve(pull)
    await bot.says(pull, SIGNED)

    bot.scene.person("erin").remove_from_team(bot.scene.team("eng-lead"), "bob")

    await bot.says(pull, "Waiting for acme/eng-lead")


async def test_what_is_queued_lands_and_what_collides_there_does_not(bot: Bot) -> None:
    bot.scene.rule.merge_queue = True
    await bot.start()
    alice, bob = bot.scene.person("alice"), bot.scene.person("bob")
    pulls = [
        bot.scene.open_pull({f"docs/tdd/0012-{name}.md": ONE}, branch=name) for name in ("prices", "stock")
    ]
    for pull in pulls:
        await bot.says(pull, "Waiting for acme/eng-lead")
        bob.approve(pull)
        await bot.says(pull, SIGNED)

    for pull in pulls:
        alice.enqueue(pull)

    async def settled() -> bool:
        return all(pull.queue_entry is None for pull in pulls)

    await until(settled)
    assert [pull.merged for pull in pulls] == [True, False]


async def test_a_merge_past_the_gate_is_said(bot: Bot) -> None:
    bot.scene.rule.admins_bypass = True
    await bot.start()
    pull = bot.scene.open_pull({PATH: ONE})
    await bot.says(pull, "Waiting for acme/eng-lead")

    bot.scene.person("erin").merge(pull)

    async def said() -> bool:
        return any("Merged past the gate by erin" in one.body for one in pull.comments)

    await until(said)
