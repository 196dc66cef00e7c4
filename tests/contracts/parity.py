"""Verdicts by GitHub's schemas beside those of the jsonschema package, on GitHub's payloads and mutations of them.

python -m tests.contracts.parity --mutations 20
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from jsonschema import Draft7Validator

from letterbox.contracts.contract import Contract
from letterbox.facts.request import Facts
from letterbox.representation import as_json
from tests.contracts import given
from tests.contracts.import_parity import mutations
from tests.github import schemas
from tests.github.payloads import Payload, payloads


class Compared(NamedTuple):
    """What both say of one body, and what we say it breaks."""

    name: str
    is_taken: bool
    is_taken_there: bool
    violations: tuple[Any, ...]


@cache
def contract() -> Contract:
    return given.contract(**schemas.contract())


def facts_of(payload: Payload, body: bytes | None = None) -> Facts:
    """As it is sent, or with another body."""
    return given.facts(payload.body if body is None else body, content_type=None, headers=dict(payload.headers))


@cache
def _oracle(event: str) -> Draft7Validator:
    return Draft7Validator({**schemas.schemas_by_event()[event], "definitions": schemas.schema()["definitions"]})


def compared(some: Iterable[Payload], number: int) -> Iterator[Compared]:
    """Each payload and so many mutations of it."""
    for payload in some:
        for name, body in mutations(payload, number):
            judgement = contract().judge(facts_of(payload, as_json(body)))
            is_taken_there = _oracle(payload.event).is_valid(body)
            yield Compared(name, judgement.cause is None, is_taken_there, judgement.violations)


def main() -> int:
    """1 if any verdict differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=20)
    everything = list(compared(payloads(), parser.parse_args().mutations))
    different = [each.name for each in everything if each.is_taken != each.is_taken_there]
    taken = sum(each.is_taken for each in everything)
    unexplained = [each.name for each in everything if any(found["keyword"] == "schema" for found in each.violations)]
    print(f"{len(everything)} bodies, {taken} of them taken; {len(different)} verdicts differ", *different)
    print(f"{len(unexplained)} refused without saying why", *unexplained)
    return 1 if different or unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
