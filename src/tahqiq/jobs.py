"""Long work on a ledger: what runs, what was done, what failed and why, and doing it again.

What comes in are a ledger, a vault, settings, and which job; what goes out is the work done and records of it: when it began, who asked,
what came of it. Commands note their work here too, so that the desk's administrators see it. Another part of the desk notes a kind of its
own by `noted`; what it takes to do it again stands in `RUN`.

A job whose process is gone was broken off: nothing says so while it happens, so whoever looks asks whether the process is there.
"""

import os
import re
import socket
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tahqiq.errors import LedgerConflict, TahqiqError, UnknownName
from tahqiq.evidence import Asked, Fetcher, Vault
from tahqiq.keeping.backing_up import back_up
from tahqiq.keeping.verifying import verify
from tahqiq.ledger import Ledger
from tahqiq.ledger.records import Record
from tahqiq.pipeline import ingest, now, rebuild, reread, the_stages
from tahqiq.settings import Settings
from tahqiq.watching import load_watched, watch

THEME = "job"
KINDS = ("ingest", "watch", "rebuild", "reread", "backup", "verify", "digest")
STATES = ("running", "done", "failed", "broken_off")
_HERE = socket.gethostname()
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Job:
    """`told` says what came of it, or why it failed; `facts` what it takes to do it again."""

    id: str
    kind: str
    who: str
    began: str
    state: str = "running"
    ended: str = ""
    told: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def may_retry(self) -> bool:
        return self.state in ("failed", "broken_off") and self.kind in RUN


class Broken(TahqiqError):
    """The job was carried out and something is not as it should be: the message says what."""


Told = Callable[[str], None]


@contextmanager
def noted(ledger: Ledger, kind: str, *, who: str, facts: Mapping[str, Any] | None = None) -> Iterator[Told]:
    """The work inside is a job: it began, and was done or failed, with what `told` says last."""
    name, said = _begin(ledger, kind, who, facts or {}), [""]
    try:
        yield lambda sentence: said.__setitem__(0, sentence)
    except BaseException as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        _end(ledger, name, "failed", who, "was stopped" if isinstance(error, KeyboardInterrupt) else reason)
        raise
    _end(ledger, name, "done", who, said[0])


def note(ledger: Ledger, kind: str, *, who: str, told: str, is_good: bool = True) -> None:
    """Work that a command has done is a job too; a ledger that cannot be written stops nobody who only looked."""
    with suppress(LedgerConflict):
        _end(ledger, _begin(ledger, kind, who, {}), "done" if is_good else "failed", who, told)


def run(ledger: Ledger, vault: Vault, settings: Settings, kind: str, *, who: str, facts: Mapping[str, Any] | None = None) -> None:
    """The job is carried out here and now. Raises: UnknownName for a kind that nothing carries out; whatever the work raises."""
    work = RUN.get(kind)
    if work is None:
        raise UnknownName(f"{kind!r} is no job that can be run; there are {', '.join(RUN)}")
    with noted(ledger, kind, who=who, facts=facts) as told:
        told(work(ledger, vault, settings, facts or {}))


def start(
    ledger: Ledger, vault: Vault, settings: Settings, kind: str, *, who: str, facts: Mapping[str, Any] | None = None
) -> threading.Thread:
    """The job begins beside whatever else this process does. Raises: LedgerConflict where one of its kind runs."""
    if kind not in RUN:
        raise UnknownName(f"{kind!r} is no job that can be run; there are {', '.join(RUN)}")
    if kind == "backup":
        backups(settings)  # said now, not in the job, where nobody can change it
    with ledger.transaction(computing=True):
        if running := [one for one in jobs(ledger) if one.kind == kind and one.state == "running"]:
            raise LedgerConflict(f"{kind}: runs already, since {running[0].began}")
        name = _begin(ledger, kind, who, facts or {})

    def work() -> None:
        try:
            told = RUN[kind](ledger, vault, settings, facts or {})
        except BaseException as error:
            _end(ledger, name, "failed", who, " ".join(str(error).split()) or type(error).__name__)
        else:
            _end(ledger, name, "done", who, told)

    thread = threading.Thread(target=work, name=f"job {kind}", daemon=True)
    thread.start()
    return thread


def retry(ledger: Ledger, vault: Vault, settings: Settings, name: str, *, who: str) -> threading.Thread:
    """A job that failed is done again, as it was asked for. Raises: LedgerConflict, UnknownName where it cannot be."""
    found = next((one for one in jobs(ledger) if one.id == name), None)
    if found is None:
        raise UnknownName(f"job {name}: there is none of this name")
    if not found.may_retry:
        raise LedgerConflict(f"{found.kind} of {found.began}: is {found.state}, and cannot be done again from here")
    return start(ledger, vault, settings, found.kind, who=who, facts=found.facts)


