"""What a child is asked to do, each with somebody who waits for it."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import Any

from letterbox.contracts.compile import Contract
from letterbox.facts.request import Facts
from letterbox.judge.frames import framed
from letterbox.judge.packing import facts_packed
from letterbox.judge.shelf import Shelf

Answer = tuple[Any, ...]


class Undone(Exception):
    """It was not done, for a reason of ours; the text says which."""


class TooMuch(Undone):
    """It was not done, because a child that tried went beyond its bounds, or broke."""

    def __init__(self) -> None:
        super().__init__("took too long")


class Task:
    """`name` says what is to blame if it is too much: the same for all tasks with the same contract or expression.

    `owner` is the project that asks.
    """

    def __init__(self, name: str, owner: str, until: float) -> None:
        self.name, self.owner = name, owner
        self.until = until  # by the monotonic clock; what is not begun by then is given up
        self.is_preparing = False  # the child compiles a contract for it
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def frame(self, shelf: Shelf[bool]) -> bytes:
        """What is sent to a child with this shelf. Raises ValueError for facts that are no plain values."""
        raise NotImplementedError

    def settle(self, answer: Answer) -> None:
        if not self.answer.done():  # whoever waited may have gone
            self.answer.set_result(answer)

    def fail(self, failure: Undone) -> None:
        if not self.answer.done():
            self.answer.set_exception(failure)


class Judging(Task):
    def __init__(self, contract: Contract, facts: Facts, owner: str, until: float) -> None:
        super().__init__(named(contract.digest), owner, until)
        self._contract, self._facts = contract, facts

    def frame(self, shelf: Shelf[bool]) -> bytes:
        """With the contract's text only if this child does not have it."""
        digest, text = self._contract.digest, self._contract.text
        is_known = shelf.get(digest) is not None
        frame = framed(("judge", digest, None if is_known else text, facts_packed(self._facts)))
        if not is_known:
            shelf.put(digest, True, len(text))  # noqa: FBT003 # that it is there
        return frame


class Evaluating(Task):
    def __init__(self, source: str, facts: Facts, key: bytes | None, owner: str, until: float) -> None:
        super().__init__(f"expression {_digest(source.encode())}", owner, until)
        self._source, self._facts, self._key = source, facts, key

    def frame(self, shelf: Shelf[bool]) -> bytes:  # noqa: ARG002 # which no expression needs
        return framed(("evaluate", self._source, self._key, facts_packed(self._facts)))


class Compiling(Task):
    def __init__(self, text: bytes, owner: str, until: float) -> None:
        super().__init__(named(_digest(text)), owner, until)
        self._text = text

    def frame(self, shelf: Shelf[bool]) -> bytes:  # noqa: ARG002 # nothing is kept of it
        return framed(("compile", self._text))


def named(contract_digest: str) -> str:
    """How a contract is called among the suspects and in the log."""
    return f"contract {contract_digest}"


def _digest(text: bytes) -> str:
    return sha256(text).hexdigest()
