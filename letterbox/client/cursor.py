"""How far a listener has come, kept in a file if somebody wants to go on from there."""

from __future__ import annotations

import json
import os
from pathlib import Path

from letterbox.client.documents import BadFile


class Cursor:
    """The position behind the last event that was dealt with; None before the first is known."""

    def __init__(self, endpoint: str, file: Path | None = None) -> None:
        self._endpoint, self._file = endpoint, file
        self.position: str | None = None if file is None else self._kept(file)

    def hold(self, position: str) -> None:
        """Begin here, and keep it in the file only once that is asked for."""
        self.position = position

    def keep(self) -> None:
        """The file is replaced whole, so that a command that is killed leaves one that can be read."""
        if self._file is not None and self.position is not None:
            _replace(self._file, json.dumps({"endpoint": self._endpoint, "position": self.position}))

    def move(self, position: str) -> None:
        """Go on to here."""
        if position != self.position:
            self.position = position
            self.keep()

    def _kept(self, file: Path) -> str | None:
        try:
            kept = json.loads(file.read_text())
            endpoint, position = kept["endpoint"], kept["position"]
        except FileNotFoundError:
            return None
        except OSError as reason:
            raise BadFile(f"{file}: cannot be read ({reason.strerror})") from None
        except (ValueError, TypeError, KeyError):
            raise BadFile(f"{file}: this is no cursor of `letterbox listen`; name another file, or remove it") from None
        if endpoint != self._endpoint:
            raise BadFile(f"{file}: this is the cursor of another endpoint; name another file, or remove it")
        return str(position)


def _replace(file: Path, text: str) -> None:
    """Raises BadFile."""
    beside = file.with_name(f"{file.name}.new")
    try:
        beside.write_text(f"{text}\n")
        os.replace(beside, file)  # noqa: PTH105 # as one step, which is what this is about
    except OSError as reason:
        raise BadFile(f"{file}: cannot be written ({reason.strerror})") from None
