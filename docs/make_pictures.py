"""Makes the pictures and the example of these pages from a played incident: ``python docs/make_pictures.py``.

The incident below is played into the sandbox, its clock held at each step. What comes of it: the pictures, the
record as a replay file (``example-incident.json``), and the draft (``example-report.md``).

Run it from the checkout with ``.venv/bin/python``, after ``make test`` has installed Playwright.
"""  # noqa: INP001 - a script, no package

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright

HOUSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE))

from bot.clock import Clock  # noqa: E402 - the checkout must be on the path first
from bot.domain import postmortem  # noqa: E402
from bot.domain.mrkdwn import Names  # noqa: E402
from bot.domain.policy_file import read_policy  # noqa: E402
from bot.domain.replay import read  # noqa: E402
from bot.domain.replay_import import to_record  # noqa: E402
from bot.formats.picture import png  # noqa: E402
from bot.settings import DEFAULT_POLICY  # noqa: E402
from docs.small_png import small  # noqa: E402

DOCS = HOUSE / "docs"
PICTURES = DOCS / "pictures"
RECORD = DOCS / "example-incident.json"
REPORT = DOCS / "example-report.md"
REF = "INC-2026-0310-001"
NIGHT = datetime(2026, 3, 10, tzinfo=UTC)
POLICY = """
[organisation]
name = "Example Inc."
timezone = "Europe/Madrid"

[severity.P0]
invite = ["@oncall"]

[target.executives]
channel = "exec-updates"
"""
LOOKED = 300.0
"""Milliseconds in which a page has seen that the clock was set."""
PATIENCE = 30.0
"""Machine seconds in which something must have happened."""
STORY: tuple[tuple[str, str, str, str], ...] = (
    ("02:12", "ana", "types", "/incident declare sev1 checkout answers 502 at=03:04 detected=03:07 service=checkout"),
    ("02:12", "ana", "types", "/incident note alert: error rate of checkout above 20 % at=03:07"),
    ("02:13", "ana", "types", "/incident comms @ben"),
    ("02:16", "chiyo", "says", "Finding: every web pod waits for the database, 200 of 200 connections are taken"),
    ("02:19", "dev", "says", "Hypothesis: last night's release opens a connection for each request"),
    ("02:21", "chiyo", "says", "That fits: the count began to climb at 02:50, just after the rollout"),
    ("02:24", "ana", "says", "Decision: roll checkout back to release 41"),
    ("02:27", "", "nudge", ""),
    ("02:28", "", "picture", "incident"),
    ("02:28", "", "picture", "night"),
    ("02:28", "", "picture", "form"),
    ("02:28", "", "picture", "home"),
    ("02:29", "ben", "types", "/incident update identified Nobody can pay. We are rolling checkout back. next=15m"),
    ("02:33", "dev", "says", "Action: rollback to release 41 started"),
    ("02:38", "chiyo", "says", "connections fall: 140, 90, 60"),
    ("02:39", "ana", "reacts", "pushpin"),
    ("02:41", "dev", "says", "Result: error rate of checkout is back to 0.2 %"),
    ("02:42", "", "escalation", ""),
    ("02:44", "ben", "types", "/incident update monitoring Paying works again. We watch the error rate."),
    ("02:45", "ana", "types", "/incident set mitigated 03:41"),
    ("02:50", "ben", "types", "/incident impact customers=312 requests_failed=14200 data_loss=none"),
    ("02:58", "ana", "types", "/incident resolve error rate normal for a quarter of an hour"),
    ("02:59", "dev", "types", ("/incident followup add Keep connections open between requests owner=@dev due=2026-03-24"
     ' p=high criteria="fewer than 60 connections for a week"')),
    ("03:00", "chiyo", "types", ("/incident followup add Alert when 80 % of the connections are taken owner=@chiyo "
     "due=2026-03-17 p=high")),
    ("03:00", "ana", "types", "/incident followup add Try each release against the load of a Monday"),
    ("03:01", "ana", "types", "/incident followup accept 1"),
    ("03:02", "ana", "types", "/incident close"),
    ("03:03", "", "draft", ""),
    ("03:03", "", "picture", "draft"),
    ("03:04", "ana", "types", "/incident followup list"),
    ("03:04", "", "picture", "followups"),
)  # fmt: skip
"""Time (UTC; the people are in Madrid, an hour ahead), who, what they do, their words."""


