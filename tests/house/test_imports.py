"""Arrows go one way: which room may import what, read from the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
EVERYTHING = ("letterbox", "handlers", "app")
USE_CASES = tuple(
    f"letterbox.{noun}"
    for noun in (
        "projects",
        "keys",
        "endpoints",
        "contracts.versions",
        "documents",
        "requests",
        "edits",
        "verdicts",
        "readmissions",
        "trials",
        "destinations",
        "subscriptions",
        "deliveries",
        "replays",
        "idempotency",
    )
)
RECORDS = (
    "changes",
    "endpoints.Endpoint",
    "projects.Project",
    "requests.Row",
    "deliveries.Delivery",
    "destinations.Destination",
    "dedupe.Claim",
    "dedupe.Duplicate",
)
STEPS = (
    "match",
    "origin",
    "rate",
    "verification",
    "credentials",
    "dedupe",
    "declared_replies",
    "reply",
    "reply_bodies",
    "reply_schemas",
    "rules",
    "cors",
)
DELIVERY = ("breaker", "egress", "header_names", "outgoing", "retry", "signing")
DECISIONS = (
    *(f"letterbox.delivery.{decision}" for decision in DELIVERY),
    *(f"letterbox.receive.{step}" for step in STEPS),
    "letterbox.facts",
    "letterbox.contracts",
    "letterbox.expressions",
)
CLOCKS = ("time", "datetime", "letterbox.ids")
NETWORKS = ("socket", "asyncio", "ssl", "http.client", "urllib.request", "threading")


@dataclass(frozen=True)
class Rule:
    """The rooms, except for some, import nothing of what is banned, save what is let through."""

    says: str
    rooms: tuple[str, ...]
    banned: tuple[str, ...]
    planted: str  # breaks the rule
    except_for: tuple[str, ...] = ()
    save: tuple[str, ...] = ()

    def binds(self, module: str) -> bool:
        return within(module, self.rooms) and not within(module, self.except_for)

    def forbids(self, imported: str) -> bool:
        return within(imported, self.banned) and not within(imported, self.save)


RULES = [
    Rule(
        "only the door, the app and the binding know connexion and Flask",
        rooms=EVERYTHING,
        except_for=("handlers", "app", "letterbox.binding"),
        banned=("connexion", "flask", "werkzeug", "starlette", "a2wsgi"),
        planted="import flask",
    ),
    Rule(
        "only the store knows SQL",
        rooms=EVERYTHING,
        except_for=("letterbox.store",),
        banned=("sqlalchemy", "alembic", "sqlite3"),
        planted="from sqlalchemy.orm import Session",
    ),
    Rule(
        "the binding knows no room of ours but errors, representation and config",
        rooms=("letterbox.binding",),
        banned=EVERYTHING,
        save=("letterbox.binding", "letterbox.errors", "letterbox.representation", "letterbox.config"),
        planted="from letterbox import keyring",
    ),
    Rule(
        "nothing in the house but the command and the served process knows the door or the binding",
        rooms=("letterbox",),
        except_for=("letterbox.binding", "letterbox.operating", "letterbox.serving.process"),
        banned=("handlers", "app", "letterbox.binding", "letterbox.operating"),
        planted="from handlers.receive import post",
    ),
    Rule(
        "the door reaches the store through use cases alone",
        rooms=("handlers",),
        banned=("letterbox.store", "letterbox.binding", "letterbox.operating", "app"),
        planted="from letterbox.store import keys",
    ),
    Rule(
        "the store knows nobody who uses it",
        rooms=("letterbox.store",),
        banned=EVERYTHING,
        save=("letterbox.store", "letterbox.errors", "letterbox.ids", "letterbox.config"),
        planted="from letterbox.service import Service",
    ),
    Rule(
        "the receive plane takes only records from the store, and knows no use case",
        rooms=("letterbox.receive",),
        banned=("letterbox.store", "letterbox.service", *USE_CASES),
        save=tuple(f"letterbox.store.{record}" for record in RECORDS),
        planted="from letterbox.store import writer",
    ),
    Rule(
        "the client knows the service by its API alone",
        rooms=("letterbox.client",),
        banned=("letterbox.store", "letterbox.service", "letterbox.binding", "handlers", "app", *USE_CASES),
        planted="from letterbox.store import keys",
    ),
    Rule(
        "the delivery plane knows the store and what reads a request, and nobody who uses it",
        rooms=("letterbox.delivery",),
        banned=EVERYTHING,
        save=(
            "letterbox.delivery",
            "letterbox.store",
            "letterbox.errors",
            "letterbox.config",
            "letterbox.__version__",
            "letterbox.ids",
            "letterbox.facts",
            "letterbox.expressions",
            "letterbox.representation",
            "letterbox.sealing",
            "letterbox.signing_secrets",
            "letterbox.receive.credentials",
            "letterbox.kept",
            "letterbox.receive.dedupe",
            "letterbox.receive.errand",
            "letterbox.receive.reply",
        ),
        planted="from letterbox.service import Service",
    ),
    Rule(
        "only the sender opens outbound connections",
        rooms=EVERYTHING,
        except_for=("letterbox.delivery.sender",),
        banned=("aiohttp", "aiohappyeyeballs", "yarl"),
        planted="from aiohttp import ClientSession",
    ),
    Rule(
        "decisions have no clock, no network and no database",
        rooms=DECISIONS,
        except_for=("letterbox.contracts.versions", "letterbox.expressions.results"),
        banned=(*CLOCKS, *NETWORKS, "letterbox.store", "letterbox.service"),
        save=("letterbox.store.endpoints.Endpoint", "datetime.timedelta", "datetime.UTC"),
        planted="import time as clock",
    ),
]


def within(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


@cache
def sources() -> tuple[tuple[str, str], ...]:
    """Every module of ours as (dotted name, source)."""
    return tuple(_sources())


def _sources() -> Iterator[tuple[str, str]]:
    for file in sorted([TOP / "app.py", *(TOP / "letterbox").rglob("*.py"), *(TOP / "handlers").rglob("*.py")]):
        yield ".".join(file.relative_to(TOP).with_suffix("").parts).removesuffix(".__init__"), file.read_text()


@cache
def imports_of(source: str) -> frozenset[str]:
    """What a source imports, down to the name: `from a import b` is a.b."""
    return frozenset(_imports_of(source))


def _imports_of(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "an import from `.` hides which room it is from"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def broken(rule: Rule, module: str, *sources: str) -> list[str]:
    """What a module of these sources imports in spite of a rule."""
    if not rule.binds(module):
        return []
    imports = [imported for source in sources for imported in imports_of(source)]
    return [f"{module} imports {imported}" for imported in imports if rule.forbids(imported)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_arrows_go_one_way(rule: Rule) -> None:
    assert [line for module, source in sources() for line in broken(rule, module, source)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_a_planted_import_is_found(rule: Rule) -> None:
    for module, source in sources():
        assert bool(broken(rule, module, source, rule.planted)) == rule.binds(module)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_every_room_that_a_rule_names_is_there(rule: Rule) -> None:
    modules = [module for module, _ in sources()]
    named = (*rule.rooms, *rule.except_for, *(room for room in rule.banned if within(room, EVERYTHING)))
    assert [room for room in named if not any(within(module, (room,)) for module in modules)] == []
