"""What was measured, as a terminal and docs/evidence.md show it."""

from __future__ import annotations

from bench import report
from bench.figures import Table
from bench.profiling import summary

TABLE = Table(
    "Receiving, SQLite",
    ("", "requests/s", "bar", ""),
    [("express lane", "4,000", "", ""), ("FastAPI", "1,400", "≥ 3 ×", "missed")],
    notes=["SQLite runs inside the server's process."],
    failed=["FastAPI: 10 were acknowledged and 9 are stored"],
    profile="  self   total  function",
)

STACKS = """\
run (server.py:10);keep (writer.py:5) 6
run (server.py:12);keep (writer.py:9) 1
run (server.py:12) 3
run (server.py:12);_worker (concurrent/futures/thread.py:81) 90
"""


def test_a_terminal_shows_aligned_columns() -> None:
    first, second = report.as_text(TABLE).splitlines()[3:5]
    assert first == "express lane       4,000"
    assert second == "FastAPI            1,400  ≥ 3 ×  missed"


def test_the_document_holds_the_machine_the_tables_and_what_failed() -> None:
    document = report.as_markdown([TABLE], [("processor", "one that is fast")])
    assert "| processor | one that is fast |" in document
    assert "## Receiving, SQLite\n\n|  | requests/s | bar |  |\n|---|---:|---:|---:|\n| express lane |" in document
    assert "FAILED, so the figures above count for nothing: FastAPI: 10 were" in document
    assert "Where its time goes:\n\n      self   total  function" in document


def test_a_profile_is_by_the_time_spent_in_a_function_itself() -> None:
    assert summary(STACKS).splitlines()[1:] == [" 70.0%   70.0%  keep (writer.py)", " 30.0%  100.0%  run (server.py)"]
