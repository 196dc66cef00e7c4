"""A child: works on one task after another, and is ended by the kernel when one takes too much.

The bound is a timer of the kernel that counts the processor time of this process alone, and whose signal nobody
handles. So it needs no thread, hits in the midst of compiled code that holds the interpreter, and hits nobody who
merely waits for a core.
"""

from __future__ import annotations

import hmac
import os
import signal
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from letterbox import expressions
from letterbox.contracts.compile import compiled
from letterbox.contracts.intake import intake, text_of
from letterbox.contracts.schema_intake import PATTERN_STATES
from letterbox.errors import Unprocessable
from letterbox.judge.bounds import Terms
from letterbox.judge.frames import LENGTH, framed, unframed
from letterbox.judge.packing import facts_unpacked, judgement_packed
from letterbox.judge.prepared import Prepared
from letterbox.judge.shelf import Shelf

Answer = tuple[Any, ...]

MOST_CHARACTERS = 200  # of a reason of the library's


def serve(connection: socket.socket, terms: Terms) -> None:
    """Work until the parent is gone, or until something breaks that should not."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGPROF])
    os.nice(terms.niceness)
    Child(connection, terms).work()


class Child:
    def __init__(self, connection: socket.socket, terms: Terms) -> None:
        self._connection, self._terms = connection, terms
        self._incoming = connection.makefile("rb")
        self._shelf: Shelf[Prepared] = Shelf()
        self._does: dict[str, Callable[..., Answer]] = {
            "judge": self._judge,
            "evaluate": self._evaluate,
            "compile": self._compile,
        }

    def work(self) -> None:
        self._tell("up", os.getpid())
        while (task := self._next()) and self._work_on(task):
            pass

    def _next(self) -> Answer | None:
        """The next task; its time begins with it, since nothing is counted while we wait."""
        _allow(self._terms.seconds)
        length = self._incoming.read(LENGTH.size)
        if len(length) < LENGTH.size:
            return None
        return unframed(self._incoming.read(*LENGTH.unpack(length)))

    def _tell(self, *news: Any) -> None:
        self._connection.sendall(framed(news))

    def _work_on(self, task: Answer) -> bool:
        """Answer, with the processor time that it took. Whether we may go on."""
        began = time.process_time()
        try:
            answer = self._done(*task)
        except BaseException as fault:  # noqa: BLE001 # also a panic, which is no Exception; what it has left is unknown
            self._tell("broken", _where(fault))
            return False
        self._tell("done", time.process_time() - began, answer)
        return True

    def _done(self, kind: str, *asked: Any) -> Answer:
        try:
            return self._does[kind](*asked)
        except (expressions.Failed, expressions.BadExpression) as failure:
            return "failed", str(failure)

    def _judge(self, digest: str, text: bytes | None, packed: Answer) -> Answer:
        """The text comes along if the contract is not on the shelf."""
        contract = self._shelf.get(digest) if text is None else self._taken_in(digest, text)
        if contract is None:
            raise LookupError(digest)
        facts = facts_unpacked(packed)
        missing = contract.missing_for(facts)
        if missing:
            with self._preparing():
                contract.make(missing)
        return "judged", *judgement_packed(contract.judge(facts))

    def _taken_in(self, digest: str, text: bytes) -> Prepared:
        with self._preparing():
            contract = Prepared(text)
        self._shelf.put(digest, contract, len(text))
        return contract

    def _evaluate(self, source: str, key: bytes | None, packed: Answer) -> Answer:
        expression = expressions.compiled(source)
        return "value", expression.value(facts_unpacked(packed), None if key is None else _signing(key))

    def _compile(self, text: bytes) -> Answer:
        """Take in a contract that is offered, and compile it: both may take long."""
        with self._preparing():
            try:
                document = intake(orjson.loads(text), compiled_states=PATTERN_STATES)
                compiled(text_of(document)).prepare()
            except Unprocessable as refusal:
                return "refused", refusal.detail, refusal.errors
            except ValueError as reason:
                return "refused", f"This contract cannot be compiled: {str(reason)[:MOST_CHARACTERS]}", []
        return ("compiled",)

    @contextmanager
    def _preparing(self) -> Iterator[None]:
        """Compiling has an allowance of its own, and the parent knows of it."""
        self._tell("preparing")
        _allow(self._terms.compile_seconds)
        yield
        self._tell("prepared")
        _allow(self._terms.seconds)


def _allow(seconds: float) -> None:
    """So much processor time from now on, whatever was left of the last allowance."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _signing(key: bytes) -> Callable[[str, bytes], bytes]:
    return lambda algorithm, message: hmac.digest(key, message, algorithm)


def _where(fault: BaseException) -> str:
    """The kind of fault and its line, without its text, which may quote what was received."""
    *_, innermost = traceback.walk_tb(fault.__traceback__)
    frame, line = innermost
    return f"{type(fault).__name__} in {frame.f_globals.get('__name__')}, line {line}"
