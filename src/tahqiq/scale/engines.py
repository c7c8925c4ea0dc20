"""What carries tasks out: this process, several of this machine, or Ray's on one machine or many.

What comes in are a function of a module and items that can be sent to another process; what goes out are its results, in no order. A task
whose worker is killed is done again, by Ray as often as it takes; so a task must leave the same behind however often it is done, and see
to it that it does not kill for ever.
"""

import logging
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from tahqiq.errors import UnknownName
from tahqiq.pipeline.understanding import LOADED
from tahqiq.workers import Workers

T = TypeVar("T")
R = TypeVar("R")
ENGINES = ("ray", "process")
_STORE_BYTES = 200_000_000  # of Ray's shared memory on one machine: only names and counts pass through it


class Engine(Protocol):
    """One way to carry tasks out, at so many at a time."""

    workers: int

    def each(self, function: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        """What the function makes of each item, as it is done."""
        ...


class OnProcesses:
    """This process alone, or several."""

    def __init__(self, pool: Workers | None) -> None:
        self._pool = pool
        self.workers = pool.count if pool else 1

    def each(self, function: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        return map(function, items) if self._pool is None else self._pool.in_order(function, items)


class OnRay:
    """Ray Data, each item a block of its own, and so a task of its own."""

    def __init__(self, ray: Any, workers: int) -> None:
        self._ray = ray
        self.workers = workers

    def each(self, function: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        if not items:
            return
        rows = [{"item": pickle.dumps(item)} for item in items]

        def carried_out(row: dict[str, bytes]) -> dict[str, bytes]:
            return {"made": pickle.dumps(function(pickle.loads(row["item"])))}

        given = self._ray.data.from_items(rows, override_num_blocks=len(rows))
        for row in given.map(carried_out, num_cpus=1).iter_rows():
            yield pickle.loads(row["made"])


@contextmanager
def engine(name: str, workers: int, address: str | None = None) -> Iterator[Engine]:
    """The engine of this name, at the end of the `with` gone.

    Args:
        workers: tasks at a time on this machine; a cluster has as many as it has processors.
        address: of a Ray cluster that runs already.

    Raises: UnknownName where there is no such engine, or it is not installed.
    """
    if name == "process":
        if address:
            raise UnknownName("a cluster is Ray's: leave --engine process away, or --address")
        if workers == 1:
            yield OnProcesses(None)
            return
        with Workers(workers, loaded=LOADED) as pool:
            yield OnProcesses(pool)
        return
    if name != "ray":
        raise UnknownName(f"engine {name!r}: there is none of this name; there are {', '.join(ENGINES)}")
    ray = _started(workers, address)
    try:
        yield OnRay(ray, int(ray.cluster_resources().get("CPU", workers)))
    finally:
        ray.shutdown()


def _started(workers: int, address: str | None) -> Any:
    """Ray, on this machine where no cluster is named: it serves no page, tells nobody of its use, and listens to this machine alone."""
    if not address:  # without a cluster Ray takes the loopback address, whatever is asked of it otherwise
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # how Ray is to treat graphics cards, which nothing here uses
    try:
        import ray
        import ray.data
    except ImportError:
        raise UnknownName("Ray is not installed: pip install 'tahqiq[scale]'; or do without it by --engine process") from None
    here: dict[str, Any] = {
        "include_dashboard": False,
        "num_cpus": workers,
        "object_store_memory": _STORE_BYTES,
    }
    ray.init(address=address, **({} if address else here), log_to_driver=False, logging_level=logging.ERROR)
    for name in ("ray.data", "ray"):
        logging.getLogger(name).setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    return ray
