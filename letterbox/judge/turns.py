"""Tasks that wait, each project in its turn, and within it each name: who asks for much waits, and others do not."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count, takewhile
from typing import Protocol

from letterbox.judge.tasks import Task

MOST = 10_000
QUICK_SECONDS = 0.005


class Queue(Protocol):
    """Tasks in some order. `expects` is how much processor time the next one is expected to take, in seconds."""

    @property
    def expects(self) -> float: ...
    def __len__(self) -> int: ...
    def add(self, task: Task) -> None: ...
    def put_first(self, task: Task) -> None: ...
    def take(self) -> Task | None: ...
    def take_overdue(self, now: float) -> list[Task]: ...
    def drop_last(self) -> Task | None: ...
    def make_room(self, task: Task) -> Task | None: ...
    def charge(self, task: Task, seconds: float) -> None: ...
    def is_quick(self, task: Task) -> bool: ...
    def alike(self, task: Task) -> int: ...


class Row:
    """The tasks of one name in the order in which they came; what its last one took, the next one is expected to."""

    def __init__(self) -> None:
        self._tasks: deque[Task] = deque()
        self.expects = QUICK_SECONDS  # of a new name

    def __len__(self) -> int:
        return len(self._tasks)

    def add(self, task: Task) -> None:
        self._tasks.append(task)

    def put_first(self, task: Task) -> None:
        self._tasks.appendleft(task)

    def take(self) -> Task | None:
        return self._tasks.popleft() if self._tasks else None

    def take_overdue(self, now: float) -> list[Task]:
        late = list(takewhile(lambda task: task.until < now, self._tasks))
        for _ in late:
            self._tasks.popleft()
        return late

    def drop_last(self) -> Task | None:
        return self._tasks.pop() if self._tasks else None

    def make_room(self, _task: Task) -> Task | None:
        return None

    def charge(self, _task: Task, seconds: float) -> None:
        self.expects = seconds

    def is_quick(self, _task: Task) -> bool:
        return self.expects < QUICK_SECONDS

    def alike(self, _task: Task) -> int:
        return len(self)


class Line:
    """Those who have a turn together, and how much processor time they have used, in seconds."""

    __slots__ = ("is_in_turn", "queue", "used")

    def __init__(self, queue: Queue, used: float) -> None:
        self.queue, self.used = queue, used
        self.is_in_turn = False


class Turns:
    """The next task is one of the line that will have used the least processor time by its end.

    What was used long ago is forgiven: who comes is put on a level with whoever is at work, unless it has used more
    than that already. Beyond 10,000 lines the oldest of those who do not wait is forgotten.
    """

    expects = 0.0

    def __init__(self, key: Callable[[Task], str], queue: Callable[[], Queue] = Row) -> None:
        self._key, self._queue = key, queue
        self._lines: dict[str, Line] = {}
        # A heap with each line that has tasks once, by what it will have used, and then by number. A line that has none
        # left is found out when its turn comes.
        self._turns: list[tuple[float, int, float, Line]] = []
        self._numbers = count()
        self._level = 0.0
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def alike(self, task: Task) -> int:
        """How many wait that have all of its keys."""
        return self._line(task).queue.alike(task)

    def add(self, task: Task) -> None:
        line = self._line(task)
        line.queue.add(task)
        self._more(line)

    def put_first(self, task: Task) -> None:
        line = self._line(task)
        line.queue.put_first(task)
        self._more(line)

    def put_back(self, tasks: list[Task]) -> None:
        """Let tasks that were taken in this order be the first of their lines again."""
        for task in reversed(tasks):
            self.put_first(task)

    def take(self) -> Task | None:
        """The next task, which no longer waits; None if there is none."""
        while self._turns:
            _, _, used, line = heappop(self._turns)
            task = self._taken(line, used) if len(line.queue) and line.used <= used else None
            if len(line.queue):
                self._give_turn(line)
            else:
                line.is_in_turn = False
            if task is not None:
                return task
        return None

    def take_overdue(self, now: float) -> list[Task]:
        """Those that should have been begun before now."""
        overdue = [task for *_, line in self._turns for task in line.queue.take_overdue(now)]
        self._length -= len(overdue)
        return overdue

    def take_all(self) -> Iterator[Task]:
        while (task := self.take()) is not None:
            yield task

    def make_room(self, task: Task) -> Task | None:
        """The last task of the line in which most wait, out of its turn; None if that is hardly longer than its own."""
        longest, own = self._longest(), self._line(task)
        if longest is None or longest is own or len(longest.queue) <= len(own.queue) + 1:
            return self._less(own.queue.make_room(task))
        return self._less(longest.queue.drop_last())

    def drop_last(self) -> Task | None:
        longest = self._longest()
        return None if longest is None else self._less(longest.queue.drop_last())

    def charge(self, task: Task, seconds: float) -> None:
        """It has taken so much processor time."""
        line = self._line(task)
        line.used += seconds
        line.queue.charge(task, seconds)

    def is_quick(self, task: Task) -> bool:
        """Whether the last one with its keys was done in no time; false for a new name."""
        return self._line(task).queue.is_quick(task)

    def _line(self, task: Task) -> Line:
        key = self._key(task)
        return self._lines.get(key) or self._begun(key)

    def _begun(self, key: str) -> Line:
        if len(self._lines) >= MOST:
            oldest = next(iter(self._lines))
            line = self._lines.pop(oldest)
            if line.is_in_turn:  # there are far fewer of these
                self._lines[oldest] = line
        line = self._lines[key] = Line(self._queue(), self._level)
        return line

    def _more(self, line: Line) -> None:
        self._length += 1
        if not line.is_in_turn:
            self._give_turn(line)

    def _less(self, task: Task | None) -> Task | None:
        self._length -= task is not None
        return task

    def _longest(self) -> Line | None:
        return max((line for *_, line in self._turns), key=lambda line: len(line.queue), default=None)

    def _give_turn(self, line: Line) -> None:
        line.is_in_turn = True
        used = max(line.used, self._level)
        heappush(self._turns, (used + line.queue.expects, next(self._numbers), used, line))

    def _taken(self, line: Line, used: float) -> Task | None:
        line.used = used
        self._level = max(self._level, used)
        return self._less(line.queue.take())
