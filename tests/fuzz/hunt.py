"""One hunt of schemathesis over all operations and phases, and what it brought home."""

import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import StopReason, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

CONFIGURATION = Path(__file__).parents[2] / "schemathesis.toml"
MINUTES = 10  # a hunt ends after this time, and says so


@dataclass(frozen=True)
class Effort:
    """How long a hunt takes: examples of each operation, sequences and steps of the stateful phase.

    And whether each property's bounds are gone through one by one, which takes most of the time.
    """

    examples: int
    sequences: int
    steps: int = 6
    covers: bool = True


@dataclass
class Game:
    """What a hunt brought home: how many requests it sent in each phase, and each failure as text."""

    requests: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def take(self, event: events.EngineEvent) -> None:
        """Note what an event of the engine tells."""
        match event:
            case events.ScenarioFinished():
                phase = event.phase.value
                self.requests[phase] = self.requests.get(phase, 0) + len(event.recorder.interactions)
                self.failures.extend(failures_of(event.recorder, phase))
            case events.NonFatalError() | events.FatalError():
                error = event.exception if isinstance(event, events.FatalError) else event.value
                self.failures.append(f"{type(error).__name__}: {error}")
            case events.EngineFinished() if event.stop_reason is not StopReason.COMPLETED:
                self.failures.append(f"the hunt ended early: {event.stop_reason.value}")

    def shown(self) -> str:
        counts = " ".join(f"{phase}={count}" for phase, count in self.requests.items())
        return "\n\n".join([counts, *dict.fromkeys(self.failures)])


def hunt(document: dict[str, Any], effort: Effort, *, seed: int, key: str, target: Any) -> Game:
    """Hunt with this seed and bearer key on a prepared target: the URL of a service, or an ASGI application."""
    schema = schemathesis.openapi.from_dict(document, config=configuration(effort, seed, key))
    if isinstance(target, str):
        schema.config.update(base_url=target)
    else:
        schema.app = target
    game, end = Game(), time.monotonic() + MINUTES * 60
    hunting = from_schema(schema).execute()
    for event in hunting:
        game.take(event)
        # The tool's own max-time is no bound but a budget: it goes on looking until that is spent.
        if time.monotonic() > end:
            hunting.stop()
    return game


def configuration(effort: Effort, seed: int, key: str) -> SchemathesisConfig:
    """What schemathesis.toml says, with an effort, a seed and a key."""
    given = tomllib.loads(CONFIGURATION.read_text())
    given["auth"]["openapi"]["bearerAuth"]["bearer"] = key
    given["generation"]["max-examples"] = effort.examples
    given["phases"] = {
        "coverage": {"enabled": effort.covers},
        "stateful": {"max-steps": effort.steps, "generation": {"max-examples": effort.sequences}},
    }
    return SchemathesisConfig.from_dict(given | {"seed": seed})


def failures_of(recorder: ScenarioRecorder, phase: str) -> list[str]:
    """Each failed check of one scenario: the operation, the check, what it says, and how to see it again."""
    return [
        f"{phase}: {recorder.label}: {check.name}\n{told.failure}\n{answer_of(recorder, case)}\n{told.code_sample}"
        for case, checks in recorder.checks.items()
        for check in checks
        if (told := check.failure_info) is not None
    ]


def answer_of(recorder: ScenarioRecorder, case: str) -> str:
    """The beginning of what was answered."""
    response = recorder.find_response(case_id=case)
    return "no answer" if response is None else f"{response.status_code} {response.content[:300]!r}"
