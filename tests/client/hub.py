"""An endpoint named hub, and `letterbox listen` at it."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from tests.client.terminal import Ended, Terminal

SECONDS = 60
PAYLOAD = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}


def listen(terminal: Terminal, *options: str, since: str = "10m", **variables: str) -> Ended:
    """Until it has as many as it waits for, or has waited in vain."""
    in_vain = threading.Timer(SECONDS, lambda: os.kill(os.getpid(), signal.SIGINT))
    in_vain.start()
    try:
        return terminal.run("listen", "hub", "--since", since, *options, **variables)
    finally:
        in_vain.cancel()


def declare(terminal: Terminal, **more: Any) -> None:
    terminal.declare(**{"name": "hub", "path": "/hub/{rest...}", "methods": ["POST", "PUT"], **more})


def judge(terminal: Terminal, mode: str) -> None:
    """Give the endpoint a contract in this mode."""
    declare(terminal, contract_mode=mode)
    contract = {"active": True, "body": PAYLOAD}
    terminal.client.post("/v1/endpoints/hub/contracts", json=contract).raise_for_status()
