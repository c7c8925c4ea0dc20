"""Accounts in tables linked partition by partition, with the same links and clusters as `linking.link` and `linking.clusters`.

How it works
1. A pass over the reports finds wire copies and which reports are told by two shards; it is the only one that one process does alone.
2. Each shard's accounts become profiles, a task a shard.
3. How rare a term is is counted over the stories of all shards, a task a shard, and added up.
4. Each shard puts its profiles into the buckets of their blocks: all of one block are in one bucket.
5. Each bucket's blocks give pairs, which are compared, a task a bucket; what several buckets found is one link.
6. What is linked in any way is one island; the islands' clusters are found a part of the islands at a time.
"""

import datetime as dt
import heapq
import pickle
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import IO, Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tahqiq import __version__
from tahqiq.errors import LedgerConflict
from tahqiq.linking import clusters, load_weights
from tahqiq.linking.blocking import Key, keys, pairs_of
from tahqiq.linking.comparing import compare
from tahqiq.linking.copies import Copies
from tahqiq.linking.numbering import key_number
from tahqiq.linking.profiles import ALONE, Profile, report_profiles
from tahqiq.linking.stories import Rarity, is_counted, scale_of, stories
from tahqiq.model import Account, Link, Mention, Report
from tahqiq.pipeline.stages import Progress
from tahqiq.scale.archive import tables_of
from tahqiq.scale.engines import Engine
from tahqiq.scale.store import Store
from tahqiq.scale.tables import ROWS, values_of

LINKS = pa.schema([("a", pa.string()), ("b", pa.string()), ("score", pa.float64()), ("json", pa.string())])
CLUSTERS = pa.schema([("cluster", pa.int64()), ("account", pa.string())])
COPIES = pa.schema([("report", pa.string()), ("first", pa.string())])
_A_BUCKET = 20_000  # accounts that a bucket has room for, about; each stands in some ten blocks
_MOST_BUCKETS = 512
_encode = msgspec.json.Encoder(order="deterministic")
_reports = msgspec.json.Decoder(Report)
_accounts = msgspec.json.Decoder(Account)
_links = msgspec.json.Decoder(Link)


@dataclass(frozen=True, slots=True)
class Linked:
    """How many of each there are."""

    accounts: int
    links: int
    clusters: int
    copies: int


