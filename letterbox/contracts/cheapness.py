"""Whether a request is judged in less than about 2 ms: by counting, before anything is done that could take longer."""

from __future__ import annotations

import math

from letterbox.contracts.cost import Cost
from letterbox.contracts.parts import Path, judged_value, judges_body
from letterbox.facts.request import Facts
from letterbox.facts.steps import FEW

MOST_STEPS = 10 * FEW  # of about 10 ns, as costs are counted
_PER_PARAMETER = 100  # to parse


def steps_to_judge(cost: Cost, path: Path, facts: Facts) -> float:
    """What a part of the contract costs at most, parsing the query included."""
    if judges_body(path):
        body = facts.parsed()
        most = cost.of(body.most_nodes, body.text_bytes)
        return most if most <= FEW else cost.of(body.nodes, body.text_bytes)
    parameters = facts.raw_query.count("&") + 1 if path == ("query",) else 0
    if parameters * _PER_PARAMETER > MOST_STEPS:
        return math.inf
    texts = judged_value(path, facts)
    text_bytes = sum(len(name) + len(text) for name, text in texts.items())
    return parameters * _PER_PARAMETER + cost.of(1 + len(texts), text_bytes)
