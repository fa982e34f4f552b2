"""Comments in the conversation, reactions, and hiding."""

from __future__ import annotations

from bot.sandbox.acts.limits import check_body
from bot.sandbox.acts.timeline import note, tell_as, touch
from bot.sandbox.errors import Refused
from bot.sandbox.state.accounts import Account, Role
from bot.sandbox.state.pull import Edit, Happened, IssueComment, PullRequest, Reaction, Said
from bot.sandbox.state.world import World


def comment(world: World, pull: PullRequest, by: Account, body: str) -> IssueComment:
    """Write a comment."""
    check_body(body, required=True)
    writer = world.app_of_bot(by) is not None and not pull.locked_to_apps
    if pull.locked and world.role(by, pull.repository) < Role.WRITE and not writer:
        raise Refused(403, "Unable to create comment because issue is locked.")
    now = world.now()
    made = IssueComment(
        id=world.ids.next(),
        pull=pull,
        author=by,
        body=body,
        created_at=now,
        updated_at=now,
        via_app=world.app_of_bot(by),
    )
    pull.comments.append(world.register(made))
    pull.repository.comments[made.id] = made
    touch(world, pull)
    tell_as(world, "issue_comment", pull, "created", by, comment=made)
    return made


def edit_comment(world: World, said: IssueComment, by: Account, body: str) -> None:
    """Change a comment's text; the same text again is no edit."""
    check_body(body, required=True)
    if said.pull.locked and said.pull.locked_to_apps and world.app_of_bot(by):
        raise Refused(403, "Unable to edit comment because issue is locked.")
    was = said.body
    if body == was:
        return
    now = world.now()
    said.edits.append(Edit(world.ids.next(), by, now, body))
    said.body, said.updated_at = body, now
    changes = {"body": {"from": was}}
    tell_as(world, "issue_comment", said.pull, "edited", by, comment=said, changes=changes)


def delete_comment(world: World, said: IssueComment, by: Account) -> None:
    """Delete a comment; the timeline keeps who deleted whose."""
    said.pull.comments.remove(said)
    del said.pull.repository.comments[said.id]
    world.nodes.pop(said.node_id)
    note(world, said.pull, Happened.COMMENT_DELETED, by, deleted_author=said.author)
    touch(world, said.pull)
    tell_as(world, "issue_comment", said.pull, "deleted", by, comment=said)


def react(world: World, said: Said | PullRequest, by: Account, content: str) -> tuple[Reaction, bool]:
    """Add a reaction; the second value tells whether it is new."""
    for reaction in said.reactions:
        if reaction.user is by and reaction.content == content:
            return reaction, False
    made = Reaction(id=world.ids.next(), user=by, content=content, created_at=world.now())
    said.reactions.append(world.register(made))
    return made, True


def unreact(said: Said | PullRequest, by: Account, content: str) -> Reaction | None:
    """Take back a reaction and return it, or None when there was none."""
    for reaction in said.reactions:
        if reaction.user is by and reaction.content == content:
            said.reactions.remove(reaction)
            return reaction
    return None
