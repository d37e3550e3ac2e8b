"""What people do in Slack: type, edit, react, click, fill in forms."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.sandbox import canvases, channels, forms, interactions, messages, methods_files
from bot.sandbox.methods_conversations import checked_name
from bot.sandbox.methods_files import Attached
from bot.sandbox.responding import answered
from bot.sandbox.state import Answer, Channel, Impossible, Json, Message, SlackError, User, View
from bot.sandbox.typing_in import encode, escape

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

Where = Channel | str | None


class Person:
    """A member of the workspace at their keyboard. Whatever Slack would not let them do raises Impossible.

    *channel* arguments are names, ids, or channels; without one the person acts in ``channel``, where they
    stand (the first channel that they are in, until set). ``@tocsin`` means the direct message with the app.
    """

    def __init__(self, workspace: "Workspace", user: User) -> None:
        """Act as *user*."""
        self._ws, self.user = workspace, user
        self._channel: Channel | None = None

    @property
    def id(self) -> str:
        """The user's id."""
        return self.user.id

    @property
    def name(self) -> str:
        """The user's handle."""
        return self.user.name

    @property
    def channel(self) -> Channel:
        """Where the person stands. Settable, also by name or id."""
        if self._channel is not None:
            return self._channel
        for each in self._ws.channels:
            if self.id in each.members and not each.is_im:
                return each
        raise Impossible(f"{self.name} is in no channel yet.")

    @channel.setter
    def channel(self, where: Channel | str) -> None:
        self._channel = self._place(where)

    def _place(self, where: Where) -> Channel:
        if where is None:
            return self.channel
        if isinstance(where, Channel):
            return where
        if where == f"@{self._ws.bot.name}":
            return self._ws.direct(self.id)
        found = self._ws.channel(where)
        if (found.is_private or found.is_im) and self.id not in found.members:
            raise Impossible(f"{self.name} cannot see {where}.")
        return found

    def _writable(self, where: Where) -> Channel:
        channel = self._place(where)
        if channel.is_archived:
            raise Impossible(f"#{channel.name} is archived.")
        if self.id not in channel.members:
            raise Impossible(f"{self.name} is not in #{channel.name}.")
        return channel

    def _message(self, ts: str, where: Where) -> tuple[Channel, Message]:
        places = [self._place(where)] if where is not None else [self.channel, *self._ws.channels]
        for channel in places:
            found = channel.by_ts.get(ts) or next(
                (each for each in channel.ephemerals if each.ts == ts), None
            )
            mine = found is not None and found.ephemeral_for in (None, self.id)
            if found is not None and mine and found.visible and self._sees(channel):
                return channel, found
        raise Impossible(f"There is no message {ts} that {self.name} can see.")

    def _sees(self, channel: Channel) -> bool:
        return self.id in channel.members or not (channel.is_private or channel.is_im)

    # ---- saying

    def types(self, text: str, channel: Where = None) -> Answer | str:
        """Type into the composer: ``/cmd …`` is a slash command (its answer), all else a message (its ts)."""
        if not text.startswith("/"):
            return self.says(text, channel)
        return self.commands(text, channel)

    def commands(self, text: str, channel: Where = None) -> Answer:
        """Run a slash command and wait for the app's answer."""
        where = self._place(channel)
        name, _, rest = text.partition(" ")
        with self._ws.lock:
            coded = encode(self._ws, rest.strip(), by=self.id, command=True)
        outcome = interactions.command(self._ws, self.user, where, name, coded)
        return answered(self._ws, where, self.id, name, outcome)

    def says(
        self,
        text: str,
        channel: Where = None,
        *,
        thread: str | None = None,
        files: Sequence[Attached] = (),
        broadcast: bool = False,
        raw: bool = False,
    ) -> str:
        """Say something; its ts. *raw*: *text* is in Slack's encoding already."""
        ws = self._ws
        with ws.lock:
            where = self._writable(channel)
            if not text and not files:
                raise Impossible("There is nothing to say.")
            coded = text if raw else encode(ws, text, by=self.id)
            root = self._root(where, thread)
            attached = [methods_files.attached(ws, self.id, each) for each in files]
            if self.user.is_bot:
                return messages.post(
                    ws, where, text=coded, bot_id=self.user.bot_id, username=self.user.real_name,
                    subtype="bot_message", thread_ts=root, files=attached,
                ).ts  # fmt: skip
            return messages.post(
                ws,
                where,
                text=coded,
                user=self.id,
                thread_ts=root,
                broadcast=broadcast,
                files=attached,
                typed=True,
            ).ts

    def _root(self, where: Channel, thread: str | None) -> str | None:
        if thread is None:
            return None
        root = self._message(thread, where)[1]
        return root.thread_ts if root.is_reply else root.ts

    def mentions(self, text: str, channel: Where = None, *, thread: str | None = None) -> str:
        """Say something to the app: ``@tocsin …``."""
        return self.says(f"@{self._ws.bot.name} {text}", channel, thread=thread)

    def edits(self, ts: str, text: str, channel: Where = None, *, raw: bool = False) -> None:
        """Change a message of one's own."""
        with self._ws.lock:
            where, found = self._own(ts, channel)
            coded = text if raw else encode(self._ws, text, by=self.id)
            messages.edit(self._ws, where, found, by=self.id, text=coded)

    def deletes(self, ts: str, channel: Where = None) -> None:
        """Delete a message of one's own."""
        with self._ws.lock:
            messages.delete(self._ws, *self._own(ts, channel))

    def _own(self, ts: str, channel: Where) -> tuple[Channel, Message]:
        where, found = self._message(ts, channel)
        author = found.bot_id if self.user.is_bot else found.user
        if author != (self.user.bot_id if self.user.is_bot else self.id):
            raise Impossible(f"The message {ts} is not {self.name}'s.")
        return where, found

    # ---- files and the canvas

    def deletes_file(self, name: str, channel: Where = None) -> None:
        """Delete the newest file of that name that was shared there."""
        with self._ws.lock:
            files = [file for each in self.hears(channel) for file in each.files if not file.deleted]
            found = [file for file in files if file.name == name]
            if not found:
                raise Impossible(f"There is no file {name} in #{self._place(channel).name}.")
            messages.delete_file(self._ws, found[-1])

    def writes_canvas(self, text: str, channel: Where = None) -> None:
        """Write below all that stands in the channel's canvas; it is made where there is none."""
        with self._ws.lock:
            canvases.writes(self._ws, self._writable(channel), self.id, text)

    def edits_canvas(self, old: str, new: str, channel: Where = None) -> None:
        """Put *new* in place of the first *old* in the channel's canvas."""
        with self._ws.lock:
            canvases.changes(self._ws, self._writable(channel), self.id, old, new)

    # ---- marking

    def reacts(self, ts: str, emoji: str, channel: Where = None) -> None:
        """React to a message; *emoji* by name, with or without colons."""
        with self._ws.lock:
            where, found = self._message(ts, channel)
            if not messages.react(self._ws, where, found, user=self.id, name=emoji.strip(":")):
                raise Impossible(f"{self.name} has reacted with {emoji} already.")

    def unreacts(self, ts: str, emoji: str, channel: Where = None) -> None:
        """Take a reaction back."""
        with self._ws.lock:
            where, found = self._message(ts, channel)
            if not messages.unreact(self._ws, where, found, user=self.id, name=emoji.strip(":")):
                raise Impossible(f"{self.name} has not reacted with {emoji}.")

    def pins(self, ts: str, channel: Where = None) -> None:
        """Pin a message."""
        with self._ws.lock:
            if not messages.pin(self._ws, *self._message(ts, channel), user=self.id):
                raise Impossible(f"The message {ts} is pinned already.")

    def unpins(self, ts: str, channel: Where = None) -> None:
        """Take a pin off."""
        with self._ws.lock:
            if not messages.unpin(self._ws, *self._message(ts, channel), user=self.id):
                raise Impossible(f"The message {ts} is not pinned.")

    # ---- coming and going

    def joins(self, channel: Channel | str) -> None:
        """Join a public channel."""
        with self._ws.lock:
            where = self._place(channel)
            if where.is_archived:
                raise Impossible(f"#{where.name} is archived.")
            channels.join(self._ws, where, self.id)

    def leaves(self, channel: Channel | str) -> None:
        """Leave a channel."""
        with self._ws.lock:
            channels.leave(self._ws, self._place(channel), self.id)

    def invites(self, who: str, channel: Where = None) -> None:
        """Bring somebody (a name or id; the app's bot too) into a channel."""
        with self._ws.lock:
            channels.join(self._ws, self._writable(channel), self._ws.user(who).id, inviter=self.id)

    def removes(self, who: str, channel: Where = None) -> None:
        """Take somebody out of a channel."""
        with self._ws.lock:
            channels.leave(self._ws, self._writable(channel), self._ws.user(who).id, kicked_by=self.id)

    def renames(self, name: str, channel: Where = None) -> None:
        """Give a channel another name."""
        with self._ws.lock:
            channels.rename(self._ws, self._writable(channel), self.id, name)

    def creates(self, name: str, *, private: bool = False) -> Channel:
        """Make a channel."""
        with self._ws.lock:
            try:
                free = checked_name(self._ws, name)
            except SlackError as error:
                raise Impossible(f"A channel cannot be called {name}: {error.error}.") from None
            return channels.create(self._ws, name=free, creator=self.id, is_private=private)

    def archives(self, channel: Where = None) -> None:
        """Archive a channel."""
        with self._ws.lock:
            channels.archive(self._ws, self._writable(channel), self.id)

    def unarchives(self, channel: Channel | str) -> None:
        """Take a channel out of the archive; who was in it is in it again."""
        with self._ws.lock:
            where = self._place(channel)
            if not where.is_archived:
                raise Impossible(f"#{where.name} is not archived.")
            channels.unarchive(self._ws, where, self.id)

    def deletes_channel(self, channel: Channel | str) -> None:
        """Delete a channel for good, archived or not."""
        with self._ws.lock:
            channels.delete(self._ws, self._place(channel), self.id)

    def sets_topic(self, topic: str, channel: Where = None) -> None:
        """Set a channel's topic."""
        with self._ws.lock:
            channels.set_note(self._ws, self._writable(channel), self.id, "topic", escape(topic))

    # ---- clicking

    def clicks(
        self, what: str, *, message: str | None = None, channel: Where = None, value: object = None
    ) -> Answer:
        """Use the button or field called *what* (its label or action id; or the label of an option).

        It is looked for in the open form, else in the newest message that has one; with ``channel="home"`` in
        the app's home. *message* is the ts of one message. *value*: what to choose in a field, or which of
        several like buttons.
        """
        view = self._ws.homes.get(self.id) if channel == "home" else self.modal
        if message is None and view is not None and (found := forms.find(view.body["blocks"], what, value)):
            return self._clicks_in_view(view, *found)
        if channel == "home":
            raise Impossible(f"There is no {what!r} in the home of {self.name}.")
        for where, seen in self._candidates(message, channel):
            if (hit := forms.find(seen.blocks, what, value)) is not None:
                return self._clicks_in_message(where, seen, *hit)
        raise Impossible(f"{self.name} sees no {what!r} in {self._place(channel).name}.")

    def _candidates(self, message: str | None, channel: Where) -> list[tuple[Channel, Message]]:
        if message is not None:
            return [self._message(message, channel)]
        where = self._place(channel)
        return [(where, each) for each in reversed(self.hears(where))]

    def _clicks_in_message(
        self, where: Channel, message: Message, place: forms.Place, value: object
    ) -> Answer:
        block, element = place
        with self._ws.lock:
            state = forms.entered(self._ws, element, value) if element["type"] in forms.HOLDS else None
            message.chosen = message.chosen or forms.initial_values(message.blocks)
            if state is not None and element["type"] != "overflow":
                message.chosen.setdefault(block["block_id"], {})[element["action_id"]] = state
            shown = forms.action(block, element, state, f"{self._ws.machine():.6f}")
        outcome = interactions.click_in_message(self._ws, self.user, where, message, shown)
        return Answer(status=outcome.status)

    def _clicks_in_view(self, view: View, place: forms.Place, value: object) -> Answer:
        block, element = place
        with self._ws.lock:
            state = forms.entered(self._ws, element, value) if element["type"] in forms.HOLDS else None
            if state is not None and element["type"] != "overflow":
                view.values.setdefault(block["block_id"], {})[element["action_id"]] = state
            shown = forms.action(block, element, state, f"{self._ws.machine():.6f}")
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Answer(status=0)
        return Answer(status=interactions.click_in_view(self._ws, self.user, view, shown).status)

    def shortcut(self, callback_id: str, *, ts: str | None = None, channel: Where = None) -> Answer:
        """Use a shortcut: on the message *ts*, or a global one."""
        where, found = self._message(ts, channel) if ts else (None, None)
        return Answer(status=interactions.shortcut(self._ws, self.user, callback_id, where, found).status)

    # ---- forms and the home

    @property
    def modal(self) -> View | None:
        """The open form (the uppermost)."""
        stack = self._ws.modals.get(self.id)
        return stack[-1] if stack else None

    def _open(self) -> View:
        if self.modal is None:
            raise Impossible(f"{self.name} has no form open.")
        return self.modal

    def submits(self, values: Mapping[str, Any] | None = None) -> Answer:
        """Fill in the open form (by label, action or block id) and submit it; errors come with the answer."""
        view = self._open()
        with self._ws.lock:
            forms.fill(self._ws, view, dict(values or {}))
            lacking = forms.unfilled(view)
        return Answer(status=0, errors=lacking) if lacking else interactions.submit(self._ws, self.user, view)

    def closes_modal(self) -> None:
        """Close the open form; one under it comes up again."""
        view = self._open()
        with self._ws.lock:
            self._ws.modals[self.id].remove(view)
            self._ws.touch()
        interactions.close(self._ws, self.user, view)

    def opens_home(self) -> View | None:
        """Open the app's home; the app hears of it. What stands there now."""
        with self._ws.lock:
            event: Json = {"type": "app_home_opened", "user": self.id, "tab": "home"}
            self._ws.emit({**event, "channel": self._ws.direct(self.id).id})
            return self._ws.homes.get(self.id)

    # ---- reading

    def reads(self, channel: Where = None, *, ts: str | None = None) -> None:
        """Have read a channel up to the message *ts*, else to its end; never back to an older one."""
        with self._ws.lock:
            where = self._place(channel)
            newest = where.messages[-1].ts if where.messages else "0"
            marks = self._ws.reads.setdefault(self.id, {})
            seen = min(ts or newest, newest)
            if marks.get(where.id, "0") < seen:
                marks[where.id] = seen
                self._ws.touch()

    def hears(self, channel: Where = None) -> list[Message]:
        """What can be read in a channel, oldest first: messages, and what only this person is shown."""
        with self._ws.lock:
            where = self._place(channel)
            own = [each for each in where.ephemerals if each.ephemeral_for == self.id]
            return sorted([each for each in where.messages if each.visible] + own, key=_position)


def _position(message: Message) -> tuple[str, int]:
    return message.ts[:-2], message.order
