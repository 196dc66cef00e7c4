"""Faults 26 and 28: heads that are too large, and requests whose end is read in two ways, direct and behind nginx."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.deploy.hostile import LARGEST, MALFORMED, OVERSIZED, SMUGGLING, TOO_MUCH, WRITTEN_ANEW, head, statuses
from tests.faults import memory
from tests.faults.check import listed
from tests.faults.fronts import reached
from tests.faults.outcome import Outcome
from tests.faults.server import Server

SIZES, SMUGGLED = "heads too large", "requests smuggled"
MOST_GROWN = 2**20
GOOD = head(b"Content-Length: 0", b"Connection: close")


def send_too_much(store: str, *, by_nginx: bool) -> Outcome:
    """Send heads at the bounds, which are taken, and beyond them, which are refused and cost no memory."""
    if not memory.is_measurable():
        return Outcome.not_run(memory.WHY_NOT)
    with reached(store, by_nginx=by_nginx) as (server, port):
        taken = {name: statuses(port, sent) for name, sent in (LARGEST | {"a plain one": GOOD}).items()}
        refused = {name: refusal(server, port, sent) for name, sent in OVERSIZED.items()}
        tracebacks = server.tracebacks()
    most = max(grown for _, grown in refused.values())
    wrong = [f"{name} was answered {found}" for name, found in taken.items() if found != [202]]
    wrong += [f"{name} was answered {found}" for name, (found, _) in refused.items() if not is_one_of(found, TOO_MUCH)]
    wrong += [f"{name} grew by {grown} bytes" for name, (_, grown) in refused.items() if grown > MOST_GROWN]
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    figures = {"taken": len(taken), "refused": counted(found for found, _ in refused.values())}
    return Outcome(figures | {"max_grown": f"{most / 1024:.0f}KiB"}, wrong)


def refusal(server: Server, port: int, sent: bytes) -> tuple[list[int], int]:
    """What was answered, and by how many bytes the service grew."""
    answers: list[int] = []
    grown = memory.growth(server, lambda: answers.extend(statuses(port, sent)))
    return answers, grown


def smuggle(store: str, *, by_nginx: bool) -> Outcome:
    """Send requests with another one inside: each is refused, once, and nothing of either is kept."""
    anew = WRITTEN_ANEW if by_nginx else {}
    with reached(store, by_nginx=by_nginx) as (server, port):
        answers = {name: statuses(port, sent) for name, sent in SMUGGLING.items()}
        with server.client() as client:
            kept = len(list(listed(client)))
        alive, tracebacks = statuses(port, GOOD) == [202], server.tracebacks()
    odd = {name: found for name, found in answers.items() if not is_right(found, anew.get(name))}
    wrong = [f"{name} was answered {found}" for name, found in odd.items()]
    taken = sum(found.count(202) for found in answers.values())
    wrong += [f"{kept} are kept, and {taken} were taken"] if kept != taken else []
    wrong += [] if alive else ["a good request is not taken any more"]
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    figures = {"sent": len(answers), "answers": counted(answers.values()), "kept": kept}
    return Outcome(figures | ({"written_anew_by_nginx": len(anew)} if by_nginx else {}), wrong)


def is_right(found: list[int], taken: int | None) -> bool:
    """Whether it is refused, or where nginx writes it anew, taken so many times."""
    return is_one_of(found, MALFORMED) if taken is None else found == [202] * taken


def is_one_of(found: list[int], allowed: frozenset[int]) -> bool:
    return len(found) == 1 and found[0] in allowed


def counted(answers: Iterable[list[int]]) -> str:
    """How often each status, or each series of them, was answered."""
    return ",".join(f"{status}x{count}" for status, count in sorted(Counter(map(shown, answers)).items()))


def shown(found: list[int]) -> str:
    return "+".join(map(str, found)) or "none"
