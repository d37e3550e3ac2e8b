import pytest

from bot.sandbox import Impossible
from bot.sandbox.responding import respond

GO = {"type": "button", "text": {"type": "plain_text", "text": "Go on"}, "action_id": "go", "value": "7"}
PICK = {
    "type": "static_select",
    "action_id": "pick",
    "placeholder": {"type": "plain_text", "text": "Severity"},
    "options": [{"text": {"type": "plain_text", "text": t}, "value": t.lower()} for t in ("P0", "P1")],
}
CARD = [{"type": "actions", "block_id": "b", "elements": [GO, PICK]}]


def plain(text):
    return {"type": "plain_text", "text": text}


def field(label, action, kind="plain_text_input", **more):
    element = {"type": kind, "action_id": action, **more.pop("element", {})}
    return {"type": "input", "block_id": f"b_{action}", "label": plain(label), "element": element, **more}


FORM = {
    "type": "modal",
    "callback_id": "declare",
    "private_metadata": "kept",
    "title": plain("Declare"),
    "submit": plain("Go"),
    "notify_on_close": True,
    "blocks": [
        field("Title", "title", element={"max_length": 10}),
        field("Who", "who", "users_select", optional=True),
        field("How bad", "sev", "static_select", element={"options": PICK["options"]}, optional=True),
    ],
}


def url_id(payload):
    return payload["response_url"].rsplit("/", 1)[1]


# ---- commands


def test_a_command_arrives_with_all_that_slack_sends(ws, app):
    ws.person("ana").types("/incident declare sev1 lead=@ben <now> & here")
    (payload,) = app.payloads
    ben = ws.user("ben").id
    assert payload["command"] == "/incident"
    assert payload["text"] == f"declare sev1 lead=<@{ben}|ben> &lt;now&gt; &amp; here"
    assert (payload["user_name"], payload["channel_name"]) == ("ana", "general")


def test_what_answers_a_command_is_seen_by_its_author_alone(ws, app):
    app.answer({"text": "Declared.", "blocks": CARD})
    answer = ws.person("ana").types("/incident declare sev1")
    assert (answer.ok, answer.text, answer.response_type) == (True, "Declared.", "ephemeral")
    assert [m.text for m in ws.person("ana").hears()] == ["Declared."]
    assert ws.person("ben").hears() == []


def test_a_plain_answer_and_one_for_all(ws, app):
    app.answer("plain")
    app.answer({"text": "for all", "response_type": "in_channel"})
    ana = ws.person("ana")
    assert ana.types("/incident a").text == "plain"
    assert ana.types("/incident b").response_type == "in_channel"
    assert [m.text for m in ws.person("ben").hears()] == ["for all"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((500, {}, b""), "dispatch_failed"),
        (TimeoutError(), "operation_timeout"),
        (OSError(), "dispatch_failed"),
    ],
)
def test_a_command_that_fails_says_so_as_slack_does(ws, app, answer, why):
    app.answers = [answer]
    got = ws.person("ana").types("/incident help")
    assert not got.ok
    assert got.text == f'/incident failed with the error "{why}"'


def test_a_command_without_an_app_fails(ws):
    ws.door = None
    assert ws.person("ana").types("/incident").status == 503


def test_in_a_private_channel_the_name_is_hidden(ws, app):
    ws.add_channel("war-room", private=True, members=["ana"])
    ws.person("ana").types("/incident", "war-room")
    assert app.payloads[0]["channel_name"] == "privategroup"


# ---- response_url


def test_a_response_url_is_good_five_times_within_half_an_hour(ws, app, moment):
    ws.person("ana").types("/incident help")
    used = url_id(app.payloads[0])
    assert [respond(ws, used, {"text": "x"})[0] for _ in range(6)] == [200] * 5 + [404]
    ws.person("ana").types("/incident help")
    moment.forward(1801)
    assert respond(ws, url_id(app.payloads[1]), {"text": "x"})[1]["error"] == "expired_url"


