"""The tail of one process: reads the journal once for all who follow, and hands on what it finds.

Receiving goes first. So the tail reads and hands on in batches, and rests after each so long that it has no more of
the process than its share; while that is too little, events come later, and none is lost, since the store has them.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from letterbox import endpoints
from letterbox.errors import Unavailable, Unprocessable
from letterbox.representation import moment_of
from letterbox.store import tailing
from letterbox.store.store import Store
from letterbox.store.tailing import DELIVERY, REQUEST, Horizon, Since
from letterbox.tail.batches import Batch, Chunk, batch_of
from letterbox.tail.events import event_of
from letterbox.tail.follower import Follower
from letterbox.tail.interests import ALL, Interest, wanted_by

ROWS_IN_A_BATCH = 256  # more of them would hold up the loop for long when many follow
ROWS_IN_A_STRETCH = 128
SHARE = 0.06  # of the process's time, at most
SHORTEST_REST_SECONDS = 0.05
REST_SECONDS = 0.2  # after a look that found nothing for anybody
LONGEST_REST_SECONDS = 2.0
SECONDS_BETWEEN_LOOKS = 0.1  # at what other processes have committed
RETRY_SECONDS = 1.0
SETTLING_SECONDS = 1.0  # how long to wait for transactions that run, before a follower begins at now
CATCHING_UP_AT_ONCE = 2
RESTS = 4  # how many times longer one who reads for those who catch up rests than it has worked

log = logging.getLogger(__name__)


class Stretch(NamedTuple):
    """What a follower finds behind its position, and whether that was all there is by now."""

    chunk: Chunk
    reached: int
    is_last: bool


class Tail:
    """`start` and `stop` bound its life on the running loop; `open` may be called on any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._horizon = Horizon()
        self._loop = asyncio.get_running_loop()
        self._followers: set[Follower] = set()
        self._counts: Counter[Interest] = Counter()  # of followers, by what they want
        self._interests: frozenset[Interest] = frozenset()  # all that anybody wants
        self._head = 0  # up to where every follower was told
        self._work_seconds = 0.0  # of the loop, for the tail
        # A server works for us while we wait for it, and perhaps beside us.
        self._clock = time.perf_counter if store.database.is_shared else time.thread_time
        self._reading_seconds = 0.0  # of the tail's thread
        self._wake, self._delivered = threading.Event(), threading.Event()
        self._stopping = threading.Event()
        self._readers = ThreadPoolExecutor(CATCHING_UP_AT_ONCE, thread_name_prefix="catching up")
        self._thread = threading.Thread(target=self._run, name="tail", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Not for the event loop, which has to go on meanwhile."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()
        self._readers.shutdown()

    def wake(self) -> None:
        """Something was committed."""
        self._wake.set()

    def open(
        self,
        project_id: str,
        *,
        endpoint: str | None = None,
        verdict: str | None = None,
        events: str = ALL,
        since: str | None = None,
        last_event_id: str | None = None,
        limit: int | None = None,
    ) -> Follower:
        """A new follower. Not for the event loop. Raises NotFound, Unprocessable and Unavailable."""
        with self._store.reading() as connection:
            named = None if endpoint is None else endpoints.read(connection, project_id, endpoint).id
        if verdict is not None and events == DELIVERY:
            raise Unprocessable("Deliveries have no verdict: leave out verdict, or ask for events=request.")
        interest = Interest(project_id, named, verdict, events if verdict is None else REQUEST)
        if last_event_id is not None:
            return Follower(self, interest, after=self._given(int(last_event_id)), limit=limit)
        moment = moment_of(since)
        newest = self._newest_settled()
        if moment is None:
            return Follower(self, interest, after=newest, limit=limit, is_new=True)
        with self._store.reading() as connection:
            start = tailing.start_of(connection, moment)
        return Follower(self, interest, after=start, since=Since(moment, newest), limit=limit)

    def _given(self, sequence: int) -> int:
        with self._store.reading() as connection:
            newest = tailing.newest_given(connection)
        if sequence > newest:
            raise Unprocessable(
                f"Last-Event-ID is {sequence}, and this store has only come to {newest}: it is of another store. "
                "Leave it out to begin at now."
            )
        return sequence

    def _newest_settled(self) -> int:
        """What is the newest by now, once everything before it can be seen."""
        with self._store.reading() as connection:
            newest, until = tailing.newest_visible(connection), time.monotonic() + SETTLING_SECONDS
        while self._settled() < newest and time.monotonic() < until:
            time.sleep(SHORTEST_REST_SECONDS)
        return newest

    def _settled(self) -> int:
        with self._store.reading() as connection:
            return self._horizon.look(connection)

    # What followers ask for, on the event loop.

    async def read(self, interest: Interest, after: int, since: Since | None) -> Stretch:
        """Raises Unavailable."""
        try:
            return await self._loop.run_in_executor(self._readers, self._stretch, interest, after, since)
        except RuntimeError:  # no more readers
            raise Unavailable("The service is stopping; try again.") from None

    def join(self, follower: Follower) -> bool:
        """Whether the follower is handed from now on what happens; if not, it has something to catch up with."""
        if not self._followers:
            self._head = follower.position
        elif follower.position < self._head:
            return False
        if follower not in self._followers:
            self._followers.add(follower)
            self._counts[follower.interest] += 1
            self._interests = frozenset(self._counts)
        self._wake.set()
        return True

    def leave(self, follower: Follower) -> None:
        if follower not in self._followers:
            return
        self._followers.discard(follower)
        self._counts[follower.interest] -= 1
        if not self._counts[follower.interest]:
            del self._counts[follower.interest]
            self._interests = frozenset(self._counts)

    def note_work(self, seconds: float) -> None:
        self._work_seconds += seconds

    def _deliver(self, batch: Batch) -> None:
        if batch.after == self._head and self._followers:  # else those it was read for have left
            self._head = batch.until
            began = time.perf_counter()
            for follower in [*self._followers]:
                if follower.interest in batch.interests:
                    follower.take(batch)
                else:  # it came while this was read
                    self.leave(follower)
                    follower.fall_behind()
            self.note_work(time.perf_counter() - began)
        self._delivered.set()

    # What the threads do.

    def _stretch(self, interest: Interest, after: int, since: Since | None) -> Stretch:
        began = self._clock()
        with self._store.reading() as connection:
            horizon = self._horizon.look(connection)
            page = tailing.page_of(
                connection, interest.wanted, after=after, until=horizon, limit=ROWS_IN_A_STRETCH, since=since
            )
        reached = max(after, page.reached)
        chunk = Chunk([event_of(happened) for happened in page.found])
        self._stopping.wait((self._clock() - began) * RESTS)  # receiving goes first here, too
        return Stretch(chunk, reached, reached >= horizon)

    def _run(self) -> None:
        counted = 0.0
        while not self._stopping.is_set():
            self._wait()
            has_told, self._reading_seconds = False, 0.0
            try:
                has_told = self._go_on()
            except Exception as failure:  # whatever it was, the next look may succeed
                log.error("the tail waits %g s", RETRY_SECONDS, exc_info=_unless_expected(failure))
                self._stopping.wait(RETRY_SECONDS)
                self._wake.set()
            counted, before = self._work_seconds, counted
            at_least = SHORTEST_REST_SECONDS if has_told else REST_SECONDS
            self._rest(self._reading_seconds + counted - before, at_least)

    def _wait(self) -> None:
        looks = self._interests and (self._store.database.is_shared or self._horizon.is_behind)
        self._wake.wait(SECONDS_BETWEEN_LOOKS if looks else None)
        self._wake.clear()

    def _go_on(self) -> bool:
        """Read what is new, and hand it on; whether anybody is told of something."""
        interests, after = self._interests, self._head
        if not interests:
            return False
        began = self._clock()
        with self._store.reading() as connection:
            horizon = self._horizon.look(connection)
            page = tailing.page_of(connection, wanted_by(interests), after=after, until=horizon, limit=ROWS_IN_A_BATCH)
        batch = batch_of(after, page.reached, page.found, interests)
        self._reading_seconds = self._clock() - began
        if page.reached > after:
            self._hand_on(batch)
        if page.reached < horizon:
            self._wake.set()
        return bool(page.found)

    def _hand_on(self, batch: Batch) -> None:
        self._delivered.clear()
        self._loop.call_soon_threadsafe(self._deliver, batch)
        while not self._stopping.is_set() and not self._delivered.wait(RETRY_SECONDS):
            pass

    def _rest(self, worked: float, at_least: float) -> None:
        self._stopping.wait(max(at_least, min(worked / SHARE - worked, LONGEST_REST_SECONDS)))


def _unless_expected(failure: Exception) -> Exception | None:
    """A traceback says nothing of a store that can't be read right now."""
    return None if isinstance(failure, Unavailable) else failure
