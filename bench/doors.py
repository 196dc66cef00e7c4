"""What endpoints ask of those who send to them, and what is sent to each: the kinds of endpoints that are measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bench.prototype import CONTRACT, KEY, signed
from bench.sending import TURN, Letter
from letterbox.contracts.compile import compiled
from letterbox.contracts.importing.document import Choice
from letterbox.contracts.versions import Offer, offered
from letterbox.facts.request import Facts
from tests.github import payloads as github
from tests.github import webhooks

BODY = b'{"type":"invoice.paid","data":{"amount":1200,"currency":"EUR","invoice":"in_1042","customer":"cus_77"}}'
SENT = {"content-type": "application/json", "x-hub-signature-256": signed(BODY)}
DELIVERY = "x-delivery"
SMALLEST, LARGEST = 8_000, 12_000  # bytes of GitHub's payloads

SIGNED = {"verification": {"scheme": "github", "secrets": [KEY.decode()]}}
DEDUPED = {"dedupe": {"key": f"request.headers['{DELIVERY}']", "window_seconds": 86_400}}


@cache
def small() -> Offer:
    """The prototype's schema as a contract."""
    return offered({"media_types": ["application/json"], "body": CONTRACT}, Choice())


@cache
def githubs() -> Offer:
    """GitHub's own document of its webhooks as one contract: a schema for each of its events."""
    return offered(webhooks.document(), Choice())


@dataclass(frozen=True)
class Door:
    """How an endpoint is declared, besides its name and path, and the requests that are sent there in turn."""

    declared: Mapping[str, Any] = field(default_factory=dict)
    contract: Callable[[], Offer] | None = None
    sent: Callable[[], Sequence[tuple[Mapping[str, str], bytes]]] = lambda: [(SENT, BODY)]

    def letters(self, path: str) -> list[Letter]:
        """What is sent to an endpoint of this kind at a whole path."""
        return [Letter(path, headers, body) for headers, body in self.sent()]


@cache
def _payloads() -> Sequence[tuple[Mapping[str, str], bytes]]:
    """GitHub's example payloads of about 10 kB, without those that its own document refuses."""
    contract = compiled(githubs().text)
    about = [each for each in github.payloads() if SMALLEST <= len(each.body) <= LARGEST]
    return [(_fields(each), each.body) for each in about if contract.judge(_facts(each)).cause is None]


def _fields(payload: github.Payload) -> dict[str, str]:
    return {name: value for name, value in payload.headers if name != "content-length"}


def _facts(payload: github.Payload) -> Facts:
    headers = [(name.encode(), value.encode()) for name, value in payload.headers]
    sent = {"path": "/github", "path_parameters": {}, "raw_query": "", "received_at": 0}
    return Facts(id="", method="POST", raw_headers=headers, raw_body=payload.body, **sent)  # type: ignore[arg-type]


def _again() -> Sequence[tuple[Mapping[str, str], bytes]]:
    return [({**SENT, DELIVERY: "always the same"}, BODY)]


def _anew() -> Sequence[tuple[Mapping[str, str], bytes]]:
    return [({**SENT, DELIVERY: TURN}, BODY)]


PLAIN = Door()
VERIFIED = Door(SIGNED)
JUDGED = Door(contract=small)
BOTH = Door(SIGNED, small)
FIRST = Door(DEDUPED, sent=_anew)
DUPLICATE = Door(DEDUPED, sent=_again)
GITHUBS_PLAIN = Door(sent=_payloads)
GITHUB = Door({"verification": {"scheme": "github", "secrets": [github.SECRET.decode()]}}, githubs, _payloads)


def letters_to(doors: Mapping[str, Door]) -> list[Letter]:
    """What is sent to all of these, each at its path: every one of them in turn gets the next of its letters."""
    each = [door.letters(f"/in/default{path}") for path, door in doors.items()]
    return [letters[turn % len(letters)] for turn in range(max(map(len, each))) for letters in each]


def about_githubs() -> str:
    """What the report has to say of GitHub's payloads and contract."""
    sizes, contract = [len(body) for _, body in _payloads()], githubs()
    return (
        f"GitHub's are the {len(sizes)} of its example payloads with {SMALLEST:,} to {LARGEST:,} bytes that its own "
        f"document accepts, {sum(sizes) / len(sizes):,.0f} bytes on average. As a contract that document has "
        f"{len(contract.document['event_types'])} event types and {len(contract.text) / 1e6:.1f} MB."
    )


def shops(count: int) -> dict[str, Door]:
    """So many endpoints by their paths below their project, each with a signature to verify and a contract."""
    return {f"/shop-{number}": BOTH for number in range(count)}


SHOP: Mapping[str, Door] = shops(1)
