"""Files that appear whole or not at all, for their owner alone: a draft is written beside, and then given its name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Progress = Callable[[int, int], None]  # how much is done, of how much


class NotCopied(Exception):
    """A backup, a dump or a load that can't be; nothing of it is left."""


class Draft:
    """A file that is being written. `sync` it now and then.

    What is left for the end all comes at once, and a service that commits to the same disk stands still for it.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._descriptor = path, descriptor

    def sync(self) -> None:
        os.fsync(self._descriptor)


@contextmanager
def appearing(target: Path) -> Iterator[Draft]:
    """A draft that has the target's name, on stable storage, once the block has ended. If it fails nothing stays.

    Raises NotCopied if that name is taken.
    """
    _require_free(target)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    draft = Draft(Path(name), descriptor)
    try:
        yield draft
        draft.sync()
        _give_name(draft.path, target)
    finally:
        os.close(descriptor)
        draft.path.unlink(missing_ok=True)
    _sync_folder(target.parent)


def _require_free(target: Path) -> None:
    if not target.parent.is_dir():
        raise NotCopied(f"{target.parent} is no folder")
    if target.exists():
        raise NotCopied(f"{target} is there already, and nothing is overwritten")


def _give_name(draft: Path, target: Path) -> None:
    try:
        os.link(draft, target)  # a rename would take the place of a file that came meanwhile
    except FileExistsError:
        raise NotCopied(f"{target} is there already, and nothing is overwritten") from None
    except OSError:  # not every file system has links
        draft.rename(target)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
