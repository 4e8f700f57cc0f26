"""Brings events to a webhook as the platforms do: signed, with a short deadline, and again on a ladder of delays."""

import asyncio
import heapq
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import count

from sandbox.faults import ON_EVENTS, ON_TRIES
from sandbox.wire import Wire

ANSWER_WITHIN = 2.0  # seconds, of the machine's time: a slow webhook counts as a silent one
AT_ONCE = 32
REMEMBERED = 5000


@dataclass(eq=False)
class Post:
    """One event on its way. `seal(body, spoilt=…)` gives the headers of a try."""

    id: int
    event: str
    url: str
    body: bytes
    seal: object
    ladder: tuple
    due: float
    state: str = "waiting"  # delivered, dropped, lost, nobody
    tries: list = field(default_factory=list)
    given_up: object = None  # called when the last try has failed

    def shown(self):
        return {
            "id": self.id, "event": self.event, "url": self.url, "state": self.state, "due": self.due,
            "tries": self.tries, "body": self.body.decode(),
        }  # fmt: skip


class Postman:
    def __init__(self, *, clock, faults):
        self.clock, self.faults = clock, faults
        self.history = deque(maxlen=REMEMBERED)
        self._numbers, self._heap, self._wake = count(1), [], asyncio.Event()
        self._under_way, self._limit = set(), asyncio.Semaphore(AT_ONCE)

    def publish(self, *, url, event, body, seal, ladder, after=0.0, given_up=None):
        """Queue an event. `after` seconds of the sandbox's clock; an empty url means that nobody listens."""
        fault = self.faults.take(f"webhook.{event}", ON_EVENTS)
        kind = fault.kind if fault else ""
        after += fault.seconds if kind == "disorder" else 0
        due = self.clock.now() + after
        post = Post(next(self._numbers), event, url, body, seal, ladder, due=due, given_up=given_up)
        self.history.append(post)
        if not url or kind == "lost":
            post.state = "lost" if url else "nobody"
            return
        self._put(post)
        if kind == "duplicate":
            again = Post(next(self._numbers), event, url, body, seal, ladder, due=post.due)
            self.history.append(again)
            self._put(again)

    def clear(self):
        """Nothing of before is tried again, not even what is under way now."""
        for post in self.history:
            post.state = "dropped" if post.state == "waiting" else post.state
        self._heap.clear()
        self.history.clear()

    def wake(self):
        """The clock was moved: look again at what is due."""
        self._wake.set()

    async def run(self):
        """Works until it is cancelled."""
        wire = Wire()
        try:
            while True:
                self._wake.clear()
                while self._heap and self._heap[0][0] <= self.clock.now():
                    await self._start(wire, heapq.heappop(self._heap)[2])
                await self._pause()
        finally:
            wire.close()

    async def settle(self, *, within=2.0, at_most=15.0):
        """Waits until all that is due now or `within` seconds was tried. True when it was."""
        until, give_up = self.clock.now() + within, time.monotonic() + at_most
        while self._under_way or (self._heap and self._heap[0][0] <= until):
            if time.monotonic() > give_up:
                return False
            await asyncio.sleep(0.01)
        return True

    def _put(self, post):
        heapq.heappush(self._heap, (post.due, post.id, post))
        self._wake.set()

    async def _pause(self):
        wait = self._heap[0][0] - self.clock.now() if self._heap else None
        try:
            await asyncio.wait_for(self._wake.wait(), wait)
        except TimeoutError:
            return

    async def _start(self, wire, post):
        await self._limit.acquire()
        task = asyncio.create_task(self._try(wire, post))
        self._under_way.add(task)
        task.add_done_callback(self._done)

    def _done(self, task):
        self._under_way.discard(task)
        self._limit.release()

    async def _try(self, wire, post):
        fault = self.faults.take(f"webhook.{post.event}", ON_TRIES)
        headers = {"content-type": "application/json", **post.seal(post.body, spoilt=fault.kind if fault else "")}
        if post.tries:
            headers["num_retry"] = str(len(post.tries))
        outcome = await _knock(wire, post.url, post.body, headers)
        post.tries.append({"at": self.clock.stamp(), "outcome": outcome})
        self._after_try(post, outcome)

    def _after_try(self, post, outcome):
        if post.state != "waiting":  # the world began anew meanwhile
            return
        if outcome == 200:
            post.state = "delivered"
        elif len(post.tries) > len(post.ladder):
            post.state = "dropped"
            if post.given_up:
                post.given_up()
        else:
            # From when it was due, not from now: whoever moves the clock by hours sees all tries of those hours.
            post.due += post.ladder[len(post.tries) - 1]
            self._put(post)


async def _knock(wire, url, body, headers):
    """The HTTP status, or a word for why there was none."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await wire.post(url, headers=headers, body=body)
    except TimeoutError:
        return "no answer in time"
    except (OSError, EOFError) as error:
        return f"no connection: {type(error).__name__}"
    except (
        ValueError,
        IndexError,
        asyncio.LimitOverrunError,
    ) as error:  # no address, or no HTTP
        return f"cannot be sent: {error}"
