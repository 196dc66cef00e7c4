"""A contract that is offered is taken in by a child: what is wrong with it comes back with its places."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.contracts.intake import normalised, text_of
from letterbox.errors import Unprocessable
from letterbox.judge.judge import Judge
from tests.judge.stage import good, play

LONG = {"allOf": [{"type": "object"}] * 20_000}


def offer(contract: dict[str, Any], **bounds: Any) -> None:
    """Offer it to a judge, which has to work on afterwards."""

    async def scene(judge: Judge) -> None:
        try:
            await judge.try_compile(text_of(normalised(contract)))
        finally:
            await good(judge)

    play(scene, **{"compile_seconds": 60, "stall_seconds": 60, **bounds})


@pytest.mark.parametrize(
    ("contract", "where"),
    [
        ({"body": {"properties": {"a": {"type": "no type"}}}}, "/body/properties/a/type"),
        ({"query": {"pattern": "a{6000}("}}, "/query/pattern"),
        ({"body": {"$ref": "https://example.com/"}}, "/body/$ref"),
        ({"event_type": "1 +"}, "/event_type"),
        ({"media_types": ["json"]}, "/media_types"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(contract: dict[str, Any], where: str) -> None:
    with pytest.raises(Unprocessable, match="as it is") as refusal:
        offer(contract)
    assert [found["pointer"] for found in refusal.value.errors] == [where]


def test_a_long_contract_is_taken() -> None:
    offer({"body": LONG})


def test_what_takes_too_long_to_take_in_is_refused() -> None:
    with pytest.raises(Unprocessable, match="too long"):
        offer({"body": LONG}, compile_seconds=0.02)
