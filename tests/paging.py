"""What the tests of the sandbox's page share: an app that answers, and how people use the page."""

from bot.sandbox.doors import Outcome


def plain(text):
    return {"type": "plain_text", "text": text}


def field(name, label, element, **more):
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {"action_id": name, **element},
        **more,
    }


def choices(*values):
    return [{"text": plain(value.title()), "value": value} for value in values]


FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Post an update"),
    "submit": plain("Post"),
    "blocks": [
        field("phase", "Phase", {"type": "static_select", "options": choices("investigating", "monitoring")}),
        field("text", "Where things stand", {"type": "plain_text_input", "multiline": True}),
        field("who", "Who", {"type": "users_select"}, optional=True),
        field(
            "marks", "Marks", {"type": "checkboxes", "options": choices("public", "urgent")}, optional=True
        ),
    ],
}


class Answerer:
    """Answers a command with a message that has a button, a click with a form, a form with what was entered.

    A shortcut opens the form, too; the home is published when it is opened. *got* has every payload.
    """

    def __init__(self):
        self.form, self.entered, self.got, self.home = FORM, None, [], None

    def deliver(self, workspace, kind, payload, *, attempt=0, reason=""):
        self.got.append(payload)
        if kind == "slash_commands":
            return self.command(workspace, payload)
        if kind == "events_api":
            return self.event(workspace, payload["event"])
        if payload["type"] in ("block_actions", "shortcut", "message_action") and self.form:
            view = {"trigger_id": payload["trigger_id"], "view": self.form}
            assert workspace.call("views.open", view, workspace.bot_token)["ok"]
        if payload["type"] == "view_submission":
            return self.submitted(payload["view"]["state"]["values"])
        return Outcome(ok=True, status=200)

    def command(self, workspace, payload):
        button = {"type": "button", "text": plain("Post update"), "action_id": "open", "style": "primary"}
        blocks = [
            {"type": "header", "text": plain("Checkout")},
            {"type": "section", "text": {"type": "mrkdwn", "text": f"*{payload['text']}*\n• one\n• two"}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "<!date^1700003600^{time}|then>"}]},
            {"type": "actions", "elements": [button]},
        ]
        said = {"channel": payload["channel_id"], "text": "card", "blocks": blocks}
        assert workspace.call("chat.postMessage", said, workspace.bot_token)["ok"]
        return Outcome(ok=True, status=200, body={"text": f"Understood: {payload['text']}"})

    def event(self, workspace, event):
        if event["type"] == "app_home_opened" and self.home:
            self.publishes(workspace, event["user"], self.home)
        return Outcome(ok=True, status=200)

    def publishes(self, workspace, user, blocks):
        asked = {"user_id": user, "view": {"type": "home", "blocks": blocks}}
        assert workspace.call("views.publish", asked, workspace.bot_token)["ok"]

    def of(self, kind):
        return [each for each in self.got if each["type"] == kind]

    def submitted(self, values):
        text = values["text"]["text"]["value"]
        if text == "bad":
            body = {"response_action": "errors", "errors": {"text": "Say a little more."}}
            return Outcome(ok=True, status=200, body=body)
        self.entered = values
        return Outcome(ok=True, status=200)


def composer(page):
    return page.get_by_role("textbox", name="Message", exact=True)


def say(page, text):
    composer(page).fill(text)
    composer(page).press("Enter")


def row(page, text):
    return page.get_by_role("log", name="Messages").get_by_role("article").filter(has_text=text)


def act(page, text, button):
    row(page, text).hover()
    row(page, text).get_by_role("button", name=button).click()


def choose(page, text, entry):
    """An entry of the menu of the message with *text*."""
    act(page, text, "More actions")
    page.get_by_role("menu").get_by_role("menuitem", name=entry).click()
