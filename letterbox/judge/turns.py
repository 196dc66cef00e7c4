"""Tasks that wait, by name, each name in its turn: who asks for much waits longer, and who asks for little does not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count, takewhile

from letterbox.judge.tasks import Task

MOST = 10_000
QUICK_SECONDS = 0.005


class Line:
    """The tasks of one name, and of processor time, in seconds: what it has used, and what its last task took."""

    __slots__ = ("is_in_turn", "last", "tasks", "used")

    def __init__(self, used: float) -> None:
        self.tasks: deque[Task] = deque()
        self.used, self.last = used, QUICK_SECONDS  # which is what a new name is expected to take
        self.is_in_turn = False


class Turns:
    """The next task is one of the name that will have used the least processor time by its end.

    What was used long ago is forgiven: who comes is put on a level with whoever is at work, unless it has used more
    than that already. Beyond 10,000 names the oldest of those who do not wait is forgotten.
    """

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        # A heap with each line that has tasks once, by what it will have used, and then by number. A line that has none
        # left is found out when its turn comes.
        self._turns: list[tuple[float, int, float, Line]] = []
        self._numbers = count()
        self._level = 0.0
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def alike(self, name: str) -> int:
        """How many wait under this name."""
        return len(self._line(name).tasks)

    def add(self, task: Task) -> None:
        line = self._line(task.name)
        line.tasks.append(task)
        self._length += 1
        if not line.is_in_turn:
            self._give_turn(line)

    def put_back(self, tasks: list[Task]) -> None:
        """Let tasks that were taken in this order be the first of their names again."""
        for task in reversed(tasks):
            self.add(task)
            self._line(task.name).tasks.rotate()

    def take(self) -> Task | None:
        """The next task, which no longer waits; None if there is none."""
        while self._turns:
            _, _, used, line = heappop(self._turns)
            task = self._taken(line, used) if line.tasks and line.used <= used else None
            if line.tasks:
                self._give_turn(line)
            else:
                line.is_in_turn = False
            if task is not None:
                return task
        return None

    def take_last_of_most(self, than: int) -> Task | None:
        """The last task of the name under which most wait; None if these are no more than so many."""
        tasks = max(self._waiting(), key=len, default=None)
        if tasks is None or len(tasks) <= than:
            return None
        self._length -= 1
        return tasks.pop()

    def take_overdue(self, now: float) -> list[Task]:
        """Those that should have been begun before now."""
        overdue: list[Task] = []
        for tasks in self._waiting():
            late = list(takewhile(lambda task: task.until < now, tasks))
            for _ in late:
                tasks.popleft()
            overdue += late
        self._length -= len(overdue)
        return overdue

    def take_all(self) -> Iterator[Task]:
        while (task := self.take()) is not None:
            yield task

    def charge(self, name: str, seconds: float) -> None:
        """A task with this name has taken so much processor time."""
        line = self._line(name)
        line.used += seconds
        line.last = seconds

    def is_quick(self, name: str) -> bool:
        """Whether the last task with this name was done in no time; false for a new name."""
        return self._line(name).last < QUICK_SECONDS

    def _line(self, name: str) -> Line:
        return self._lines.get(name) or self._begun(name)

    def _begun(self, name: str) -> Line:
        if len(self._lines) >= MOST:
            oldest = next(iter(self._lines))
            line = self._lines.pop(oldest)
            if line.is_in_turn:  # there are far fewer of these
                self._lines[oldest] = line
        line = self._lines[name] = Line(self._level)
        return line

    def _give_turn(self, line: Line) -> None:
        line.is_in_turn = True
        used = max(line.used, self._level)
        heappush(self._turns, (used + line.last, next(self._numbers), used, line))

    def _taken(self, line: Line, used: float) -> Task:
        line.used = used
        self._level = max(self._level, used)
        self._length -= 1
        return line.tasks.popleft()

    def _waiting(self) -> list[deque[Task]]:
        return [line.tasks for *_, line in self._turns]
