"""The file in which a listener keeps how far it has come."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterbox.client.cursor import Cursor
from letterbox.client.documents import BadFile


def test_a_cursor_goes_on_where_the_last_one_was(tmp_path: Path) -> None:
    file = tmp_path / "cursor"
    assert Cursor("ep_1", file).position is None
    Cursor("ep_1", file).move("4711")
    assert Cursor("ep_1", file).position == "4711"
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no cursor of `letterbox listen`"),
        ("[1]", "no cursor of `letterbox listen`"),
        ('{"endpoint": "ep_1"}', "no cursor of `letterbox listen`"),
        ('{"endpoint": "ep_2", "position": "1"}', "the cursor of another endpoint"),
    ],
)
def test_a_file_that_holds_something_else_is_left_alone(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "cursor"
    file.write_text(content)
    with pytest.raises(BadFile, match=says):
        Cursor("ep_1", file)
    assert file.read_text() == content


def test_a_cursor_that_cannot_be_kept_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be written"):
        Cursor("ep_1", tmp_path / "absent" / "cursor").move("1")
