"""Replies as rules: the first one whose condition holds answers, with what it says or computes from the request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from letterbox import expressions
from letterbox.expressions import BadExpression, Expression, Failed
from letterbox.facts.request import Facts
from letterbox.receive.declared_replies import ASKS, DEFAULT_STATUS
from letterbox.receive.reply import Ask, Reply, finished
from letterbox.receive.reply_bodies import JSON, can_be, encoded
from letterbox.receive.reply_schemas import ReplySchema

ASK_SECONDS = 10

Evaluate = Callable[[Expression, Facts], Awaitable[Any]]  # raises Failed
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """A reply that is the same for every request; without a body of its own it answers the request's id."""

    status: int
    headers: Headers
    body: bytes | None

    def reply(self, request_id: str) -> Reply:
        body = b'{"id":"%s"}' % request_id.encode() if self.body is None else self.body
        return finished(self.status, self.headers, body)


DEFAULT = ReplyRule(DEFAULT_STATUS, ((b"content-type", JSON.encode()),), None)


@dataclass(frozen=True, slots=True)
class Condition:
    """One declared rule: when it answers, and what: something fixed, or what `body_from` computes."""

    place: str  # as notes name it
    when: str | None
    fixed: ReplyRule
    body_from: str | None
    media_type: str
    schema: ReplySchema | None
    ask: Ask | None = None


@dataclass(slots=True)
class Rules:
    """The compiled replies of an endpoint. If `is_plain`, then `plain` answers everything."""

    conditions: tuple[Condition, ...]
    is_plain: bool = field(init=False)
    plain: ReplyRule = field(init=False)

    def __post_init__(self) -> None:
        first = self.conditions[0] if self.conditions else None
        self.is_plain = first is None or (first.when is None and first.body_from is None and first.ask is None)
        self.plain = first.fixed if first is not None and self.is_plain else DEFAULT


def compiled(replies: Sequence[dict[str, Any]]) -> Rules:
    """The rules of declared replies. Expressions are compiled when they are first needed, so that a start is quick."""
    return Rules(tuple(_condition(rule, f"replies/{index}") for index, rule in enumerate(replies)))


def _condition(rule: dict[str, Any], place: str) -> Condition:
    if ASKS in rule:
        return _asking(rule, place)
    media_type = rule.get("media_type", JSON)
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in rule.get("headers", {}).items()]
    if "body" in rule or "body_from" in rule:
        headers.append((b"content-type", media_type.encode()))
    body = encoded(rule["body"], media_type) if "body" in rule else b""
    fixed = ReplyRule(rule.get("status", DEFAULT_STATUS), tuple(headers), body)
    schema = ReplySchema(rule["schema"]) if "schema" in rule else None
    return Condition(place, rule.get("when"), fixed, rule.get("body_from"), media_type, schema)


def _asking(rule: dict[str, Any], place: str) -> Condition:
    ask = Ask(rule[ASKS], rule.get("timeout_seconds", ASK_SECONDS))
    otherwise = _condition(rule["otherwise"], place).fixed if "otherwise" in rule else DEFAULT
    return Condition(place, rule.get("when"), otherwise, None, JSON, None, ask)


async def choose(rules: Rules, facts: Facts, evaluate: Evaluate) -> tuple[Reply, list[str]]:
    """What is answered to a request, and what of the rules failed, in words for its trail."""
    notes = list[str]()
    for condition in rules.conditions:
        if await _holds(condition, facts, evaluate, notes):
            return await _answered(condition, facts, evaluate, notes), notes
    return DEFAULT.reply(facts.id), notes


async def _holds(condition: Condition, facts: Facts, evaluate: Evaluate, notes: list[str]) -> bool:
    """Whether a rule answers. A condition that fails, or isn't a boolean, does not hold."""
    if condition.when is None:
        return True
    try:
        value = await evaluate(expressions.compiled(condition.when), facts)
    except (Failed, BadExpression) as reason:
        notes.append(f"{condition.place}/when failed: {reason}")
        return False
    if not isinstance(value, bool):
        notes.append(f"{condition.place}/when is neither true nor false")
    return value is True


async def _answered(condition: Condition, facts: Facts, evaluate: Evaluate, notes: list[str]) -> Reply:
    """What a rule answers; the default reply where its body cannot be made."""
    if condition.body_from is None:
        return condition.fixed.reply(facts.id)._replace(ask=condition.ask)
    try:
        body = await evaluate(expressions.compiled(condition.body_from), facts)
        return finished(condition.fixed.status, condition.fixed.headers, _encoded(condition, body))
    except (Failed, BadExpression) as reason:
        notes.append(f"{condition.place}/body_from failed: {reason}")
        return DEFAULT.reply(facts.id)


def _encoded(condition: Condition, body: Any) -> bytes:
    """A computed body as bytes. Raises Failed for one that its media type or its schema doesn't allow."""
    if not can_be(body, condition.media_type):
        raise Failed("the result is no string, as the media type needs")
    made = encoded(body, condition.media_type)
    objection = condition.schema.objection_to(made, condition.media_type) if condition.schema else None
    if objection is not None:
        raise Failed(f"the result does not conform: {objection}")
    return made
