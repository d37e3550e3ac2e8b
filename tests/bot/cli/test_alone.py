from pathlib import Path

import pytest

from bot.cli.alone import alone


def test_a_second_sandbox_on_one_database_file_is_not_alone_and_the_next_one_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tocsin.db"
    with alone(url) as first, alone(url) as second, alone(f"sqlite:///{tmp_path}/other.db") as other:
        assert (first, second, other) == (True, False, True)
    with alone(url) as later:
        assert later


@pytest.mark.parametrize("url", ["postgresql://u@h/name", "sqlite://", "sqlite:////nowhere/at/all.db"])
def test_what_is_no_file_of_ours_is_not_locked(url: str) -> None:
    with alone(url) as one, alone(url) as two:
        assert one
        assert two
