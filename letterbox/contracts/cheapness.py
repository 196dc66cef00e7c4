"""Whether a request is judged in less than about 2 ms: by counting, before anything is done that could take longer."""

from __future__ import annotations

import math

from letterbox.contracts.cost import Cost
from letterbox.contracts.parts import Path, judged_value, judges_body
from letterbox.facts.request import Facts

MOST_STEPS = 200_000  # of about 10 ns, as costs are counted
FEW_STEPS = MOST_STEPS // 10  # what is as little as that need not be told exactly
MOST_BYTES, FORM_BYTES = 65_536, 8_192
INFLATED = 10  # times its bytes is what a gzip body may become
_PER_VALUE, _PER_FIELD, _PER_PARAMETER = 35, 300, 100  # to parse
_PER_BYTE = _PER_FIELD + _PER_VALUE  # at most, whatever it is


def steps_to_parse(facts: Facts) -> float:
    """At most; infinite for what should not be parsed where others wait."""
    body = facts.raw_body or b""
    is_compressed = facts.content_encoding is not None
    size = len(body) * (INFLATED if is_compressed else 1)
    if size > MOST_BYTES:
        return math.inf
    if size * _PER_BYTE <= FEW_STEPS:
        return size * _PER_BYTE
    media_type = facts.media_type or ""
    if media_type.endswith("json"):
        return size + _PER_VALUE * (size if is_compressed else body.count(b",") + body.count(b"[") + body.count(b"{"))
    if media_type.startswith("text/"):
        return size
    return _PER_FIELD * (size if is_compressed else body.count(b"&") + body.count(b"\n")) + size * _PER_VALUE


def steps_to_judge(cost: Cost, path: Path, facts: Facts) -> float:
    """What a part of the contract costs at most, parsing the query included."""
    if judges_body(path):
        body = facts.parsed()
        most = cost.of(body.most_nodes, body.text_bytes)
        return most if most <= FEW_STEPS else cost.of(body.nodes, body.text_bytes)
    parameters = facts.raw_query.count("&") + 1 if path == ("query",) else 0
    if parameters * _PER_PARAMETER > MOST_STEPS:
        return math.inf
    texts = judged_value(path, facts)
    text_bytes = sum(len(name) + len(text) for name, text in texts.items())
    return parameters * _PER_PARAMETER + cost.of(1 + len(texts), text_bytes)
