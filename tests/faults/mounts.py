"""Disks of our own that can be filled and broken; they need Linux, and the right to mount."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.outcome import CannotBreak


class CannotMount(CannotBreak):
    """The machine doesn't let us; the text says what it said."""


class Memory:
    """A file system in memory of a size that can be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resize(self, kibibytes: int) -> None:
        call("mount", "-o", f"remount,size={kibibytes}k", self.folder)

    def used(self) -> int:
        """Kibibytes."""
        return int(call("df", "--output=used", "-k", self.folder).split()[-1])


class Block:
    """A file system in a file that can be made read-only by an error, as a kernel does when a disk fails."""

    def __init__(self, folder: Path, image: Path) -> None:
        self.folder, self.image = folder, image

    def fail(self) -> None:
        device = Path(call("findmnt", "-n", "-o", "SOURCE", self.folder).strip())
        try:
            Path(f"/sys/fs/ext4/{device.name}/trigger_fs_error").write_text("1")
        except OSError as reason:
            raise CannotMount(f"the error could not be brought about: {reason}") from None

    def mend(self) -> None:
        """Take it out, check it, and mount it again."""
        call("umount", self.folder)
        subprocess.run(("e2fsck", "-fy", self.image), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        call("mount", "-o", "loop", self.image, self.folder)


@contextmanager
def memory(kibibytes: int) -> Iterator[Memory]:
    with mount_point() as folder:
        call("mount", "-t", "tmpfs", "-o", f"size={kibibytes}k,mode=755", "letterbox", folder)
        with unmounting(folder):
            yield Memory(folder)


@contextmanager
def block(mebibytes: int) -> Iterator[Block]:
    with mount_point() as folder, tempfile.NamedTemporaryFile(prefix="letterbox-disk-") as image:
        image.truncate(mebibytes * 2**20)
        call("mkfs.ext4", "-q", image.name)
        call("mount", "-o", "loop,errors=remount-ro", image.name, folder)
        with unmounting(folder):
            yield Block(folder, Path(image.name))


@contextmanager
def mount_point() -> Iterator[Path]:
    """An empty folder that everybody may enter."""
    with tempfile.TemporaryDirectory(prefix="letterbox-mount-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def unmounting(folder: Path) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(CannotMount):
            call("umount", "-l", folder)  # also if something still has it open


def call(*command: str | Path) -> str:
    """What the command prints; raises CannotMount."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        raise CannotMount(f"needs {command[0]}") from None
    except subprocess.CalledProcessError as reason:
        raise CannotMount(f"{command[0]}: {reason.stderr.strip()}") from None
