"""Compares the callers' journal with what the service kept."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.letters import HEADER, Journal, Letter

Item = dict[str, Any]  # a request as the management API lists it
SAMPLE = 200


@dataclass
class Comparison:
    """Letters acknowledged and lost (L), stored twice (D), stored unacknowledged (U), and acknowledged but altered."""

    lost: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    unacknowledged: list[int] = field(default_factory=list)
    altered: list[int] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """What must not be, each in a few words with the first letters that it befell."""
        found = {"lost": self.lost, "stored twice": self.twice, "altered": self.altered}
        return [f"{len(numbers)} {word}, such as {numbers[:3]}" for word, numbers in found.items() if numbers]


def compare(journal: Journal, client: httpx.Client) -> Comparison:
    """Compare by the management API: numbers, ids, SHA-256, lengths and queries from its lists."""
    kept = defaultdict(list)
    for item in listed(client):
        kept[int(dict(item["headers"])[HEADER])].append(item)
    comparison = Comparison(twice=[number for number, items in kept.items() if len(items) > 1])
    for letter in journal.letters:
        items = kept.get(letter.number, [])
        if not letter.acknowledged:
            comparison.unacknowledged.extend([letter.number] if items else [])
        elif not any(item["id"] == letter.request_id for item in items):
            comparison.lost.append(letter.number)
        elif not all(same(letter, item) for item in items):
            comparison.altered.append(letter.number)
    return comparison


def listed(client: httpx.Client) -> Iterator[Item]:
    """Every request of the project, page by page."""
    query = {"limit": "100"}
    while True:
        page = client.get("/v1/requests", params=query).raise_for_status().json()
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        query["cursor"] = page["next_cursor"]


def same(letter: Letter, item: Item) -> bool:
    """Whether the request is listed as the letter was sent."""
    sent = (letter.sha256, len(letter.body), letter.query, "POST", "accepted")
    return sent == tuple(item[name] for name in ("body_sha256", "body_bytes", "query", "method", "verdict"))


def altered_bodies(journal: Journal, client: httpx.Client, seed: int) -> list[int]:
    """The letters, of a sample of the acknowledged ones, whose body is not answered byte for byte."""
    acknowledged = journal.acknowledged()
    sample = random.Random(seed).sample(acknowledged, min(SAMPLE, len(acknowledged)))
    return [letter.number for letter in sample if read_body(client, letter) != letter.body]


def read_body(client: httpx.Client, letter: Letter) -> bytes:
    return client.get(f"/v1/requests/{letter.request_id}/body").content


def altered_rows(journal: Journal, bodies: dict[str, bytes]) -> list[int]:
    """The acknowledged letters whose row does not hold their bytes, given each row's body by id."""
    return [letter.number for letter in journal.acknowledged() if bodies.get(letter.request_id or "") != letter.body]
