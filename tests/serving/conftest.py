"""Connections for the tests of the server's own HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from letterbox.serving.protocol import State
from tests.serving.applications import Echo
from tests.serving.caller import DATE, Caller, HeldLoop

Connect = Callable[..., Caller]


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def connect(echo: Echo) -> Iterator[Connect]:
    """Opens connections; at the end, nothing may have been written to one that was over."""
    loop, state, callers = HeldLoop(), State(), []
    state.default_headers = [DATE]

    def connect(application: Any = echo) -> Caller:
        callers.append(Caller(loop, application, state))
        return callers[-1]

    yield connect
    loop.end()
    assert [caller.transport.late for caller in callers if caller.transport.late] == []


@pytest.fixture
def caller(connect: Connect) -> Caller:
    """A connection to `echo`."""
    return connect()
