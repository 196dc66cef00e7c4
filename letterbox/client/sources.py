"""Where the secrets of a file of endpoints come from: none stands in the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from letterbox.client.documents import BadFile

PLACES = ("env", "file", "id")
IN_CLEAR = (
    "a secret must not stand in the file; put it into the environment and write {env: NAME} here, or into a file of "
    "its own and write {file: PATH}"
)
KINDS = "a secret is {env: NAME}, {file: PATH} or {id: sec_…}, perhaps with expires_at"


class Secret(NamedTuple):
    """One secret of a verification: as the file refers to it, and its text unless that is there already."""

    reference: dict[str, Any]
    text: str | None

    def __repr__(self) -> str:
        return f"Secret({self.reference})"

    @property
    def id(self) -> str | None:
        identity: str | None = self.reference.get("id")
        return identity

    @property
    def expires_at(self) -> datetime | None:
        return moment(self.reference.get("expires_at"))

    def sent(self) -> dict[str, Any]:
        """As the API takes it. An end that is left out is none."""
        named = {"id": self.id} if self.text is None else {"secret": self.text}
        return {**named, "expires_at": self.reference.get("expires_at")}


class Sources:
    """Opens references: names in an environment, and files below the folder of the file that names them."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._environment, self._folder = environment, folder

    def opened(self, reference: Any, place: str) -> Secret:
        """A secret; raises BadFile, which says its place and never its text."""
        if not isinstance(reference, dict) or "secret" in reference:
            raise BadFile(f"{place}: {IN_CLEAR}")
        named = [word for word in PLACES if word in reference]
        if len(named) != 1 or reference.keys() - {*named, "expires_at"} or not isinstance(reference[named[0]], str):
            raise BadFile(f"{place}: {KINDS}")
        _require_moment(reference.get("expires_at"), place)
        if named[0] == "id":
            return Secret(reference, None)
        return Secret(reference, self._text(named[0], reference[named[0]], place))

    def _text(self, kind: str, name: str, place: str) -> str:
        text = self._environment.get(name) if kind == "env" else self._content(name, place)
        if not text:
            raise BadFile(f"{place}: {f'the variable {name} is not set' if kind == 'env' else f'{name} is empty'}")
        return text

    def _content(self, name: str, place: str) -> str:
        try:
            return (self._folder / name).read_text().removesuffix("\n")
        except (OSError, UnicodeDecodeError) as reason:
            raise BadFile(f"{place}: {name} cannot be read ({type(reason).__name__})") from None


def moment(time: str | None) -> datetime | None:
    """A time in RFC 3339, comparable; in UTC if it says no zone."""
    if time is None:
        return None
    read = datetime.fromisoformat(time)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _require_moment(time: Any, place: str) -> None:
    try:
        moment(time)
    except (TypeError, ValueError):
        raise BadFile(f"{place}: expires_at is a time such as 2030-01-31T12:00:00Z") from None
