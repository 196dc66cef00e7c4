"""Fault 33: however a media type is spelt, the verdict is that of its canonical spelling, or 415."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from tests.faults.kept import found, name_of
from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY
from tests.faults.stores import started
from tests.faults.wire import Wire, whole

TITLE = "media type spellings"
UNSUPPORTED = 415
JUDGED = (202, 422)  # the good one and the bad one
BOUNDARY = b"; boundary=x"
OBJECT = {"type": "object", "required": ["a"], "properties": {"a": {"enum": [1, "1"]}}}


class Kind(NamedTuple):
    """A media type, and a body of it that conforms, and one that does not."""

    name: bytes
    good: bytes
    bad: bytes
    parameters: bytes = b""


def part(value: bytes) -> bytes:
    return b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n%b\r\n--x--\r\n' % value


KINDS = {
    "json": Kind(b"application/json", b'{"a":1}', b'{"a":2}'),
    "event": Kind(b"application/cloudevents+json", b'{"a":1}', b'{"a":2}'),
    "form": Kind(b"application/x-www-form-urlencoded", b"a=1", b"a=2"),
    "parts": Kind(b"multipart/form-data", part(b"1"), part(b"2"), BOUNDARY),
}


def spellings(kind: Kind) -> dict[str, list[bytes]]:
    """By title, the values of the Content-Type headers."""
    return usual(kind.name, kind.name + kind.parameters) | odd(kind.name, kind.name + kind.parameters)


def usual(name: bytes, whole_name: bytes) -> dict[str, list[bytes]]:
    """What senders write who mean it well."""
    parameters = whole_name.removeprefix(name)
    return {
        "upper case": [name.upper() + parameters],
        "mixed case": [name.title() + parameters],
        "semicolon": [whole_name + b";"],
        "semicolons": [whole_name + b";;"],
        "blank, semicolon": [whole_name + b" ;"],
        "tab before": [b"\t" + whole_name],
        "tab after": [whole_name + b"\t"],
        "tab, parameter": [whole_name + b"\t;\tcharset=utf-8"],
        "parameter": [whole_name + b"; charset=utf-8"],
        "parameter in quotes": [whole_name + b';charset="UTF-8"'],
        "another charset": [whole_name + b"; charset=utf-16"],
        "parameter twice": [whole_name + b"; charset=utf-8; charset=utf-16"],
        "unknown parameters": [whole_name + b"; a=b; c; =d;=;e="],
        "open quotes": [whole_name + b'; a="b'],
        "two headers": [whole_name, whole_name],
        "two headers, in two cases": [whole_name, name.upper() + parameters],
        "very long": [whole_name + b"; a=" + b"b" * 2000],
    }


def odd(name: bytes, whole_name: bytes) -> dict[str, list[bytes]]:
    """What means two things, or nothing."""
    return {
        "two values": [whole_name + b", " + whole_name],
        "another value first": [b"text/plain, " + whole_name],
        "another value last": [whole_name + b", text/plain"],
        "another header first": [b"text/plain", whole_name],
        "another header last": [whole_name, b"text/plain"],
        "none": [],
        "empty": [b""],
        "a slash": [b"/"],
        "a wildcard": [b"*/*"],
        "half of it": [name.partition(b"/")[0]],
        "a slash after": [name + b"/"],
        "a word after": [name + b" x"],
        "blanks around the slash": [name.replace(b"/", b" / ")],
        "in quotes": [b'"' + name + b'"'],
        "in brackets": [b"<" + name + b">"],
        "not ASCII": [name + b"\xff"],
        "a homograph": [name.replace(b"a", "а".encode())],
    }


class Trial(NamedTuple):
    """What was answered to the good and to the bad body under a spelling."""

    title: str
    good: int
    bad: int

    @property
    def is_right(self) -> bool:
        """Parts are not found either where their boundary, which is a parameter, is altered by the spelling."""
        unread = {(UNSUPPORTED, UNSUPPORTED)} | ({(400, 400)} if self.title.startswith("parts") else set())
        return (self.good, self.bad) in {JUDGED} | unread


def run(store: str) -> Outcome:
    """Send a body that conforms and one that does not under every spelling; then the same to the management plane."""
    with started(store) as (server, _):
        wire = Wire(server.url, ADMIN_KEY)
        names = set[str]()
        received = [trial for name in KINDS for trial in tried(wire, name, names)]
        lost = names - found(wire, names).keys()
        managed = [managing(wire, title, values) for title, values in spellings(KINDS["json"]).items()]
        tracebacks = server.tracebacks()
    others = [trial for trial in received if not trial.is_right] + [one for one in managed if not is_safe(one)]
    wrong = [f"{len(others)} judged otherwise, such as {others[0]}"] if others else []
    wrong += [f"{len(lost)} not kept, such as {min(lost)}"] if lost else []
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    answers = Counter("415" if trial.good == UNSUPPORTED else "as_canonical" for trial in received)
    return Outcome({"spellings": len(received), **answers, "managing": len(managed)}, wrong)


def tried(wire: Wire, name: str, names: set[str]) -> list[Trial]:
    """Each spelling of a kind, at an endpoint that takes that kind alone; adds what has to be kept to the names."""
    kind = KINDS[name]
    wire.management.post("/v1/endpoints", json={"path": f"/{name}", "name": name}).raise_for_status()
    contract = {"media_types": [kind.name.decode()], "body": OBJECT, "active": True}
    wire.management.post(f"/v1/endpoints/{name}/contracts", json=contract).raise_for_status()

    def send(values: list[bytes], body: bytes) -> int:
        answer = wire.say(whole(f"/in/default/{name}".encode(), body, *lines(values)))
        names.add(name_of(answer))
        return answer.status

    values = [kind.name + kind.parameters]
    canonical = Trial(f"{name}, canonical", send(values, kind.good), send(values, kind.bad))
    if (canonical.good, canonical.bad) != JUDGED:
        return [canonical._replace(good=0)]
    return [
        Trial(f"{name}, {title}", send(values, kind.good), send(values, kind.bad))
        for title, values in spellings(kind).items()
    ]


def managing(wire: Wire, title: str, values: list[bytes]) -> Trial:
    """What the management plane says to a new endpoint, and to one that its specification does not allow."""
    key = b"Authorization: Bearer " + ADMIN_KEY.encode()
    path = title.replace(" ", "-").replace(",", "")

    def send(body: bytes) -> int:
        return wire.say(whole(b"/v1/endpoints", body, key, *lines(values))).status

    return Trial(f"managing, {title}", send(b'{"path":"/%b"}' % path.encode()), send(b'{"path":5}'))


def lines(values: list[bytes]) -> list[bytes]:
    return [b"Content-Type: " + value for value in values]


def is_safe(trial: Trial) -> bool:
    """Whether it is taken as what it is or refused, and what is not allowed is refused however it is spelt."""
    return trial.bad in {400, UNSUPPORTED} and trial.good in {201, 400, UNSUPPORTED}
