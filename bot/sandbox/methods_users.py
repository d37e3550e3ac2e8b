"""auth, team, users and user groups; api.test and apps.connections.open."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.sandbox import payloads
from bot.sandbox.api import method, page, yes
from bot.sandbox.state import Group, Json, SlackError

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

_GROUPS = ("usergroups:read",)


@method("api.test", tier=4, reads=True)
def api_test(_: "Workspace", args: Json) -> Json:
    """Say what was sent; with ``error`` fail with it."""
    if args.get("error"):
        raise SlackError(str(args["error"]), args=args)
    return {"args": args}


@method("auth.test", reads=True)
def auth_test(ws: "Workspace", _: Json) -> Json:
    """Who the token belongs to."""
    return {
        "url": f"https://{ws.team_domain}.slack.com/",
        "team": ws.name,
        "user": ws.bot.name,
        "team_id": ws.team_id,
        "user_id": ws.bot_user_id,
        "bot_id": ws.bot_id,
        "is_enterprise_install": False,
    }


@method("team.info", tier=3, scopes=("team:read",), reads=True)
def team_info(ws: "Workspace", args: Json) -> Json:
    """The workspace."""
    if args.get("team") not in (None, ws.team_id):
        raise SlackError("team_not_found")
    shown = {"id": ws.team_id, "name": ws.name, "domain": ws.team_domain, "email_domain": "example.com"}
    return {"team": {**shown, "icon": {"image_default": True}}}


@method("apps.connections.open", app_level=True, tier=3)
def connections_open(ws: "Workspace", _: Json) -> Json:
    """The address of a Socket Mode connection, good for one."""
    host = urlsplit(ws.base_url).netloc
    ticket = ws.new_id("K")
    ws.tickets.add(ticket)
    return {"url": f"ws://{host}/link/?ticket={ticket}&app_id={ws.app_id}"}


@method("users.info", needs=("user",), tier=4, scopes=("users:read",), reads=True)
def users_info(ws: "Workspace", args: Json) -> Json:
    """One user, by id."""
    found = ws.find_user(str(args["user"]))
    if found is None or found.id != args["user"]:
        raise SlackError("user_not_found")
    return {"user": payloads.user(ws, found)}


@method("users.list", tier=2, scopes=("users:read",), reads=True)
def users_list(ws: "Workspace", args: Json) -> Json:
    """Everybody, bots and deactivated ones included."""
    shown, cursor = page(ws.users, args, default=1000, most=1000)
    return {
        "members": [payloads.user(ws, each) for each in shown],
        "cache_ts": int(ws.time()),
        "response_metadata": {"next_cursor": cursor},
    }


@method("users.lookupByEmail", needs=("email",), tier=3, scopes=("users:read.email",), reads=True)
def users_by_email(ws: "Workspace", args: Json) -> Json:
    """One user, by e-mail address."""
    wanted = str(args["email"]).lower()
    for each in ws.users:
        if (each.email or "").lower() == wanted and not each.deleted:
            return {"user": payloads.user(ws, each)}
    raise SlackError("users_not_found")


def _group(ws: "Workspace", group: Group, *, users: bool, count: bool) -> Json:
    shown: Json = {
        "id": group.id,
        "team_id": ws.team_id,
        "is_usergroup": True,
        "name": group.handle,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 0,
        "auto_type": None,
        "prefs": {"channels": [], "groups": []},
    }
    if users:
        shown["users"] = list(group.users)
    if count:
        shown["user_count"] = len(group.users)
    return shown


@method("usergroups.list", tier=2, scopes=_GROUPS, reads=True)
def usergroups_list(ws: "Workspace", args: Json) -> Json:
    """The user groups."""
    users, count = yes(args, "include_users"), yes(args, "include_count")
    return {"usergroups": [_group(ws, each, users=users, count=count) for each in ws.groups]}


@method("usergroups.users.list", needs=("usergroup",), tier=2, scopes=_GROUPS, reads=True)
def usergroups_users(ws: "Workspace", args: Json) -> Json:
    """The members of a user group."""
    for each in ws.groups:
        if each.id == args["usergroup"]:
            return {"users": list(each.users)}
    raise SlackError("no_such_subteam")
