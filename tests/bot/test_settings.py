"""Settings: everything that is wrong is said at once, one line each, and no secret is in any of them."""

from pathlib import Path

import pytest

from bot.settings import DATABASE_URL, SLACK_API_URL, BadSettings, read_settings

GOOD = {"SLACK_BOT_TOKEN": "xoxb-CANARY", "SLACK_SIGNING_SECRET": "CANARY-TOO"}


def mistakes(**changed: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        read_settings({**GOOD, **changed}, needs_slack=True)
    assert "CANARY" not in str(caught.value), "no secret is shown"
    return caught.value.mistakes


def test_two_secrets_are_enough() -> None:
    found = read_settings(GOOD, needs_slack=True)
    assert (found.host, found.port, found.log_level, found.log_format) == ("127.0.0.1", 3000, "INFO", "text")
    assert (found.slack_api_url, found.database_url, found.app_token) == (SLACK_API_URL, DATABASE_URL, "")
    assert "CANARY" not in repr(found)


def test_what_works_on_the_database_alone_needs_no_secret() -> None:
    assert read_settings({}, needs_slack=False).bot_token == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxp-CANARY"}, "SLACK_BOT_TOKEN should begin with xoxb-"),
        ({"SLACK_SIGNING_SECRET": " "}, "SLACK_SIGNING_SECRET is missing"),
        ({"SLACK_APP_TOKEN": "CANARY"}, "SLACK_APP_TOKEN should begin with xapp-"),
        ({"PORT": "http"}, "PORT should be a number from 0 to 65535, not 'http'."),
        ({"PORT": "65536"}, "PORT should be a number from 0 to 65535, not '65536'."),
        ({"PORT": "-1"}, "PORT should be a number from 0 to 65535, not '-1'."),
        ({"DATABASE_CONNECTIONS": "1"}, "DATABASE_CONNECTIONS should be a number from 2 to 100, not '1'."),
        ({"SOCKET_CONNECTIONS": "11"}, "SOCKET_CONNECTIONS should be a number from 1 to 10, not '11'."),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL should be one of DEBUG, INFO, WARNING, ERROR, not 'LOUD'."),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT should be one of text, json, not 'xml'."),
        ({"SLACK_API_URL": "slack.com"}, "SLACK_API_URL should be an address like https://slack.com/api/"),
        ({"DATABASE_URL": "CANARY"}, "DATABASE_URL should look like sqlite:"),
        ({"DATABASE_URL": "mysql://u:CANARY@h/d"}, "DATABASE_URL should look like sqlite:"),
        ({"DATABASE_URL": "postgresql://u:CANARY@h:port/d"}, "DATABASE_URL should look like sqlite:"),
        ({"TOCSIN_POLICY": "/nowhere/policy.toml"}, "The policy file /nowhere/policy.toml cannot be read: No such"),
    ],
)  # fmt: skip
def test_each_mistake_is_one_clear_line(changed: dict[str, str], said: str) -> None:
    (line,) = mistakes(**changed)
    assert line.startswith(said)


def test_all_mistakes_are_said_at_once() -> None:
    lines = mistakes(SLACK_BOT_TOKEN="", PORT="x", LOG_LEVEL="y", DATABASE_URL="z", TOCSIN_POLICY="/nowhere")
    assert len(lines) == 5


def test_a_policy_file_that_is_no_text_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_bytes(b"\xff\xfe\x00")
    (line,) = mistakes(TOCSIN_POLICY=str(tmp_path / "p.toml"))
    assert line.endswith("cannot be read: it is not UTF-8 text.")


def test_mistakes_of_a_policy_file_name_the_file_and_the_line(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('[severity.P0]\nupdate_evry = "15m"\n', encoding="utf-8")
    (line,) = mistakes(TOCSIN_POLICY=str(path))
    assert line == (
        f"The policy file {path}: line 2: severity.P0.update_evry is not known; did you mean update_every?"
    )


@pytest.mark.parametrize("app_token", ["xapp-1", ""])
def test_with_an_app_token_no_signing_secret_is_needed(app_token: str) -> None:
    environment = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": app_token}
    if app_token:
        assert read_settings(environment, needs_slack=True).app_token == app_token
    else:
        with pytest.raises(BadSettings):
            read_settings(environment, needs_slack=True)


@pytest.mark.parametrize(
    "url",
    ["sqlite:////var/lib/t.db", "sqlite:///t.db", "postgres://u:p@h/d", "postgresql://u:p@h:5432/d",
     "postgresql://u@/d?host=/var/run"],
)  # fmt: skip
def test_both_databases_are_known_by_their_usual_addresses(url: str) -> None:
    assert read_settings({**GOOD, "DATABASE_URL": url}, needs_slack=True).database_url == url
