"""Backups of Postgres are made by its own programs; in their place here are some that a test has written."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterbox.config import Settings
from letterbox.store import backup, postgres_backup
from letterbox.store.drafts import NotCopied

URL = "postgresql://user:a%20password@host:99/letterbox?sslmode=require"
ROWS = r"""
cat <<'END'
COPY public.journal (sequence, kind) FROM stdin;
1	accepted
\.
COPY public.request (id, body) FROM stdin;
req_1	\\x00
COPY public.request (not a row, but the body of one)
\.
END
"""


def ignore(_done: int, _in_all: int) -> None:
    """Nobody looks on."""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}")
    return folder


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}")
    path.chmod(0o755)


def test_a_backup_of_postgres_is_read_again_and_its_requests_are_counted(programs: Path, tmp_path: Path) -> None:
    program(programs / "pg_dump", 'for each; do case "$each" in --file=*) echo it > "${each#--file=}";; esac; done')
    program(programs / "pg_restore", ROWS)
    made = backup.back_up(Settings(database_url=URL), tmp_path / "backup", ignore)
    assert (made.requests, (tmp_path / "backup").read_text()) == (2, "it\n")


def test_the_password_is_in_no_list_of_processes(programs: Path, tmp_path: Path) -> None:
    program(programs / "pg_dump", f'echo "$@" > {tmp_path}/words; echo "$PGPASSWORD" > {tmp_path}/password')
    program(programs / "pg_restore", ROWS)
    backup.back_up(Settings(database_url=URL), tmp_path / "backup", ignore)
    words = (tmp_path / "words").read_text()
    assert "host=host" in words
    assert "sslmode=require" in words
    assert "a password" not in words
    assert (tmp_path / "password").read_text() == "a password\n"


def test_what_pg_dump_complains_of_is_said_and_nothing_stays(programs: Path, tmp_path: Path) -> None:
    program(programs / "pg_dump", "echo 'pg_dump: error: no' >&2; echo 'pg_dump: detail: really' >&2; exit 1")
    program(programs / "pg_restore", ROWS)
    with pytest.raises(NotCopied, match=r"^pg_dump: error: no; pg_dump: detail: really$"):
        backup.back_up(Settings(database_url=URL), tmp_path / "backup", ignore)
    assert [file.name for file in tmp_path.iterdir()] == ["programs"]


def test_a_backup_that_pg_restore_cannot_read_is_none(programs: Path, tmp_path: Path) -> None:
    program(programs / "pg_dump", "")
    program(programs / "pg_restore", f"{ROWS}\necho 'pg_restore: error: end of file' >&2; exit 1")
    with pytest.raises(NotCopied, match="end of file"):
        postgres_backup.copy(URL, tmp_path / "backup")


def test_a_database_without_requests_and_their_table_is_no_store(programs: Path, tmp_path: Path) -> None:
    program(programs / "pg_dump", "")
    program(programs / "pg_restore", "echo '-- nothing'")
    with pytest.raises(NotCopied, match="no store of this program"):
        postgres_backup.copy(URL, tmp_path / "backup")


@pytest.mark.usefixtures("programs")
def test_without_pg_dump_it_is_said_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(NotCopied, match=r"pg_dump is not on the PATH.*install postgresql-client"):
        postgres_backup.copy(URL, tmp_path / "backup")
