"""A lane: what waits, and the child that works it off. A child that is lost is replaced, and only one task suffers."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Protocol

from letterbox.judge.bounds import Bounds, Room, Terms
from letterbox.judge.children import Children
from letterbox.judge.connection import Connection
from letterbox.judge.frames import unframed
from letterbox.judge.shelf import Shelf
from letterbox.judge.tasks import Answer, Task, TooMuch, Undone
from letterbox.judge.turns import Turns

SENT_AHEAD = 4  # tasks, so that a child need not wait for the loop between two
WATCH_SECONDS = 0.25
CROWDED = "too much waits to be judged"


class Overseer(Protocol):
    """Who decides what becomes of tasks that cost a child its life or much time, or may."""

    def takes(self, task: Task, lane: Lane) -> bool:
        """Whether the task belongs elsewhere, and has been taken over; asked before it is sent."""

    def took(self, task: Task, lane: Lane, seconds: float) -> None:
        """A task was done, and took so much processor time."""

    def lost(self, task: Task, lane: Lane, why: Undone, fault: str) -> None:
        """A child was lost over this task. A fault is one of ours, and for the log alone."""


class Lane:
    """For one event loop. Projects have their turns, within each its names, and tasks of one name keep their order."""

    def __init__(self, children: Children, terms: Terms, room: Room, bounds: Bounds, overseer: Overseer) -> None:
        self._children, self._terms, self._room, self._bounds, self._overseer = children, terms, room, bounds, overseer
        self._waiting = Turns(lambda task: task.owner, lambda: Turns(lambda task: task.name))
        self._sent: deque[Task] = deque()  # the first of them is the one that is worked on
        self._first_since = 0.0
        self._connection: Connection | None = None
        self._pid = 0  # of the child, once it says that it runs
        self._shelf: Shelf[bool] = Shelf()
        self._watch: asyncio.TimerHandle | None = None

    def take(self, task: Task) -> None:
        """Let a task wait for its turn; it fails at once if too many are there."""
        if not self._has_room(task):
            task.fail(Undone(CROWDED))
            return
        self._waiting.add(task)
        self._send()
        self._keep_watch()

    def close(self) -> None:
        """Let go of the child. Nobody is left waiting."""
        self._call_back()
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        self._fail_all("the service is stopping")

    def _has_room(self, task: Task) -> bool:
        has_few_alike = self._waiting.alike(task) < self._room.alike
        return has_few_alike and (len(self._waiting) < self._room.most or self._makes_room(task))

    def _makes_room(self, task: Task) -> bool:
        """By failing the last of those who ask for most, unless whoever asks here has hardly less."""
        last = self._waiting.make_room(task)
        if last is not None:
            last.fail(Undone(CROWDED))
        return last is not None

    def _send(self) -> None:
        """Send as many as are sent ahead."""
        while self._may_send() and (task := self._waiting.take()) is not None:
            if not task.answer.done() and not self._overseer.takes(task, self):
                self._send_one(task)

    def _may_send(self) -> bool:
        """Only behind what is quick: what is sent can't be overtaken."""
        return len(self._sent) < SENT_AHEAD and all(self._waiting.is_quick(task) for task in self._sent)

    def _send_one(self, task: Task) -> None:
        connection = self._connected()
        if connection is None:
            task.fail(Undone("the judge cannot be started"))
            return
        try:
            frame = task.frame(self._shelf)
        except ValueError:
            task.fail(Undone("it cannot be handed to the judge"))
            return
        if not self._sent:
            self._first_since = time.monotonic()
        self._sent.append(task)
        connection.send(frame)

    def _connected(self) -> Connection | None:
        """To the child, which is forked unless there is one; None if none is to be had."""
        if self._connection is None and not self._children.is_hopeless:
            try:
                plug = self._children.fork(self._terms)
            except OSError:
                self._children.failed()
            else:
                self._connection = Connection(plug, self._receive, self._lose)
        return self._connection

    def _receive(self, frame: bytes) -> None:
        match unframed(frame):
            case "done", seconds, answer:
                self._settle(seconds, answer)
            case ("preparing" | "prepared" as phase,):
                self._sent[0].is_preparing = phase == "preparing"
            case "up", pid:
                self._pid = pid
                self._children.came_up()
            case "broken", fault:
                self._lose(fault=fault)

    def _settle(self, seconds: float, answer: Answer) -> None:
        task = self._sent.popleft()
        self._first_since = time.monotonic()
        self._waiting.charge(task, seconds)
        self._overseer.took(task, self, seconds)
        task.settle(answer)
        self._send()

    def _lose(self, why: Undone | None = None, fault: str = "") -> None:
        """The child is gone, or as good as. What it had not begun goes to the next one."""
        had_come_up = self._pid != 0
        first = self._sent.popleft() if had_come_up and self._sent else None
        self._call_back()
        if first is not None:
            self._waiting.charge(first, time.monotonic() - self._first_since)
            self._overseer.lost(first, self, why or TooMuch(), fault)
        elif not had_come_up:
            self._children.failed()
            if self._children.is_hopeless:
                self._fail_all("the judge cannot be started")
        self._send()

    def _call_back(self) -> None:
        """Disconnect, and put what was sent to where it came from."""
        if self._connection is not None:
            self._connection.close()
        self._connection, self._pid = None, 0
        self._shelf.clear()
        self._waiting.put_back(list(self._sent))
        self._sent.clear()

    def _fail_all(self, reason: str) -> None:
        for task in self._waiting.take_all():
            task.fail(Undone(reason))

    def _keep_watch(self) -> None:
        """Look now and then, while there is something to look after; a timer for each task would cost more."""
        if self._watch is None and (self._sent or self._waiting):
            self._watch = asyncio.get_running_loop().call_later(WATCH_SECONDS, self._look)

    def _look(self) -> None:
        self._watch = None
        now = time.monotonic()
        if self._sent and now - self._first_since > self._bounds.stall_seconds:
            self._children.end(self._pid)
            self._lose(Undone("the judge was held up"))
        for task in self._waiting.take_overdue(now):
            task.fail(Undone("it waited too long to be judged"))
        self._keep_watch()
