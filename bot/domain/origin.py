"""The message that an incident was declared from: what of it may be told, and where."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import when
from bot.domain.mrkdwn import Names, escaped, plain
from bot.domain.refusal import shorten
from bot.domain.timeline import Entry, Kind, Source

TITLE = 80
"""Characters of a title that is proposed: what is read at a glance."""
QUOTED = 1_200
"""Characters, as escaped, of the message that go onto the timeline; the link leads to all of it."""
PARTS = 3
_EMOJI = re.compile(r":[a-z0-9_+'-]{1,80}:")
_SENTENCE = re.compile(r"(?P<said>.{12,}?[^\W\d_]{2}[)\"'”’]?)[.!?…]+\s")
"""A first sentence: long enough to be none of "no. 5" or "Hi.", with more behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A message in Slack. Of one in a private channel or direct message no words are kept (DR-28)."""

    link: str
    """Its address."""
    ts: str = ""
    """Slack's time stamp of it; empty where nothing but the link may be told."""
    author: str = ""
    """Slack user or bot id; empty like ``ts``."""
    quote: str = ""
    """What it says, in Slack's encoding; empty where it says nothing, or may not be told."""

    def packed(self) -> str:
        """It as a form carries it along, in less than 2,000 characters."""
        return f"{self.link} {self.ts or '-'} {self.author or '-'}\n{self.quote}"


def unpacked(text: str) -> Origin | None:
    """The message that a form brings back; None where it brings none."""
    head, _, quote = text.partition("\n")
    parts = head.split(" ")
    if len(parts) != PARTS:
        return None
    link, ts, author = ("" if part == "-" else part for part in parts)
    return Origin(link=link, ts=ts, author=author, quote=quote)


def permalink(home: str, channel: str, ts: str, thread: str | None) -> str:
    """The address of a message, as chat.getPermalink gives it: asking for it would take of a form's 3 seconds.

    *home*: the workspace's part of Slack's addresses; "" where it is not known, which Slack leads on too.
    """
    host = f"{home}.slack.com" if home else "slack.com"
    link = f"https://{host}/archives/{channel}/p{ts.replace('.', '')}"
    return link if thread in (None, ts) else f"{link}?thread_ts={thread}&cid={channel}"


def proposed_title(text: str, names: Names) -> str:
    """A title out of a message (Slack's encoding): its first line, of which the first sentence, cut at a word.

    In Slack's encoding too; "" where the message has no words.
    """
    lines = (" ".join(line.split()) for line in plain(text, names).splitlines())
    line = next((line for line in lines if any(map(str.isalnum, _EMOJI.sub("", line)))), "")
    found = _SENTENCE.match(line)
    said = (found["said"] if found else line).rstrip(".")
    return escaped(_at_a_word(said))


def quoted(text: str) -> str:
    """*text* (Slack's encoding) at the length that is kept; what is longer is cut as words."""
    if len(text) <= QUOTED:
        return text.strip()
    words, longest = plain(text), QUOTED
    while len(cut := escaped(shorten(words, longest))) > QUOTED:
        longest -= len(cut) - QUOTED
    return cut


def _at_a_word(line: str) -> str:
    """*line* at most ``TITLE`` long; cut before a word where there is one."""
    cut = shorten(line, TITLE)
    if cut == line:
        return line
    head, space, _ = cut[:-1].rpartition(" ")
    split = line[len(cut) - 1 : len(cut)].strip()  # the cut fell inside a word
    return f"{head}…" if space and split and len(head) > TITLE // 2 else cut


def entry_of(origin: Origin, *, incident: str, by: str, at: datetime) -> Entry:
    """The entry that tells of it, at the time it was said; of a private one at *at*, with the link alone."""
    return Entry(
        incident=incident,
        at=when(origin.ts) if origin.ts else at,
        recorded_at=at,
        kind=Kind.EVENT,
        text=origin.quote or "Declared from a message",
        source=Source.COMMAND,
        author=origin.author or by,
        link=origin.link,
        marks=("command",),
    )
