"""An archive read to tables, shard by shard: what was finished is not read again, whatever happened.

How it works
1. The shards are cut into slices, each a task: its parts are read by the same steps as everywhere (`pipeline.understanding`).
2. A task leaves four files and, last, a note that it is done; a task that is done again leaves the same.
3. When all slices of a shard are done, their files are joined in order and the shard's note is written last: its checkpoint.
4. A run over the same archive goes on behind its checkpoints and notes; over one that has changed, or with other ways, it is refused.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from tahqiq import __version__
from tahqiq.errors import LedgerConflict
from tahqiq.pipeline.stages import Progress
from tahqiq.pipeline.understanding import LOADED, How, Part, Understood, died, in_a_worker
from tahqiq.scale.engines import Engine
from tahqiq.scale.shards import LEAST, Shard, Slice, parts_in, shards_in, slices_of
from tahqiq.scale.store import Store
from tahqiq.scale.tables import SCHEMAS, Rows, join, rows_of, writing
from tahqiq.workers import Workers

_AT_ONCE = 100  # parts that are held
_DEATHS = 3  # of the processes that read a slice, before its parts are read beside
_SHARDS = 8  # per worker whose slices are known at a time
_FORM = "tahqiq accounts 1"


@dataclass(slots=True)
class Read:
    """What a run over an archive did; `known` shards were read before. `others` are files that are no shards."""

    shards: int = 0
    known: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SCHEMAS, 0))
    others: tuple[str, ...] = ()


def read_archive(
    source: str,
    out: str,
    how: How,
    engine: Engine,
    *,
    per_task: int = 2 * LEAST,
    retry: bool = False,
    progress: Progress | None = None,
) -> Read:
    """The shards of an archive are tables in `out`; gives what was done.

    Args:
        per_task: documents a task; never fewer than `LEAST`.
        retry: shards of which something failed are read again.
        progress: is told how many slices of how many known are done, and the shard's name.

    Raises: LedgerConflict where `out` was read otherwise, or from shards that have changed.
    """
    store = Store(out)
    _claim(store, how)
    shards, others = shards_in(source)
    done = Read(others=others)
    left = []
    for shard in shards:
        note = store.get_json(_done(shard))
        if note is None or (retry and note["failures"]):
            left.append(shard)
            continue
        if note["size"] != shard.size:
            raise LedgerConflict(f"{shard.name}: has changed since it was read into {out}; read it into another folder")
        done.known += 1
        _count(done, note)
    if retry:
        for shard in left:
            store.remove(_done(shard))
    _read_shards(left, store, how, engine, max(LEAST, per_task), progress or (lambda done, total, name: None), done)
    return done


def tables_of(store: Store, name: str) -> list[str]:
    """The files of one table, a shard each, of shards that are whole."""
    whole = {path.rpartition("/")[2].removesuffix(".json") for path in store.files("done")}
    return [path for path in store.files(name) if path.rpartition("/")[2].removesuffix(".parquet") in whole]


def _claim(store: Store, how: How) -> None:
    """The folder is for what this program reads in this way."""
    told = {"form": _FORM, "by": f"tahqiq {__version__}", "published": str(how.published or ""), "places": how.places}
    known = store.get_json("run.json")
    if known is None:
        store.put_json("run.json", told)
    elif known != told:
        raise LedgerConflict(f"{store.address}: was read by another version or in another way ({known}); read into another folder")


def _read_shards(shards: Iterable[Shard], store: Store, how: How, engine: Engine, size: int, progress: Progress, done: Read) -> None:
    given, finished, known = iter(shards), 0, 0
    while some := list(islice(given, _SHARDS * engine.workers)):
        planned = {cut[0].shard: cut for cut in engine.each(partial(_cut, size), some)}
        waiting = {shard: {one.number for one in planned[shard]} for shard in some}
        known += sum(map(len, waiting.values()))
        for shard in some:
            noted = {n for n in waiting[shard] if store.has(_slice_note(shard, n))}
            waiting[shard] -= noted
            finished += len(noted)
            if not waiting[shard]:
                _finish(store, planned[shard], done)
        left = [one for shard in some for one in planned[shard] if one.number in waiting[shard]]
        for one in engine.each(partial(_read_slice, store, how), left):
            finished += 1
            progress(finished, known, one.shard.name)
            waiting[one.shard].discard(one.number)
            if not waiting[one.shard]:
                _finish(store, planned[one.shard], done)


def _cut(size: int, shard: Shard) -> tuple[Slice, ...]:
    return slices_of(shard, size)


def _read_slice(store: Store, how: How, slice: Slice) -> Slice:
    """The slice's tables are in the store, and the note that they are."""
    shard = slice.shard
    with writing(store, {name: _slice_file(shard, slice.number, name) for name in SCHEMAS}) as tables:
        for rows in _rows(slice, how, _by(store, slice, how)):
            tables.add(rows)
    store.put_json(_slice_note(shard, slice.number), tables.counts)
    return slice


def _by(store: Store, slice: Slice, how: How) -> Callable[[Sequence[Part]], list[list[Understood]]]:
    """What understands the parts: this process; in a slice that ended its process more than once one beside it, which may end too."""
    note = f".slices/{slice.shard.name}/{slice.number:06}.begun"
    begun = int(store.get_json(note) or 0)
    store.put_json(note, begun + 1)
    return partial(_beside, how) if begun >= _DEATHS else in_a_worker(how)


def _beside(how: How, parts: Sequence[Part]) -> list[list[Understood]]:
    with Workers(1, loaded=LOADED) as pool:
        return pool.parts(pool.submit(in_a_worker(how), parts), died)


def _rows(slice: Slice, how: How, understand: Callable[[Sequence[Part]], list[list[Understood]]]) -> Iterator[Rows]:
    parts, known = parts_in(slice, how), set[str]()
    while some := list(islice(parts, _AT_ONCE)):
        yield rows_of(some, understand(some), known)


def _finish(store: Store, slices: Sequence[Slice], done: Read) -> None:
    """The shard's tables are whole, and its note says so; what its slices left is gone."""
    shard = slices[0].shard
    numbers = sorted(one.number for one in slices)
    counts = {}
    for name in SCHEMAS:
        parts = [_slice_file(shard, n, name) for n in numbers]
        counts[name] = join(store, parts, name, f"{name}/{shard.name}.parquet", once="id" if name == "documents" else "")
    store.put_json(_done(shard), {"shard": shard.name, "size": shard.size, **counts})
    store.remove(f".slices/{shard.name}")
    done.shards += 1
    _count(done, counts)


def _count(done: Read, note: Mapping[str, int]) -> None:
    for name in SCHEMAS:
        done.counts[name] += note[name]


def _done(shard: Shard) -> str:
    return f"done/{shard.name}.json"


def _slice_file(shard: Shard, number: int, table: str) -> str:
    return f".slices/{shard.name}/{number:06}.{table}.parquet"


def _slice_note(shard: Shard, number: int) -> str:
    return f".slices/{shard.name}/{number:06}.json"
