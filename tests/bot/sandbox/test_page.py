"""What the page serves; nothing of it comes from elsewhere, and nothing that people write becomes part of it."""

import re

import httpx
import pytest

from bot.sandbox import File, Shortcut, canvases, payloads
from bot.sandbox.page import STATIC
from bot.sandbox.page.reading import readable

PARTS = sorted(each for each in STATIC.iterdir())
SCRIPTS = [each for each in PARTS if each.suffix == ".js"]
HARMLESS_ADDRESSES = ("http://www.w3.org/2000/svg", r"https:\/\/[\w-]+\.slack\.com")
"""A name space, and the form of Slack's permalinks, which the page knows how to follow within itself."""


@pytest.fixture
def client(server):
    with httpx.Client(base_url=server.url) as client:
        yield client


def test_the_page_is_served_with_everything_that_it_names(client):
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    named = re.findall(r'(?:src|href)="(/[^"]*)"', page.text)
    assert "/page/app.js" in named
    assert {name: client.get(name).status_code for name in named} == dict.fromkeys(named, 200)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda each: each.name)
def test_every_module_imports_what_is_there_and_exported(script):
    for names, source in re.findall(r'import \{([^}]*)\} from "\./([\w.]+)"', script.read_text()):
        exported = (STATIC / source).read_text()
        for name in filter(None, (each.strip() for each in names.split(","))):
            assert re.search(rf"export (async )?(function|const|class) {name}\b", exported), (name, source)


def test_a_part_that_is_not_there_is_not_found(client):
    assert client.get("/page/none.js").status_code == 404
    assert client.get("/page/..%2f__init__.py").status_code == 404


def test_the_page_may_load_nothing_from_elsewhere(client):
    policy = client.get("/").headers["content-security-policy"]
    assert policy.startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
    )
    assert "unsafe" not in policy


@pytest.mark.parametrize("part", PARTS, ids=lambda each: each.name)
def test_no_part_names_an_address_elsewhere(part):
    text = part.read_text()
    for known in HARMLESS_ADDRESSES:
        text = text.replace(known, "")
    assert re.findall(r"(?:https?:|src=|href=|url\()[\"'\\]*//[^\s\"']*", text) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda each: each.name)
def test_no_script_reads_text_as_html_or_as_code(script):
    ways = (
        r"(?:inner|outer)HTML|AdjacentHTML|document\.write|ContextualFragment|DOMParser|\beval\b|new Function"
    )
    assert re.findall(ways, script.read_text()) == []


@pytest.mark.parametrize("part", PARTS, ids=lambda each: each.name)
def test_every_part_is_short(part):
    assert len(part.read_text().splitlines()) < 400


def test_a_newcomer_is_told_what_the_starter_says(client, ws):
    ws.hint = "Type `/incident declare sev1 checkout is down`"
    ws.commands = {"/incident": "how things stand"}
    ws.shortcuts = [
        Shortcut(name="Declare an incident", callback_id="declare", kind="global", about="opens a form")
    ]
    ws.marks = {"pushpin": "puts it on the timeline"}
    assert client.get("/hint").json() == {
        "workspace": "Sandbox",
        "archives": "https://sandbox.slack.com/archives/",
        "hint": "Type `/incident declare sev1 checkout is down`",
        "commands": [{"text": "/incident", "about": "how things stand"}],
        "shortcuts": [
            {
                "name": "Declare an incident",
                "callback_id": "declare",
                "kind": "global",
                "about": "opens a form",
            }
        ],
        "marks": [{"name": "pushpin", "about": "puts it on the timeline"}],
    }


# ---- files to read


def put(workspace, name, text):
    content = text.encode()
    kept = File(id="F1", name=name, title=name, user="U1", length=len(content), created=0, content=content)
    workspace.files[kept.id] = kept


def test_a_markdown_file_is_set_to_be_read(client, ws):
    put(ws, "draft.md", "# Checkout is down\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- *so* `x`\n")
    answer = client.get("/read/F1/draft.md")
    assert "<h1>Checkout is down</h1>" in answer.text
    assert "<td>2</td>" in answer.text
    assert "<em>so</em> <code>x</code>" in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "text <img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "![look](https://elsewhere.example/pixel.png)",
        '[x](https://a.example "\\" onmouseover=alert(1)")',
        "![x](<data:text/html,<script>>)",
        "<!-- --><iframe src=x>",
    ],
)
def test_nothing_in_a_file_becomes_more_than_text_and_links(hostile):
    body = readable('<b>"name"</b>.md', hostile).partition("<main>")[2].partition("</main>")[0]
    assert set(re.findall(r"<(\w+)", body)) <= {"p", "a"}
    assert not re.search(r"href=\"(?!https?:)", body)
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', "", body))


def test_the_name_of_a_file_stays_text():
    assert "<title>&lt;b&gt;.md</title>" in readable("<b>.md", "")


def test_comments_are_left_out_and_breaks_break():
    text = "<!-- tocsin:begin -->\n\n| a |\n|---|\n| x<br>y <!-- z --> |\n\n<i>w</i>\n"
    body = readable("a.md", text).partition("<main>")[2].partition("</main>")[0]
    assert "tocsin" not in body
    assert "<td>x<br>y </td>" in body
    assert "&lt;i&gt;w&lt;/i&gt;" in body


def test_another_file_is_shown_as_it_is(client, ws):
    put(ws, "log.txt", "a line")
    answer = client.get("/read/F1/log.txt", follow_redirects=True)
    assert (answer.url.path, answer.text) == ("/files/F1/log.txt", "a line")


def test_a_file_that_is_not_there_is_not_found(client):
    assert client.get("/read/F9/none.md").status_code == 404


def test_a_picture_of_the_workspace_is_shown_in_a_canvas_and_no_other(client, ws):
    """What stands at a file's address is shown ("file unfurl"); the page loads nothing from elsewhere."""
    room = ws.add_channel("room", bot=True)
    png = File(
        id="F1",
        name="a.png",
        title="a",
        user="U1",
        length=1,
        created=1,
        content=b"x",
        completed=True,
        alt="<a> line",
    )
    ws.files["F1"] = png
    address = payloads.file(ws, png)["permalink"]
    made = canvases.make(
        ws, room, title="t", text=f"![]({address})\n\n![](https://evil.example/x.png)", by="U1"
    )
    page = client.get(f"/canvas/{made.id}")
    assert '<img src="/files/F1/a.png" alt="&lt;a&gt; line">' in page.text
    assert page.text.count("<img") == 1
    assert "img-src 'self'" in page.headers["content-security-policy"]
    assert client.get("/files/F1/a.png").content == b"x"
    png.deleted = True
    assert "<img" not in client.get(f"/canvas/{made.id}").text