def test_a_response_url_of_a_click_replaces_and_deletes(ws, app, call):
    call("chat.postMessage", channel="general", text="card", blocks=CARD)
    ana = ws.person("ana")
    ana.clicks("Go on")
    used = url_id(app.payloads[0])
    respond(ws, used, {"replace_original": True, "text": "done"})
    assert [m.words for m in ana.hears()] == ["done"]
    respond(ws, used, {"text": "only you"})
    assert [m.words for m in ws.person("ben").hears()] == ["done"]
    respond(ws, used, {"delete_original": True})
    assert [m.words for m in ana.hears()] == ["only you"]


def test_an_ephemeral_message_is_replaced_in_place(ws, app):
    app.answer({"text": "Which?", "blocks": CARD})
    ana = ws.person("ana")
    ana.types("/incident")
    ana.clicks("Go on")
    assert app.payloads[-1]["container"]["is_ephemeral"] is True
    respond(ws, url_id(app.payloads[-1]), {"replace_original": True, "text": "P0 it is"})
    assert [m.words for m in ana.hears()] == ["P0 it is"]


# ---- clicks


def test_a_click_tells_who_where_and_what(ws, app, call):
    ts = call("chat.postMessage", channel="general", text="card", blocks=CARD)["ts"]
    assert ws.person("ben").clicks("Go on").ok
    (payload,) = app.payloads
    assert (payload["type"], payload["user"]["name"]) == ("block_actions", "ben")
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == ts
    assert payload["actions"][0]["value"] == "7"
    assert payload["state"]["values"] == {"b": {"pick": {"type": "static_select", "selected_option": None}}}


def test_an_option_can_be_clicked_by_its_name(ws, app, call):
    call("chat.postMessage", channel="general", text="card", blocks=CARD)
    ws.person("ben").clicks("P1")
    assert app.payloads[0]["actions"][0]["selected_option"]["value"] == "p1"
    ws.person("ben").clicks("pick", value="P0")
    assert app.payloads[1]["actions"][0]["selected_option"]["value"] == "p0"


def test_the_newest_message_with_such_a_button_is_clicked(ws, app, call):
    first, second = (call("chat.postMessage", channel="general", text=t, blocks=CARD)["ts"] for t in "ab")
    ws.person("ana").clicks("go")
    ws.person("ana").clicks("go", message=first)
    assert [p["container"]["message_ts"] for p in app.payloads] == [second, first]


def test_a_button_that_is_not_there_cannot_be_clicked(ws):
    with pytest.raises(Impossible, match="ana sees no 'Resolve' in general"):
        ws.person("ana").clicks("Resolve")


# ---- forms


@pytest.fixture
def form(ws, app, call):
    """Ana has the form open."""
    ws.person("ana").types("/incident declare")
    assert call("views.open", trigger_id=app.payloads[-1]["trigger_id"], view=FORM)["ok"]
    return ws.person("ana")


def test_a_form_sends_its_values_and_closes(ws, app, form):
    assert form.modal.title == "Declare"
    answer = form.submits({"Title": "Down", "Who": "ben", "How bad": "P1"})
    assert answer.ok
    assert form.modal is None
    view = app.payloads[-1]["view"]
    assert (view["callback_id"], view["private_metadata"]) == ("declare", "kept")
    values = view["state"]["values"]
    assert values["b_title"]["title"] == {"type": "plain_text_input", "value": "Down"}
    assert values["b_who"]["who"]["selected_user"] == ws.user("ben").id
    assert values["b_sev"]["sev"]["selected_option"]["text"]["text"] == "P1"


def test_the_client_checks_a_form_before_it_is_sent(app, form):
    sent = len(app.requests)
    assert form.submits().errors == {"b_title": "Please complete this required field."}
    assert form.submits({"title": "x" * 11}).errors == {"b_title": "Please enter no more than 10 characters."}
    assert len(app.requests) == sent


