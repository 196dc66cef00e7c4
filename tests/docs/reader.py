"""Somebody who follows a document beside a running service, and compares what happens with what is shown."""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.docs.documents import TOP, Block
from tests.faults.server import Server, free_port

ADDRESS = "127.0.0.1:8080"  # as the documents show it
NEARBY = "3000"  # the port of a program of the reader's own, likewise
SECONDS = 30

# What is another at each run, or with another version of curl or Python.
VARYING = (
    (r"\b(prj|key|ep|req|dst|sub|dlv|att|rpl)_[0-9a-z]{26}\b", r"\1_ID"),
    (r"\blbk_[\w-]{43}", "lbk_SECRET"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "TIME"),
    (r"(?m)^date: .*$", "date: DATE"),
    (r'"[0-9a-f]{24}"', '"ETAG"'),
    (r"\b[0-9a-f]{64}\b", "SHA256"),
    (r"\b[0-9a-f]{32}\b", "TRACE"),
    (r'("next_cursor": ?)"[^"]+"', r'\1"CURSOR"'),
    (r"\bcurl/[\d.]+", "curl/VERSION"),
    (r"(?m)^(HTTP/1\.1 \d{3}) .*$", r"\1"),
    (r"(?m)[ \r]+$", ""),
)

# Each block has a shell of its own, as if it were pasted into one terminal: variables live on.
# What still runs behind it at the end, is ended.
BEFORE = "set -ea\ntrap '[ -z \"$!\" ] || kill $! 2> .ended || :' EXIT\nif [ -f .variables ]; then . ./.variables; fi\n"
AFTER = "\nexport -p > .variables\n"


class Reader:
    """Follows the blocks of one document in order, in a folder that looks like a checkout after `make run`."""

    def __init__(self, service: Server, folder: Path) -> None:
        self._service, self._folder, self._killed = service, folder, False
        self._nearby = free_port()
        for name, text, mode in (
            ("var/admin-key", f"{service.admin_key}\n", 0o600),
            (".venv/bin/letterbox", f'#!/bin/sh\nexec "{sys.executable}" -m letterbox.cli "$@"\n', 0o755),
            (".venv/bin/python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', 0o755),
        ):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(mode)

    def follow(self, block: Block) -> None:
        """Do what a block says; raises AssertionError if something else happens than it shows."""
        if block.kind == "sh":
            self._run(block)
        elif block.kind == "console":
            for command in commands_of(block):
                self._play(command)

    def _run(self, block: Block) -> None:
        here, nearby = f"127.0.0.1:{self._service.port}", f"127.0.0.1:{self._nearby}"
        script = BEFORE + block.text.replace(ADDRESS, here).replace(NEARBY, str(self._nearby)) + AFTER
        done = subprocess.run(
            ["sh", "-c", script],
            cwd=self._folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        printed, complaint = done.stdout.decode(), done.stderr.decode()
        assert done.returncode == 0, f"{block.place} ends with {done.returncode}\n{printed}\n{complaint}"
        compare(block, printed.replace(here, ADDRESS).replace(nearby, f"127.0.0.1:{NEARBY}"))

    def _environment(self) -> dict[str, str]:
        tools = Path(sys.executable).parent
        return self._service.environment() | {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(TOP),
            "LETTERBOX_URL": self._service.url,
            "XDG_CONFIG_HOME": str(self._folder),
        }

    def _play(self, command: str) -> None:
        """The two commands of the story that are the test's own part: the service dies, and starts again."""
        if command.startswith("kill -9"):
            self._service.kill()
            self._killed = True
        elif command == "make run" and self._killed:
            self._service.start()
            self._service.wait_ready()
            self._killed = False


def commands_of(block: Block) -> list[str]:
    """What is typed in a block that shows a terminal."""
    return [line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ ")]


def compare(block: Block, printed: str) -> None:
    """Raise AssertionError unless this is what the block shows."""
    if block.printed is not None and not matches(block.printed, printed):
        difference = "\n".join(difflib.ndiff(alike(block.printed).splitlines(), alike(printed).splitlines()))
        raise AssertionError(f"{block.place} shows (-), and what happens is (+):\n{difference}")


def matches(shown: str, printed: str) -> bool:
    """Whether this is what is shown. There, … stands for anything in its line, and alone for any lines."""
    pattern = "".join(map(_pattern, alike(shown).splitlines()))
    return re.fullmatch(pattern, f"{alike(printed)}\n") is not None


def alike(text: str) -> str:
    """A text with all that varies made equal."""
    for varying, equal in VARYING:
        text = re.sub(varying, equal, text)
    return text.strip()


def _pattern(line: str) -> str:
    return r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*") + r"\n"
