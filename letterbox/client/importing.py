"""Declares the endpoints of an OpenAPI document on a service, and shows what was made."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from letterbox.client.api import Api, Refused, at, listed
from letterbox.client.documents import as_json
from letterbox.client.operations import Mock
from letterbox.client.replies import example_of, is_json
from letterbox.client.specification import Object
from letterbox.contracts.intake import intake
from letterbox.errors import Unprocessable

MOST_NAMES = 4


class Made(NamedTuple):
    """What became of one mock: its URL if it listens, and what went wrong, if anything did."""

    mock: Mock
    url: str | None
    contract: str
    failure: str | None = None

    @property
    def row(self) -> tuple[str, ...]:
        """Name, method, reply, contract, address."""
        method, address = self.mock.operation.method.upper(), self.url or self.mock.address.path
        return self.mock.name, method, str(self.mock.mocked or "202 with its id"), self.contract, address


def planned(mock: Mock) -> Made:
    """As it would be."""
    try:
        if (found := mock.imported()) is not None:
            intake(found.contract)
    except Unprocessable as refusal:
        says = listed(refusal.errors) or refusal.detail.rstrip(".")
        return Made(mock, None, "none", f"its contract will be refused: {says}")
    return Made(mock, None, "none" if mock.contract is None else "yes")


def make(api: Api, mock: Mock) -> Made:
    """Declare an endpoint, then its contract. A refusal is an outcome; raises NotAnswered."""
    try:
        url = api.send("POST", at("endpoints"), mock.endpoint).value["url"]
    except Refused as refusal:
        return Made(mock, None, "none", f"not made: {refusal}")
    if mock.contract is None:
        return Made(mock, url, "none")
    body = {**mock.contract, "active": True}
    query = {"path": mock.address.path, "method": mock.operation.method}
    try:
        version = api.send("POST", at("endpoints", mock.name, "contracts"), body, query=query).value["version"]
    except Refused as refusal:
        return Made(mock, url, "none", f"it takes everything, since its contract is refused: {refusal}")
    return Made(mock, url, f"version {version}")


def table(made: Sequence[Made]) -> list[str]:
    """The endpoints in columns."""
    rows = [("NAME", "METHOD", "REPLY", "CONTRACT", f"ADDRESS{_below(made)}"), *(each.row for each in made)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _below(made: Iterable[Made]) -> str:
    """What the addresses have of the document's servers, in words."""
    paths = {each.mock.operation.base_path() for each in made}
    if paths == {""}:
        return ""
    return f", with the path of the document's server{f': {paths.pop()}' if len(paths) == 1 else ''}"


def remarks(made: Iterable[Made]) -> list[str]:
    """What is not as the document has it, with the endpoints that it holds of."""
    names: dict[str, list[str]] = {}
    for each in made:
        for says in (*((each.failure,) if each.failure else ()), *each.mock.remarks):
            names.setdefault(says, []).append(each.mock.name)
    return [f"{_listed(several)}: {says}" for says, several in names.items()]


def _listed(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} more"


def curl_of(made: Sequence[Made]) -> str | None:
    """A line to try one of them: the first that takes a body, or else the first."""
    listening = [each for each in made if each.url is not None]
    bodied = [each for each in listening if _json_content(each.mock)]
    chosen = next(iter([*bodied, *listening]), None)
    if chosen is None or chosen.url is None:
        return None
    operation = chosen.mock.operation
    words = ["curl", "-X", operation.method.upper(), _filled(chosen.url, chosen.mock)]
    if (content := _json_content(chosen.mock)) is not None:
        body = example_of(operation, content[1], "readOnly")
        words += ["-H", f"Content-Type: {content[0]}", "-d", as_json(body).decode()]
    return shlex.join(words)


def _json_content(mock: Mock) -> tuple[str, Object] | None:
    for media_type, described in mock.operation.request_content().items():
        if is_json(media_type) and "*" not in media_type:
            return media_type, described
    return None


def _filled(url: str, mock: Mock) -> str:
    """The address with an example for each of its parameters, and the query that is required."""
    parameters = mock.operation.parameters()
    values = {
        ours: _text(example_of(mock.operation, one, "readOnly"))
        for one in parameters
        if one["in"] == "path" and (ours := mock.address.parameters.get(one["name"]))
    }
    query = [
        (one["name"], _text(example_of(mock.operation, one, "readOnly")))
        for one in parameters
        if one["in"] == "query" and one.get("required") is True
    ]
    filled = re.sub(r"\{(\w+)\}", lambda match: quote(values.get(match[1]) or "1", safe=""), url)
    return f"{filled}?{urlencode(query)}" if query else filled


def _text(value: Any) -> str:
    return value if isinstance(value, str) else as_json(value).decode()