def link_tables(accounts: str, out: str, engine: Engine, *, scratch: str = "", progress: Progress | None = None) -> Linked:
    """The links, clusters and copies of the accounts in these tables are tables in `out`; gives how many.

    Args:
        scratch: a folder that all workers see, for what the steps leave for one another; one of this machine unless given.

    Raises: LedgerConflict where there are no tables of a whole shard.
    """
    source, target = Store(accounts), Store(out)
    shards = [path.rpartition("/")[2] for path in tables_of(source, "reports")]
    if not shards:
        raise LedgerConflict(f"{accounts}: holds no accounts; make them with: tahqiq scale read SOURCE {accounts}")
    tell = progress or (lambda done, total, name: None)
    with tempfile.TemporaryDirectory(prefix="tahqiq-link-", dir=scratch or None) as folder:
        work = _Work(source, Path(folder))
        steps = 6
        tell(0, steps, "copies")
        copies = work.find_copies(shards)
        tell(1, steps, "profiles")
        counted = sum(engine.each(partial(_make_profiles, work), shards))
        scale = scale_of(work.stories(shards))
        tell(2, steps, "rarity")
        having: Counter[str] = Counter()
        sampled = 0
        for number, some in engine.each(partial(_count_terms, work, scale), shards):
            sampled += number
            having.update(some)
        work.put("rarity", Rarity(sampled, having, scale))
        tell(3, steps, "blocks")
        buckets = min(_MOST_BUCKETS, max(1, counted // _A_BUCKET + 1))
        list(engine.each(partial(_fill_buckets, work, buckets), shards))
        tell(4, steps, "links")
        list(engine.each(partial(_link_bucket, work), list(range(buckets))))
        number_of_links = _write(target, "links.parquet", LINKS, _link_rows(work, buckets))
        tell(5, steps, "clusters")
        number_of_clusters = _write_clusters(work, target, shards, buckets, engine)
        _write(target, "copies.parquet", COPIES, ({"report": r, "first": f} for r, f in sorted(copies.items()) if r != f))
    target.put_json("linked.json", {"accounts": source.address, "by": f"tahqiq {__version__}", "links": number_of_links})
    tell(6, steps, "")
    return Linked(counted, number_of_links, number_of_clusters, sum(r != f for r, f in copies.items()))


@dataclass(frozen=True, slots=True)
class _Work:
    """What the steps leave for one another, in a folder that all workers see."""

    source: Store
    folder: Path

    def find_copies(self, shards: Sequence[str]) -> dict[str, str]:
        """For each report the first of its copies; reports that an earlier shard told are noted for each shard."""
        seen, names = set[str](), dict[str, set[str]]()
        for shard in shards:
            names[shard] = {name for (name,) in values_of(self.source, [f"reports/{shard}"], ["id"])}
            self.put(f"again-{shard}", names[shard] & seen)
            seen |= names[shard]
        found = Copies()
        for report in self._by_day(shards):
            found.add(report)
        known = {name: found.first(name) for name in found}
        many = {first for name, first in known.items() if name != first}
        for shard in shards:
            self.put(f"roots-{shard}", {name: known[name] for name in names[shard] if known[name] != name or name in many})
        return known

    def _by_day(self, shards: Sequence[str]) -> Iterator[Report]:
        """Each report once, in the order in which copies are found: the first published first. One is held at a time."""
        with closing(sqlite3.connect(self.folder / "texts.sqlite")) as base:
            base.execute("CREATE TABLE report (day TEXT, id TEXT PRIMARY KEY, json TEXT)")
            for shard in shards:
                rows = values_of(self.source, [f"reports/{shard}"], ["published", "id", "json"])
                base.executemany("INSERT OR IGNORE INTO report VALUES (?, ?, ?)", ((str(day or dt.date.max), *row) for day, *row in rows))
            base.execute("CREATE INDEX by_day ON report (day, id)")
            for (text,) in base.execute("SELECT json FROM report ORDER BY day, id"):
                yield _reports.decode(text)
        (self.folder / "texts.sqlite").unlink()

    def stories(self, shards: Sequence[str]) -> int:
        return sum(self.get(f"stories-{shard}") for shard in shards)

    def put(self, name: str, value: Any) -> None:
        part = self.folder / f"{name}.part"
        with part.open("wb") as file:
            pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)
        part.replace(self.folder / name)

    def get(self, name: str) -> Any:
        with (self.folder / name).open("rb") as file:
            return pickle.load(file)


def _make_profiles(work: _Work, shard: str) -> int:
    """The shard's profiles lie in the folder, some at a time; gives how many are of accounts."""
    roots, again = work.get(f"roots-{shard}"), work.get(f"again-{shard}")
    of_report = _grouped(values_of(work.source, [f"accounts/{shard}"], ["report", "json"]))
    told, accounts, seen = 0, 0, set[str]()
    with (work.folder / f"profiles-{shard}.part").open("wb") as file:
        for name, text in values_of(work.source, [f"reports/{shard}"], ["id", "json"]):
            its = of_report(name)
            if name in again or name in seen:
                continue
            seen.add(name)
            report = _reports.decode(text)
            story = stories((report,)).get(name)
            told += story is not None
            ordered = sorted({account.id: account for account in map(_accounts.decode, its)}.values(), key=lambda account: account.id)
            accounts += len(ordered)
            for profile in report_profiles(ordered, name, report, roots.get(name, name), name in roots, story):
                pickle.dump(profile, file, protocol=pickle.HIGHEST_PROTOCOL)
    (work.folder / f"profiles-{shard}.part").replace(work.folder / f"profiles-{shard}")
    work.put(f"stories-{shard}", told)
    return accounts


def _grouped(rows: Iterable[tuple[str, str]]) -> Any:
    """Gives the accounts of each report as it is asked for, in the tables' order, which is that of the reports."""
    groups = groupby(rows, key=lambda row: row[0])
    waiting: list[tuple[str, list[str]]] = []

    def of(report: str) -> list[str]:
        if not waiting:
            found = next(groups, None)
            if found is None:
                return []
            waiting.append((found[0], [text for _, text in found[1]]))
        if waiting[0][0] != report:
            return []
        return waiting.pop()[1]

    return of


def _profiles(work: _Work, shard: str) -> Iterator[Profile]:
    yield from _pickled(work.folder / f"profiles-{shard}")


def _pickled(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return


def _count_terms(work: _Work, scale: int, shard: str) -> tuple[int, Counter[str]]:
    """How many of the shard's stories are counted, and the terms in them."""
    number, counted = 0, Counter[str]()
    for profile in _profiles(work, shard):
        if profile.story is not None and is_counted(profile.story.report, scale):
            number += 1
            counted.update(profile.story.terms)
    return number, counted


def _fill_buckets(work: _Work, buckets: int, shard: str) -> None:
    """Each of the shard's profiles lies in the buckets of its blocks."""
    rare: Rarity = work.get("rarity")
    files: dict[int, IO[bytes]] = {}
    for profile in _profiles(work, shard):
        wanted: dict[int, list[Key]] = {}
        for key in dict.fromkeys(keys(profile, rare)):
            wanted.setdefault(key_number(key) % buckets, []).append(key)
        for bucket, its in wanted.items():
            if bucket not in files:
                files[bucket] = (work.folder / f"bucket-{bucket}-{shard}").open("wb")
            pickle.dump((its, profile), files[bucket], protocol=pickle.HIGHEST_PROTOCOL)
    for file in files.values():
        file.close()


def _link_bucket(work: _Work, bucket: int) -> None:
    """The links that the bucket's blocks give lie in the folder, by id."""
    rare, weights = work.get("rarity"), load_weights()
    profiles: list[Profile] = []
    blocks: dict[Key, list[int]] = {}
    for path in sorted(work.folder.glob(f"bucket-{bucket}-*")):
        for its, profile in _pickled(path):
            for key in its:
                blocks.setdefault(key, []).append(len(profiles))
            profiles.append(profile)
    pairs = {pair for key, members in blocks.items() if len(members) > 1 for pair in pairs_of(key, members, profiles)}
    found = (compare(profiles[a], profiles[b], weights, rare, keep_all=False) for a, b in pairs)
    ordered = sorted((one for one in found if one is not None), key=lambda one: (one.a, one.b))
    with (work.folder / f"links-{bucket}.part").open("wb") as file:
        for link in ordered:
            pickle.dump((link.a, link.b, _encode.encode(link)), file, protocol=pickle.HIGHEST_PROTOCOL)
    (work.folder / f"links-{bucket}.part").replace(work.folder / f"links-{bucket}")


def _found(work: _Work, buckets: int) -> Iterator[tuple[str, str, bytes]]:
    """All links by id, each once."""
    last: tuple[str, str] | None = None
    for row in heapq.merge(*(_pickled(work.folder / f"links-{bucket}") for bucket in range(buckets))):
        if row[:2] != last:
            last = row[:2]
            yield row


def _link_rows(work: _Work, buckets: int) -> Iterator[dict[str, Any]]:
    for a, b, text in _found(work, buckets):
        yield {"a": a, "b": b, "score": _links.decode(text).score, "json": text.decode()}


# -- clusters ---------------------------------------------------------------------------------------------------------


def _write_clusters(work: _Work, target: Store, shards: Sequence[str], buckets: int, engine: Engine) -> int:
    """The clusters are a table, in the order of their first ids; gives how many."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    for a, b, _ in _found(work, buckets):
        one, other = sorted((find(a), find(b)))
        root[other] = one
    parts = buckets
    files = [(work.folder / f"island-{n}").open("wb") for n in range(parts)]
    for a, _b, text in _found(work, buckets):
        pickle.dump((None, text), files[key_number((find(a),)) % parts], protocol=pickle.HIGHEST_PROTOCOL)
    single: list[str] = []
    for shard in shards:
        for profile in _profiles(work, shard):
            if profile.id in root:
                pickle.dump((profile.id, b""), files[key_number((find(profile.id),)) % parts], protocol=pickle.HIGHEST_PROTOCOL)
            elif not profile.alone:
                single.append(profile.id)
    for file in files:
        file.close()
    groups = [group for some in engine.each(partial(_cluster_islands, work), list(range(parts))) for group in some]
    groups += [(name,) for name in single]
    groups.sort()
    rows = ({"cluster": number, "account": name} for number, group in enumerate(groups) for name in group)
    _write(target, "clusters.parquet", CLUSTERS, rows)
    return len(groups)


def _cluster_islands(work: _Work, part: int) -> list[tuple[str, ...]]:
    links, names = list[Link](), list[str]()
    for name, text in _pickled(work.folder / f"island-{part}"):
        if name is None:
            links.append(_links.decode(text))
        elif not name.startswith(ALONE):
            names.append(name)
    nothing = Mention(0, 0, "")
    return list(clusters([Account(name, "", "", nothing) for name in names], links))


# -- the tables -------------------------------------------------------------------------------------------------------


def _write(target: Store, path: str, schema: Any, rows: Iterable[Mapping[str, Any]]) -> int:
    """The rows are a table; gives how many."""
    file, count, held = target.writing(path), 0, list[Mapping[str, Any]]()
    writer = pq.ParquetWriter(file.stream, schema, compression="zstd", compression_level=3, version="2.6")
    for row in rows:
        held.append(row)
        count += 1
        if len(held) == 10 * ROWS:
            writer.write_table(pa.Table.from_pylist(held, schema=schema))
            held = []
    if held:
        writer.write_table(pa.Table.from_pylist(held, schema=schema))
    writer.close()
    file.finish(keep=True)
    return count


def linked_accounts(linked: Store) -> str:
    """Where the tables lie that were linked; raises LedgerConflict where these are no links."""
    about = linked.get_json("linked.json")
    if about is None:
        raise LedgerConflict(f"{linked.address}: holds no links; make them with: tahqiq scale link ACCOUNTS {linked.address}")
    return str(about["accounts"])


def groups_of(linked: Store) -> Iterator[tuple[str, ...]]:
    """The clusters, in the order of their first ids."""
    rows = values_of(linked, ["clusters.parquet"], ["cluster", "account"])
    for _, its in groupby(rows, key=lambda row: row[0]):
        yield tuple(account for _, account in its)
