"""A model of a disk that keeps only what was synced: fed with a trace, it says what a power cut would leave."""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.trace import SYNCING, WRITING, Call

APPEND_FLAG, TRUNCATE_FLAG, CREATE_FLAG = b"O_APPEND", b"O_TRUNC", b"O_CREAT"


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes that were written at an offset, or, without any, the length that the file was given."""

    offset: int
    data: bytes | None

    def apply(self, content: bytearray) -> None:
        if self.data is None:
            del content[self.offset :]
            content.extend(bytes(self.offset - len(content)))
        else:
            content.extend(bytes(max(0, self.offset - len(content))))
            content[self.offset : self.offset + len(self.data)] = self.data


@dataclass
class File:
    """What of a file is on stable storage, and what was written to it since."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list)
    length: int = 0  # with what is pending

    def write(self, change: Change) -> None:
        self.pending.append(change)
        end = change.offset + len(change.data or b"")
        self.length = end if change.data is None else max(self.length, end)

    def sync(self, count: int) -> None:
        """Make the first so many pending changes durable."""
        for change in self.pending[:count]:
            change.apply(self.durable)
        del self.pending[:count]


class Disk:
    """The files below one folder. A new name is durable only when its folder was synced since, as POSIX has it.

    `move` takes it through a trace, and stops at each moment that is asked for.
    """

    def __init__(self, folder: Path, base: Path | None = None) -> None:
        """The folder begins as the copy `base` of it, all of that durable, or empty."""
        self.folder = folder
        self.names: dict[str, File] = {}  # as the processes see them
        self.durable_names: dict[str, File] = {}
        self._naming: dict[str, list[tuple[str, File | None]]] = defaultdict(list)  # by folder, what is not durable
        self._positions: dict[tuple[int, int], int] = {}
        self._syncing: dict[int, tuple[File, int] | tuple[str, int]] = {}
        self._folders = [Path()]
        if base is not None:
            self._begin_as(base)

    def _begin_as(self, base: Path) -> None:
        for path in base.rglob("*"):
            if path.is_dir():
                self._folders.append(path.relative_to(base))
            elif path.is_file():
                name, content = str(self.folder / path.relative_to(base)), bytearray(path.read_bytes())
                self.names[name] = self.durable_names[name] = File(content, length=len(content))

    def move(self, calls: Iterable[Call], moments: Iterable[int]) -> Iterator[int]:
        """Apply the calls in the order of their effects, and yield at each moment, all that ended before it applied.

        A sync makes durable what had ended when it began, once it has ended itself.
        """
        ours = [call for call in calls if call.result >= 0]
        steps = [(call.ended, 0, number) for number, call in enumerate(ours)]
        steps += [(call.began, 1, number) for number, call in enumerate(ours) if call.name in SYNCING]
        steps += [(moment, 2, -1) for moment in moments]
        for moment, kind, number in sorted(steps):
            if kind == 0:
                self._end(number, ours[number])
            elif kind == 1:
                self._begin_sync(number, ours[number])
            else:
                yield moment

    def _begin_sync(self, number: int, call: Call) -> None:
        file = self.names.get(call.path)
        if file is not None:
            self._syncing[number] = (file, len(file.pending))
        else:
            self._syncing[number] = (call.path, len(self._naming[call.path]))

    def _end(self, number: int, call: Call) -> None:
        if call.name in SYNCING:
            what, count = self._syncing.pop(number)
            if isinstance(what, File):
                what.sync(count)
            else:
                self._sync_folder(what, count)
        elif call.name in WRITING:
            self._write(call)
        elif call.name == "ftruncate":
            self._change(call.path, Change(call.numbers[-1], None))
        elif call.name == "fallocate":
            self._allocate(call)
        elif call.name == "openat":
            self._open(call)
        elif call.name.startswith("rename"):
            self._rename(*(self._absolute(text) for text in call.texts))
        elif call.name.startswith("unlink"):
            self._name(self._absolute(call.texts[0]), None)

    def _absolute(self, path: str) -> str:
        """A path as a call names it; the processes that name relative ones work in the folder itself."""
        return os.path.normpath(self.folder / path)

    def _sync_folder(self, folder: str, count: int) -> None:
        for name, file in self._naming[folder][:count]:
            if file is None:
                self.durable_names.pop(name, None)
            else:
                self.durable_names[name] = file
        del self._naming[folder][:count]

    def _name(self, name: str, file: File | None) -> None:
        """Have this name mean this file, or nothing, from now on."""
        if not self._is_below(name):
            return
        if file is None:
            self.names.pop(name, None)
        else:
            self.names[name] = file
        self._naming[str(Path(name).parent)].append((name, file))

    def _rename(self, old: str, new: str) -> None:
        if (file := self.names.get(old)) is not None:
            self._name(new, file)
            self._name(old, None)

    def _open(self, call: Call) -> None:
        name = call.opened
        if not self._is_below(name):
            return
        if name not in self.names and CREATE_FLAG in call.arguments:
            self._name(name, File())
        if name in self.names and TRUNCATE_FLAG in call.arguments:
            self.names[name].write(Change(0, None))
        at_end = APPEND_FLAG in call.arguments and name in self.names
        self._positions[call.process, call.result] = self.names[name].length if at_end else 0

    def _is_below(self, name: str) -> bool:
        return name.startswith(f"{self.folder}/")

    def _write(self, call: Call) -> None:
        if not self._is_below(call.path):
            return
        if call.name.startswith("pwrite"):
            offset = call.numbers[-1]
        else:
            offset = self._positions.get((call.process, call.descriptor), 0)
            self._positions[call.process, call.descriptor] = offset + call.result
        self._change(call.path, Change(offset, call.data))

    def _allocate(self, call: Call) -> None:
        offset, length = call.numbers[-2:]
        file = self.names.get(call.path)
        if file is not None and offset + length > file.length:
            file.write(Change(offset + length, None))

    def _change(self, name: str, change: Change) -> None:
        if (file := self.names.get(name)) is not None:
            file.write(change)

    def leave(self, folder: Path, torn: random.Random | None = None) -> None:
        """Write what a power cut would leave, into an empty folder: what was synced, and nothing else.

        With `torn`, some of the writes since have reached the disk as well, each wholly, in part or not.
        """
        for one in self._folders:
            (folder / one).mkdir(parents=True, exist_ok=True)
        for name, file in self.durable_names.items():
            content = file.durable if torn is None else torn_content(file, torn)
            (folder / Path(name).relative_to(self.folder)).write_bytes(content)


def torn_content(file: File, draw: random.Random) -> bytearray:
    content = bytearray(file.durable)
    for change in file.pending:
        if draw.random() < 0.5:
            torn(change, draw).apply(content)
    return content


def torn(change: Change, draw: random.Random) -> Change:
    """A write that may have been cut short at a sector's end."""
    if change.data is None or draw.random() < 0.5:
        return change
    sectors = range(0, len(change.data) + 1, 512)
    return Change(change.offset, change.data[: draw.choice(sectors)])
