"""What a process asked of the kernel, as strace wrote it down, in the order of its moments."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

READING = ("read", "readv", "recvfrom", "recvmsg")
SENDING = ("write", "writev", "sendto", "sendmsg")
WRITING = ("write", "writev", "pwrite64", "pwritev", "pwritev2")
SYNCING = ("fsync", "fdatasync")
NAMING = ("openat", "creat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "ftruncate", "fallocate")
CALLS = sorted({*READING, *SENDING, *WRITING, *SYNCING, *NAMING})

LINE = re.compile(rb"(\d+) +(\d+)\.(\d{6}) (.*)\n", re.DOTALL)
WHOLE = re.compile(rb"(\w+)\((.*)\) += (-?\d+|\?)(.*?)<(\d+)\.(\d{6})>", re.DOTALL)
RESUMED = re.compile(rb"<\.\.\. \w+ resumed>")
ALWAYS = re.compile(rb" resumed>| rename| unlink")  # these need not name the folder that they work in
UNFINISHED = b" <unfinished ...>"
DESCRIPTOR = re.compile(rb"(\d+)<((?:\\x[0-9a-f]{2})*)>")
TEXT = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')
NUMBER = re.compile(rb", (\d+)(?=,|$)")


@dataclass(slots=True)
class Call:
    """One call that ended. Moments are microseconds of the wall clock, by which several traces can be merged.

    A call is in force from `began` on at the earliest, and its effect is certain from `ended` on.
    """

    began: int
    ended: int
    process: int
    name: str
    arguments: bytes
    result: int
    returned: bytes  # the rest behind the result, such as the path of a descriptor that was opened

    @property
    def descriptor(self) -> int:
        """The first descriptor among the arguments, or -1."""
        found = DESCRIPTOR.match(self.arguments)
        return int(found[1]) if found else -1

    @property
    def path(self) -> str:
        """What that descriptor is: a path, or a word such as socket:[1234]."""
        found = DESCRIPTOR.match(self.arguments)
        return plain(found[2]).decode(errors="replace") if found else ""

    @property
    def opened(self) -> str:
        """The path of the descriptor that was returned."""
        found = re.match(rb"<((?:\\x[0-9a-f]{2})*)>", self.returned)
        return plain(found[1]).decode(errors="replace") if found else ""

    @property
    def data(self) -> bytes:
        """What was read or written, as far as the call got with it."""
        return b"".join(plain(text) for text in TEXT.findall(self.arguments))[: max(self.result, 0)]

    @property
    def texts(self) -> list[str]:
        """Each string among the arguments, such as the two paths of a rename."""
        return [plain(text).decode(errors="replace") for text in TEXT.findall(self.arguments)]

    @property
    def numbers(self) -> list[int]:
        """Each plain number among the arguments."""
        return [int(number) for number in NUMBER.findall(TEXT.sub(b"", self.arguments))]


def plain(escaped: bytes) -> bytes:
    return bytes.fromhex(escaped.replace(b"\\x", b"").decode())


def tracing(path: Path) -> tuple[str, ...]:
    """The command that traces the one behind it, and all that it starts, into this file."""
    strace = ("strace", "-f", "-qqq", "-y", "-ttt", "-T", "-xx", "-s", "10000000", "--seccomp-bpf")
    return (*strace, "-e", "signal=none", "-e", f"trace={','.join(CALLS)}", "-o", str(path))


def missing() -> str | None:
    """Why nothing can be traced here, if so."""
    return None if shutil.which("strace") else "needs strace"


def read(path: Path, *words: bytes) -> list[Call]:
    """The calls whose line holds one of these words, in the order in which they ended."""
    escaped = tuple(b"".join(b"\\x%02x" % byte for byte in word) for word in words)
    return sorted(calls(path, escaped), key=lambda call: call.ended)


def calls(path: Path, escaped: tuple[bytes, ...]) -> Iterator[Call]:
    """Put the lines together that strace cut apart, since another process came in between."""
    begun: dict[bytes, tuple[int, bytes]] = {}
    with path.open("rb") as lines:
        for line in lines:
            if not (ALWAYS.search(line, 0, 80) or any(word in line for word in escaped)):
                continue
            if (found := LINE.fullmatch(line)) is None:
                continue  # the last one, if strace was killed while it wrote
            process, began, rest = found[1], int(found[2] + found[3]), found[4]
            if rest.endswith(UNFINISHED):
                begun[process] = (began, rest.removesuffix(UNFINISHED))
                continue
            if resumed := RESUMED.match(rest):
                if process not in begun:
                    continue
                began, start = begun.pop(process)
                rest = start + rest[resumed.end() :]
            if (call := parsed(int(process), began, rest)) is not None:
                yield call


def parsed(process: int, began: int, rest: bytes) -> Call | None:
    found = WHOLE.fullmatch(rest)
    if found is None or found[3] == b"?":
        return None
    ended = began + int(found[5] + found[6])
    return Call(began, ended, process, found[1].decode(), found[2], int(found[3]), found[4])
