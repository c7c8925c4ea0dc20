"""Work on several processes, its results in the order of the work; a killed worker loses nothing.

What comes in are functions of a module and jobs that can be sent to another process; what goes out are their results. What the work is
this file must not know.

How it works
1. So many jobs are under way as keep every worker busy, and no more: memory does not grow with the work.
2. Where a worker dies (killed, out of memory), all are begun anew and what was under way is done again.
3. A job that was under way in several deaths is done alone. If it ends its worker there too, it is what kills (`WorkerDied`).
4. Where the system can, workers are forked from a process that has loaded what all of them only read, so that they share it.
"""

import gc
import multiprocessing as mp
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, TypeVar

from tahqiq.errors import TahqiqError

__all__ = ["Task", "WorkerDied", "Workers", "cores"]

J = TypeVar("J")
R = TypeVar("R")
_AHEAD = 3  # jobs a worker has before it, so that none waits for the next
_DEATHS = 2  # in which a job may be under way before it is done alone
_UNCOLLECTED = 100_000  # allocations between looks for garbage: what is loaded is large and stays


class WorkerDied(TahqiqError):
    """A job ended the process that did it, each time that it was tried."""


@dataclass(slots=True, eq=False)
class Task(Generic[R]):
    """A job that was given to the workers."""

    work: Callable[[Any], R]
    job: Any
    future: "Future[R] | None" = None
    deaths: int = 0


def cores() -> int:
    """How many processes can work at once on this machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Workers:
    """So many processes. To be used in a `with`, at whose end they are gone."""

    def __init__(self, count: int, *, loaded: str = "") -> None:
        """
        Args:
            loaded: a module that loads what the work reads when it is imported.
        """
        if count < 1:
            raise ValueError(f"{count} workers can do nothing; give one or more")
        self.count = count
        self._loaded = loaded
        self._under_way: list[Task[Any]] = []
        self._pool = self._begun(count)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        """What has not begun is given up; what has is waited for, some seconds at most."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, work: Callable[[J], R], job: J) -> "Task[R]":
        """The job is under way; `work` is a function of a module."""
        task: Task[R] = Task(work, job)
        self._under_way.append(task)
        self._send(task)
        return task

    def result(self, task: "Task[R]") -> R:
        """What the job gave, as soon as it is there; what it raised is raised here.

        Raises: WorkerDied where it ends each process that does it.
        """
        while task.future is not None:
            try:
                found = task.future.result()
            except BrokenProcessPool:
                self._begin_again()
                continue
            except BaseException:
                self._under_way.remove(task)
                raise
            self._under_way.remove(task)
            return found
        self._under_way.remove(task)
        return self._alone(task)

    def in_order(self, work: Callable[[J], R], jobs: Iterable[J]) -> Iterator[R]:
        """What each job gave, in the order of the jobs, which are taken as they are needed. Raises as `result` does."""
        waiting: deque[Task[R]] = deque()
        for job in jobs:
            waiting.append(self.submit(work, job))
            if len(waiting) >= self.count * _AHEAD:
                yield self.result(waiting.popleft())
        while waiting:
            yield self.result(waiting.popleft())

    def each(self, work: Callable[[Sequence[J]], list[R]], jobs: Iterable[Sequence[J]], died: Callable[[J], R]) -> Iterator[R]:
        """What was made of each part of each job, in their order; `died` tells what stands for a part that ends its worker."""
        waiting: deque[Task[list[R]]] = deque()
        for job in jobs:
            waiting.append(self.submit(work, job))
            if len(waiting) >= self.count * _AHEAD:
                yield from self.parts(waiting.popleft(), died)
        while waiting:
            yield from self.parts(waiting.popleft(), died)

    def parts(self, task: "Task[list[R]]", died: Callable[[Any], R]) -> list[R]:
        """What was made of each part of the job; `died` tells what stands for a part that ends its worker."""
        try:
            return self.result(task)
        except WorkerDied:
            found: list[R] = []
            for part in task.job:
                try:
                    found += self._alone(Task(task.work, [part]))
                except WorkerDied:
                    found.append(died(part))
            return found

    @property
    def is_full(self) -> bool:
        """True where every worker has enough before it."""
        return len(self._under_way) >= self.count * _AHEAD

    def _begun(self, count: int) -> ProcessPoolExecutor:
        known = mp.get_all_start_methods()
        context = mp.get_context("forkserver" if "forkserver" in known else "spawn")
        if self._loaded and "forkserver" in known:
            context.set_forkserver_preload([self._loaded])
        return ProcessPoolExecutor(count, mp_context=context, initializer=_set_up)

    def _send(self, task: "Task[Any]") -> None:
        try:
            task.future = self._pool.submit(task.work, task.job)
        except BrokenProcessPool:
            self._begin_again()

    def _begin_again(self) -> None:
        """All workers are new, and have before them what those that died left undone."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._begun(self.count)
        for task in self._under_way:
            if task.future is None or not _stands(task.future):
                task.deaths += task.future is not None
                task.future = None if task.deaths > _DEATHS else self._pool.submit(task.work, task.job)

    def _alone(self, task: "Task[R]") -> R:
        with self._begun(1) as pool:
            try:
                return pool.submit(task.work, task.job).result()
            except BrokenProcessPool:
                raise WorkerDied("the process that worked on it ended, each time that it was tried") from None


def _stands(future: "Future[Any]") -> bool:
    """True where the job was done, well or not, before its worker was gone."""
    return future.done() and not future.cancelled() and not isinstance(future.exception(), BrokenProcessPool)


def _set_up() -> None:
    """Ctrl-C is for the process that gave the work; what was loaded is not looked through for garbage."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    gc.set_threshold(_UNCOLLECTED, 50, 50)
