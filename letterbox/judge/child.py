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
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from letterbox import expressions
from letterbox.contracts.compile import compiled
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
        self._answer("up", os.getpid())
        is_whole = True
        while is_whole and (task := self._next()):
            is_whole = self._answer(*self._done(task))

    def _next(self) -> Answer | None:
        """The next task; its time begins with it, since nothing is counted while we wait."""
        _allow(self._terms.seconds)
        length = self._incoming.read(LENGTH.size)
        if len(length) < LENGTH.size:
            return None
        return unframed(self._incoming.read(*LENGTH.unpack(length)))

    def _answer(self, *answer: Any) -> bool:
        """Whether we may go on."""
        self._connection.sendall(framed(answer))
        return bool(answer[0] != "broken")

    def _done(self, task: Answer) -> Answer:
        kind, *asked = task
        try:
            return self._does[kind](*asked)
        except (expressions.Failed, expressions.BadExpression) as failure:
            return "failed", str(failure)
        except BaseException as fault:  # noqa: BLE001 # also a panic, which is no Exception; what it has left is unknown
            return "broken", _where(fault)

    def _judge(self, digest: str, text: bytes | None, packed: Answer) -> Answer:
        """The text comes along if the contract is not on the shelf."""
        contract = self._shelf.get(digest) if text is None else self._taken_in(digest, text)
        if contract is None:
            raise LookupError(digest)
        facts = facts_unpacked(packed)
        lacking = contract.lacks(facts)
        if lacking:
            with self._preparing():
                contract.make(lacking)
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
        with self._preparing():
            try:
                compiled(text).prepare()
            except ValueError as reason:
                return "refused", f"This contract cannot be compiled: {str(reason)[:MOST_CHARACTERS]}"
        return ("compiled",)

    @contextmanager
    def _preparing(self) -> Iterator[None]:
        """Compiling has an allowance of its own, and the parent knows of it."""
        self._answer("preparing")
        _allow(self._terms.compile_seconds)
        yield
        self._answer("prepared")
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