def test_errors_of_the_app_stand_in_the_form(app, form):
    app.answer({"response_action": "errors", "errors": {"b_title": "Say more."}})
    assert form.submits({"Title": "x"}).errors == {"b_title": "Say more."}
    assert form.modal.values["b_title"]["title"]["value"] == "x"


def test_errors_for_a_field_that_is_not_there_are_trouble(app, form):
    app.answer({"response_action": "errors", "errors": {"nowhere": "Say more."}})
    assert "trouble" in form.submits({"Title": "x"}).errors[""]


def test_a_form_can_be_changed_covered_and_cleared(app, form):
    app.answer({"response_action": "update", "view": {**FORM, "title": plain("Again")}})
    form.submits({"Title": "x"})
    assert form.modal.title == "Again"
    app.answer({"response_action": "push", "view": {**FORM, "title": plain("Above")}})
    form.submits({"Title": "x"})
    assert form.modal.title == "Above"
    form.closes_modal()
    assert app.payloads[-1]["type"] == "view_closed"
    assert form.modal.title == "Again"
    app.answer({"response_action": "clear"})
    form.submits({"Title": "x"})
    assert form.modal is None


def test_a_failing_app_leaves_the_form_open(app, form):
    app.answer("", status=500)
    assert not form.submits({"Title": "x"}).ok
    assert form.modal is not None


def test_what_cannot_be_entered_is_said(form):
    with pytest.raises(Impossible, match="has no field 'Colour'"):
        form.submits({"Colour": "red"})
    with pytest.raises(Impossible, match="there are: P0, P1"):
        form.submits({"How bad": "P9"})


def test_a_trigger_id_lasts_three_seconds_and_works_once(ws, app, moment, call):
    ana = ws.person("ana")
    ana.types("/incident")
    trigger = app.payloads[-1]["trigger_id"]
    assert call("views.open", trigger_id=trigger, view=FORM)["ok"]
    assert call("views.open", trigger_id=trigger, view=FORM)["error"] == "exchanged_trigger_id"
    assert call("views.open", trigger_id="1.2.x", view=FORM)["error"] == "invalid_trigger_id"
    ana.types("/incident")
    moment.business += 3600
    moment.machine += 3.1
    late = app.payloads[-1]["trigger_id"]
    assert call("views.open", trigger_id=late, view=FORM)["error"] == "expired_trigger_id"


def test_a_view_is_updated_only_when_its_hash_is_the_one_known(call, form):
    known = {"view_id": form.modal.id, "view": {**FORM, "title": plain("New")}}
    assert call("views.update", **known, hash="1.old")["error"] == "hash_conflict"
    assert call("views.update", **known, hash=form.modal.hash)["ok"]
    assert form.modal.title == "New"
    assert call("views.update", view_id="VNONE", view=FORM)["error"] == "not_found"


# ---- home and shortcuts


def test_a_home_is_opened_published_and_clicked(ws, app, call):
    ana = ws.person("ana")
    assert ana.opens_home() is None
    ws.pump()
    assert app.of("app_home_opened")[0]["user"] == ana.id
    call("views.publish", user_id=ana.id, view={"type": "home", "blocks": CARD})
    assert "Go on" in ana.opens_home().words
    ana.clicks("Go on", channel="home")
    assert app.payloads[-1]["view"]["type"] == "home"


def test_shortcuts_of_messages_and_global_ones(ws, app):
    ana = ws.person("ana")
    ts = ana.says("we fail over")
    ana.shortcut("to_timeline", ts=ts)
    ana.shortcut("declare")
    of_message, everywhere = app.payloads
    assert (of_message["type"], of_message["message"]["text"]) == ("message_action", "we fail over")
    assert everywhere["type"] == "shortcut"
    assert "response_url" not in everywhere


def test_a_person_stands_in_a_channel(ws):
    ana = ws.person("ana")
    assert ana.channel.name == "general"
    ana.channel = "#side"
    ana.says("here")
    assert [m.text for m in ana.hears("side")] == ["here"]
    assert ws.person("ana") is ana