AWAITED = {
    "nudge": "A status update is due", "escalation": "Escalation by duration", "draft": "Postmortem draft",
}  # fmt: skip
"""What the bot says by itself, and the story waits for."""


class Sandbox:
    """The sandbox's HTTP API for what people do (see ``bot.sandbox.server``)."""

    def __init__(self, url: str) -> None:
        """Speak to the sandbox at *url*."""
        self.url = url.rstrip("/")
        self.channel = "incidents"
        self.last = ""
        self._clock: dict[str, float] = {}
        self._http = httpx.Client(base_url=url, timeout=PATIENCE)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """GET, or POST with a body."""
        answer = self._http.get(path) if body is None else self._http.post(path, json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def does(self, who: str, verb: str, words: str) -> None:
        """One person does one thing in the incident's channel; a reaction is on the last message of a person."""
        told = {"ts": self.last, "emoji": words} if verb == "reacts" else {"text": words}
        done = self.ask(f"people/{who}/{verb}", {"channel": self.channel, **told})
        if not done.get("answer", {}).get("ok", True):
            raise RuntimeError(f"{words}: {done['answer']}")
        self.last = done.get("ts", self.last)

    def at(self, clock: str, *, speed: float = 0) -> None:
        """Business time is *clock* (UTC) and runs *speed* times as fast; 0 holds it."""
        hours, minutes = clock.split(":")
        now = NIGHT + timedelta(hours=int(hours), minutes=int(minutes))
        self._clock = {"now": now.timestamp(), "speed": speed}
        self.again()

    def again(self) -> None:
        """Business time is what it was set to last: a picture shows that, and not how long it took."""
        self.ask("clock", self._clock)

    def messages(self) -> list[dict[str, Any]]:
        """What ana sees in the incident's channel."""
        shown = self.ask(f"state?person=ana&channel={self.channel}")["channel"]
        return list(shown["messages"]) if shown else []

    def rests(self) -> None:
        """Wait until nothing has happened for a second."""
        until(lambda: not self.ask(f"state?since={self.ask('state')['version']}&wait=1")["changed"])


def until(ask: Callable[[], object]) -> Any:
    """What *ask* gives, as soon as it gives something."""
    clock = Clock()
    end = clock.monotonic() + PATIENCE
    while clock.monotonic() < end:
        if given := ask():
            return given
        clock.sleep(0.1)
    raise AssertionError("nothing happened in time")


@contextmanager
def sandbox(folder: Path) -> Iterator[tuple[Sandbox, dict[str, str]]]:
    """A sandbox on a free port, with a database of its own; and the environment to ask that database."""
    policy = folder / "policy.toml"
    policy.write_text(POLICY)
    env = {
        **os.environ, "DATABASE_URL": f"sqlite:///{folder}/tocsin.db", "TOCSIN_POLICY": str(policy),
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "bot", "sandbox", "--port", "0"]
    running = subprocess.Popen(command, cwd=HOUSE, env=env, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        found = re.search(r"http://\S+", running.stdout.readline() if running.stdout else "")
        if found is None:
            raise RuntimeError("the sandbox did not start")
        yield Sandbox(found[0]), env
    finally:
        running.terminate()
        running.wait(PATIENCE)


def play(small_slack: Sandbox, take: Callable[[str], None]) -> None:
    """Play the story; *take* makes the picture of that name."""
    for clock, who, verb, words in STORY:
        small_slack.at(clock, speed=float(verb == "picture"))
        if verb == "picture":
            take(words)
        elif verb in AWAITED:
            wanted = AWAITED[verb]
            until(lambda: any(wanted in str(each) for each in small_slack.messages()))  # noqa: B023 - asked at once
        else:
            act(small_slack, who, verb, words)
        small_slack.rests()


def act(small_slack: Sandbox, who: str, verb: str, words: str) -> None:
    """One step of a person; after the first, the story goes on in the channel that opened."""
    if small_slack.channel != "incidents":
        small_slack.ask(f"people/{who}/joins", {"channel": small_slack.channel})
    small_slack.does(who, verb, words)
    if small_slack.channel == "incidents":
        small_slack.channel = until(lambda: opened(small_slack))
        until(lambda: any("Commander" in str(each) for each in small_slack.messages()))


def opened(small_slack: Sandbox) -> str:
    """The name of the incident's channel, once it is there."""
    names = [channel["name"] for channel in small_slack.ask("state?person=ana")["channels"]]
    return next((name for name in names if name.startswith("inc-")), "")


def photographer(page: Page, small_slack: Sandbox) -> Callable[[str], None]:
    """Takes pictures of the page as ana sees it."""

    def take(name: str) -> None:
        page.emulate_media(color_scheme="dark" if name == "night" else "light")
        page.set_viewport_size({"width": 1280, "height": HEIGHTS[name]})
        page.goto("about:blank")
        page.goto(f"{small_slack.url}/#ana/{channel_id(small_slack)}")
        page.add_locator_handler(page.get_by_label("Dismiss this card"), lambda card: card.click())
        page.get_by_text(re.compile("A status update")).last.wait_for()
        shown = VIEWS.get(name, lambda page: page)(page)
        small_slack.again()
        page.wait_for_timeout(LOOKED)
        shown.mouse.move(0, 0)  # away from messages, whose menu would come up
        PICTURES.joinpath(f"{name}.png").write_bytes(small(shown.screenshot(animations="disabled")))
        if name == "form":
            page.keyboard.press("Escape")

    return take


def opened_form(page: Page) -> Page:
    """The form for an update, as the reminder's button opens it."""
    page.get_by_role("button", name="Post update").last.click()
    page.get_by_role("dialog").get_by_role("textbox").first.wait_for()
    return page


def opened_home(page: Page) -> Page:
    """The app's home."""
    page.get_by_role("navigation", name="Channels").get_by_role("button", name="Tocsin").click()
    page.get_by_role("tab", name="Home").click()
    page.get_by_role("tabpanel").get_by_text("checkout answers 502").first.wait_for()
    return page


def opened_draft(page: Page) -> Page:
    """The draft, as it opens in a tab of its own."""
    with page.expect_popup() as opened_tab:
        page.locator("a.file").filter(has_text=".md").last.click()
    opened_tab.value.get_by_text("Still to be written").first.wait_for()
    return opened_tab.value


def listed_followups(page: Page) -> Page:
    """The list, which stands below all else: pictures that load push it down."""
    page.wait_for_function("[...document.images].every(image => image.complete)")
    page.get_by_role("button", name="As a file").last.scroll_into_view_if_needed()
    return page


VIEWS: dict[str, Callable[[Page], Page]] = {
    "form": opened_form,
    "home": opened_home,
    "draft": opened_draft,
    "followups": listed_followups,
}
"""What is opened for a picture; the others show the incident's channel as it is."""
HEIGHTS = {"incident": 1330, "night": 900, "form": 900, "home": 900, "draft": 1180, "followups": 900}


def channel_id(small_slack: Sandbox) -> str:
    """The id of the incident's channel."""
    channels = small_slack.ask("state?person=ana")["channels"]
    return next(str(each["id"]) for each in channels if each["name"] == small_slack.channel)


def run(env: dict[str, str], *arguments: str) -> str:
    """What ``python -m bot`` prints."""
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, cwd=HOUSE, env=env, check=True, capture_output=True, text=True).stdout  # noqa: S603


def same_ids(record: str) -> str:
    """*record* with people's ids counted from 1: each sandbox makes up new ones."""
    found = sorted(set(re.findall(r'"(U[A-Z0-9]{9})"', record)))
    for number, user in enumerate(found, 1):
        record = record.replace(user, f"U{number:09}")
    return record


def play_and_photograph() -> None:
    """Play the story once: pictures, record, draft."""
    with tempfile.TemporaryDirectory() as folder, sandbox(Path(folder)) as (small_slack, env):
        with sync_playwright() as playwright:
            options = {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox"]}
            browser = playwright.chromium.launch(**options)  # type: ignore[arg-type]
            page = browser.new_page(viewport={"width": 1280, "height": 1180}, color_scheme="light")
            play(small_slack, photographer(page, small_slack))
            browser.close()
        RECORD.write_text(same_ids(run(env, "export", REF)), encoding="utf-8")
        REPORT.write_text(run(env, "postmortem", REF, "--format", "report"), encoding="utf-8")


def draw() -> None:
    """The timeline of that incident, as it stands in its documents."""
    policy = read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), POLICY)
    incident, entries = to_record(read(RECORD.read_text(encoding="utf-8")), policy=policy)
    draft = postmortem.draft(incident, entries, policy=policy, names=Names())
    (DOCS / "pictures" / "timeline.png").write_bytes(png(draft))


if __name__ == "__main__":
    play_and_photograph()
    draw()
