"""A judge on an event loop, requests for it, and expressions that are too much for it."""

from __future__ import annotations

import asyncio
import os
import select
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import uvloop

from letterbox.expressions import Failed
from letterbox.facts.request import Facts
from letterbox.judge.bounds import Bounds
from letterbox.judge.judge import Judge

Result = TypeVar("Result")
Scene = Callable[[Judge], Awaitable[Result]]

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.new_event_loop,
    "uvloop": uvloop.new_event_loop,
}
PATIENCE_SECONDS = 60
GOOD, GOOD_VALUE = "request.body.map(each, each + 1)", [2, 3, 4]
TAKES_SECONDS = "request.body.map(a, request.body.map(b, request.body.map(c, a + b + c)))"  # over HUNDRED
HUNDRED = b"[" + b",".join([b"1"] * 100) + b"]"


def facts_of(body: bytes = b"[1,2,3]", media_type: bytes = b"application/json", event: bytes = b"") -> Facts:
    return Facts(
        id="req_1",
        method="POST",
        path="/orders/7",
        path_parameters={"order_id": "7"},
        raw_query="a=1",
        raw_headers=[(b"content-type", media_type), *([(b"x-event", event)] if event else [])],
        raw_body=body,
        received_at=1_700_000_000_000,
    )


def play(scene: Scene[Result], loop: str = "uvloop", **bounds: Any) -> Result:
    """Play a scene with a judge of these bounds on a loop of this kind, and close the judge."""

    async def played() -> Result:
        judge = Judge(
            seconds=bounds.pop("seconds", 0.1), bounds=Bounds(**{"patience_seconds": PATIENCE_SECONDS, **bounds})
        )
        try:
            return await asyncio.wait_for(scene(judge), PATIENCE_SECONDS)
        finally:
            await judge.close()

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        return runner.run(played())


async def good(judge: Judge) -> Any:
    return await judge.evaluate(GOOD, facts_of())


async def failure_of(judge: Judge, source: str = TAKES_SECONDS, body: bytes = HUNDRED) -> str | None:
    """Why an expression has no value; None if it has one."""
    try:
        await judge.evaluate(source, facts_of(body))
    except Failed as failure:
        return str(failure)
    return None


def pid_of(judge: Judge) -> int:
    """Of the child that works for all, which must have come up."""
    assert judge._lane._pid
    return judge._lane._pid


def origin_of(judge: Judge) -> int:
    assert judge._children._origin is not None
    return judge._children._origin.pid


@contextmanager
def watched(pid: int) -> Iterator[Callable[[], None]]:
    """Gives a function that returns once this process is gone; the number can't become another's meanwhile."""
    descriptor = os.pidfd_open(pid)

    def wait_until_gone() -> None:
        ready, _, _ = select.select([descriptor], [], [], PATIENCE_SECONDS)
        assert ready, f"process {pid} is still there"

    try:
        yield wait_until_gone
    finally:
        os.close(descriptor)


def open_in(pid: int) -> set[str]:
    """What a process has open, as the kernel names it."""
    return {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}


def seen_of(pid: int, name: str) -> bytes:
    """What the kernel tells of a process under this name."""
    return Path(f"/proc/{pid}/{name}").read_bytes()
