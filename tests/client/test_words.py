"""The words of the command: each takes no longer to begin than it has to."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from letterbox.cli import WORDS, Words, main

OF_THE_SERVICE = {"connexion", "flask", "sqlalchemy", "alembic", "starlette", "uvicorn"}
LOADED = """
import sys
from letterbox.cli import main
main([sys.argv[1], "--help"], standalone_mode=False)
print(*sys.modules)
"""


@pytest.mark.parametrize("word", [word for word, room in WORDS.items() if ".client." in room])
def test_who_calls_a_service_waits_for_none_of_its_parts(word: str) -> None:
    ended = subprocess.run([sys.executable, "-c", LOADED, word], capture_output=True, text=True, check=True)
    assert OF_THE_SERVICE.isdisjoint(ended.stdout.splitlines()[-1].split())


def test_every_word_is_there_and_a_misspelt_one_is_not() -> None:
    words, context = Words("letterbox"), click.Context(main)
    assert [command.name for word in WORDS if (command := words.get_command(context, word))] == list(WORDS)
    assert words.get_command(context, "serv") is None
