"""Facts and judgements as plain values, to cross between two processes."""

from __future__ import annotations

from typing import Any

from letterbox.contracts.judgement import Judgement
from letterbox.facts.request import Facts


def facts_packed(facts: Facts) -> tuple[Any, ...]:
    """What was received and not what was made of it: a parsed body takes longer to cross than to parse."""
    return facts.__getstate__()


def facts_unpacked(packed: tuple[Any, ...]) -> Facts:
    facts = Facts.__new__(Facts)
    facts.__setstate__(packed)
    return facts


def judgement_packed(judgement: Judgement) -> tuple[Any, ...]:
    return tuple(judgement)


def judgement_unpacked(packed: tuple[Any, ...]) -> Judgement:
    return Judgement(*packed)
