"""Verdicts of the imported contract beside those of the jsonschema package, on GitHub's payloads and mutations of them.

python -m tests.contracts.import_parity --mutations 20
"""

import argparse
import copy
import json
import random
import sys
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from letterbox.contracts.compile import compiled
from letterbox.contracts.contract import Contract
from letterbox.contracts.importing.document import Choice, imported
from letterbox.contracts.intake import intake
from letterbox.facts.request import Facts
from letterbox.representation import as_json
from tests.github.payloads import Payload, payloads
from tests.github.webhooks import document, schemas_by_event

STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "strange",
    [],
    {},
    [None],
    {"strange": 1},
    "2025-02-30T99:00:00Z",
)


@cache
def contract() -> Contract:
    """GitHub's document as a contract."""
    return compiled(as_json(intake(imported(document(), Choice()).contract)))


def verdict(payload: Payload, body: Any) -> bool:
    """Whether the imported contract takes this body with the headers of the payload."""
    headers = [(name.encode(), value.encode()) for name, value in payload.headers]
    sent = {"method": "POST", "path": "/", "path_parameters": {}, "raw_query": "", "received_at": 0}
    facts = Facts(id="req_1", raw_headers=headers, raw_body=as_json(body), **sent)  # type: ignore[arg-type]
    return contract().judge(facts).cause is None


@cache
def _oracle(event: str) -> Draft202012Validator:
    return Draft202012Validator(schemas_by_event()[event])


def oracles_verdict(payload: Payload, body: Any) -> bool:
    return bool(_oracle(payload.event).is_valid(body))


def mutations(payload: Payload, number: int) -> Iterator[tuple[str, Any]]:
    """The payload as it is, then so many with one to three places changed; always the same. Each with a name."""
    body = json.loads(payload.body)
    yield payload.name, body
    for index in range(number):
        chance = random.Random(zlib.crc32(f"{payload.name} {index}".encode()))
        mutated = copy.deepcopy(body)
        for _ in range(chance.randint(1, 3)):
            mutate(mutated, chance)
        yield f"{payload.name} mutation {index}", mutated


def mutate(body: Any, chance: random.Random) -> None:
    """Change one place: take a member away, add one, or put something strange there, or what stands elsewhere."""
    holders = list(_holders(body))
    holder = chance.choice(holders)
    key = chance.choice([*(holder if isinstance(holder, dict) else range(len(holder)))])
    match chance.randrange(4):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder["a-new-member"] = chance.choice(STRANGE)
        case 2:
            other = chance.choice(holders)
            holder[key] = copy.deepcopy(chance.choice([*(other.values() if isinstance(other, dict) else other)] or [0]))
        case _:
            holder[key] = copy.deepcopy(chance.choice(STRANGE))


def _holders(body: Any) -> Iterator[Any]:
    """Every object and list in it that is not empty."""
    if isinstance(body, dict | list) and body:
        yield body
        for part in body.values() if isinstance(body, dict) else body:
            yield from _holders(part)


def main() -> int:
    """1 if any verdict differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=20)
    number = parser.parse_args().mutations
    counts = {True: 0, False: 0}
    different = []
    for payload in payloads():
        for name, body in mutations(payload, number):
            ours, theirs = verdict(payload, body), oracles_verdict(payload, body)
            counts[ours] += 1
            if ours != theirs:
                different.append(f"{name}: {'taken' if ours else 'refused'} here, not there")
    print(f"{sum(counts.values())} bodies, {counts[True]} of them taken; {len(different)} verdicts differ", *different)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