def jobs(ledger: Ledger, *, last: int = 200) -> tuple[Job, ...]:
    """The last jobs, the latest first."""
    found: dict[str, Job] = {}
    for one in ledger.records.of(THEME, last=2 * last):
        if one.kind == "began":
            state = "running" if _is_alive(one.value) else "broken_off"
            found[one.subject] = Job(one.subject, one.value["job"], one.who, one.at, state, facts=one.value.get("facts", {}))
        elif one.subject in found:
            found[one.subject] = replace(found[one.subject], state=one.kind, ended=one.at, told=one.value["told"])
    return tuple(reversed(found.values()))[:last]


def last_good(ledger: Ledger, kind: str) -> Job | None:
    """The last of this kind that was done."""
    return next((one for one in jobs(ledger) if one.kind == kind and one.state == "done"), None)


def _begin(ledger: Ledger, kind: str, who: str, facts: Mapping[str, Any]) -> str:
    name = uuid.uuid4().hex[:16]
    value = {"job": kind, "facts": dict(facts), "pid": os.getpid(), "host": _HERE}
    ledger.records.append(Record(THEME, name, "began", who, now(), value))
    return name


def _end(ledger: Ledger, name: str, state: str, who: str, told: str) -> None:
    ledger.records.append(Record(THEME, name, state, who, now(), {"told": told[:_LONGEST]}))


def _is_alive(told: Mapping[str, Any]) -> bool:
    """Whether the process is there; of another machine's that is not known, and it is taken to be."""
    if told.get("host") != _HERE:
        return True
    try:
        os.kill(int(told["pid"]), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OSError):
        return True
    return True


# -- the work ---------------------------------------------------------------------------------------------------------


def backups(settings: Settings) -> Path:
    """The folder of backups: the setting's, else one beside the ledger's file. Raises: UnknownName where neither tells it."""
    if settings.backups:
        return Path(settings.backups)
    if settings.ledger.startswith("sqlite:///") and (file := settings.ledger.removeprefix("sqlite:///").partition("?")[0]):
        return Path(f"{file}.backups")
    raise UnknownName("this ledger is no file: say with TAHQIQ_BACKUPS in which folder backups are kept")


def _backup(ledger: Ledger, vault: Vault, settings: Settings, _facts: Mapping[str, Any]) -> str:
    at = now()
    folder = backups(settings)
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / f"tahqiq-{re.sub(r'[^0-9TZ]', '', at)}.tar.gz"
    done = back_up(ledger, vault, out, at=at)
    if done.faults:
        raise Broken(f"{out.name} is written, but {len(done.faults)} documents are not in it: {done.faults[0]}")
    return f"{out}: {done.documents} documents, {done.rows} rows, {out.stat().st_size} bytes"


def _verify(ledger: Ledger, vault: Vault, _settings: Settings, _facts: Mapping[str, Any]) -> str:
    found = verify(ledger, vault)
    if found.faults:
        raise Broken(f"{len(found.faults)} things are not as they were kept: {found.faults[0]}")
    return found.said().replace("\n", "; ")


def _rebuild(ledger: Ledger, _vault: Vault, settings: Settings, _facts: Mapping[str, Any]) -> str:
    return f"{rebuild(ledger, anew=True, stages=the_stages(settings.places, settings.weights))} incidents"


def _reread(ledger: Ledger, _vault: Vault, settings: Settings, _facts: Mapping[str, Any]) -> str:
    failures = reread(ledger, stages=the_stages(settings.places, settings.weights))
    if failures:
        raise Broken(f"{len(failures)} reports could not be read: {failures[0]}")
    return "every report is read by this version"


def _ingest(ledger: Ledger, vault: Vault, settings: Settings, facts: Mapping[str, Any]) -> str:
    fetcher = Fetcher(settings.agent, settings.max_bytes, pause_s=settings.pause)
    paths = [Path(name) if "://" not in name else name for name in facts.get("paths", ())]
    done = ingest(paths, ledger, vault, max_bytes=settings.max_bytes, fetcher=fetcher, places=settings.places)
    return f"{done.reports} reports, {done.accounts} accounts"


def _watch(ledger: Ledger, vault: Vault, settings: Settings, facts: Mapping[str, Any]) -> str:
    """Every feed of the file is asked once."""
    asked = Asked(now, settings.max_bytes, Fetcher(settings.agent, settings.max_bytes, pause_s=settings.pause))
    watched = load_watched(Path(str(facts.get("sources", ""))))
    polled = list(watch(watched, ledger, vault, asked, stages=the_stages(settings.places, settings.weights), rounds=1))
    if wrong := [one.poll.problem for one in polled if one.poll.problem]:
        raise Broken(f"{len(wrong)} of {len(polled)} feeds failed: {wrong[0]}")
    return f"{len(polled)} feeds, {sum(one.poll.new for one in polled)} new"


RUN: Mapping[str, Callable[[Ledger, Vault, Settings, Mapping[str, Any]], str]] = {
    "backup": _backup,
    "verify": _verify,
    "rebuild": _rebuild,
    "reread": _reread,
    "ingest": _ingest,
    "watch": _watch,
}
