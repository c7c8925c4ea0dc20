"""Administration: protected names, backups and other jobs, the desk's health, its settings as they are; users have a page of their own.

What comes in are the forms of editors (names) and admins (all); what goes out are records, jobs that begin beside the desk, and one page.
"""

import hashlib
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

import tahqiq.languages
from tahqiq import jobs
from tahqiq.errors import TahqiqError, UnknownName
from tahqiq.ledger.migrating import HEAD
from tahqiq.review import people, protecting
from tahqiq.settings import TABLE, Settings
from tahqiq.web import inbox
from tahqiq.web.contexts import Choice
from tahqiq.web.door import Form, Refused, Visitor, doing, form_of, visitor_of
from tahqiq.web.rendering import Desk, desk_of, page, wording_of
from tahqiq.web.wording import Wording

router = APIRouter(include_in_schema=False)
SHOWN = 40
_SECRET = frozenset({"intake_token"})
_STARTED = ("backup", "verify", "rebuild", "reread")
_PASSWORD = re.compile(r"(?<=://)[^@/]*(?=@)")
_UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class NameLine:
    name: str
    who: str
    at: str
    why: str
    kind: str = "added"


@dataclass(frozen=True, slots=True)
class JobLine:
    id: str
    kind: str
    state: str
    who: str
    began: str
    ended: str
    told: str
    may_retry: bool


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: str
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class SettingLine:
    name: str
    value: str
    variable: str
    help: str


@dataclass(frozen=True, slots=True)
class AdminPage:
    names: tuple[NameLine, ...]
    history: tuple[NameLine, ...]
    jobs: tuple[JobLine, ...]
    started: tuple[Choice, ...]
    last_backup: str
    backups: str
    health: tuple[Fact, ...]
    waits: tuple[Choice, ...]
    settings: tuple[SettingLine, ...]
    problem: str = ""


@router.get("/admin")
def admin_page(request: Request) -> Response:
    return _page(request)


def _page(request: Request, problem: str = "", status: int = 200) -> Response:
    visitor = visitor_of(request)
    if not visitor.may("protect"):
        raise Refused(403, "not_allowed" if visitor.name else "not_signed_in", role=people.LEAST_ROLE["protect"])
    context = build(desk_of(request), visitor, wording_of(request), request.app.state.settings, problem)
    return page(request, "admin.html", context, status=status)


def build(desk: Desk, visitor: Visitor, wording: Wording, settings: Settings, problem: str = "") -> AdminPage:
    """All that this visitor may see of it: an editor the names alone."""
    ledger = desk.ledger
    names = tuple(NameLine(one.subject, one.who, wording.time(one.at), one.value["why"]) for one in protecting.protected(ledger))
    past = tuple(
        NameLine(one.subject, one.who, wording.time(one.at), one.value["why"], one.kind) for one in protecting.history(ledger)[:SHOWN]
    )
    if not visitor.may("jobs"):
        return AdminPage(names, past, (), (), "", "", (), (), (), problem)
    found = jobs.jobs(ledger)
    good = next((one for one in found if one.kind == "backup" and one.state == "done"), None)
    return AdminPage(
        names=names,
        history=past,
        jobs=tuple(_job_line(one, wording) for one in found[:SHOWN]),
        started=tuple(Choice(kind, wording(f"admin.start.{kind}")) for kind in _STARTED),
        last_backup=wording("admin.last_backup", at=wording.time(good.ended), told=good.told) if good else "",
        backups=_backups(settings),
        health=tuple(_health(desk, settings, found, wording)),
        waits=tuple(Choice(kind, wording(f"inbox.kind.{kind}"), count) for kind, count in inbox.counts(ledger).items()),
        settings=tuple(_settings(settings)),
        problem=problem,
    )


def _backups(settings: Settings) -> str:
    try:
        return str(jobs.backups(settings))
    except UnknownName as error:
        return str(error)


def _job_line(one: jobs.Job, wording: Wording) -> JobLine:
    ended = wording.time(one.ended) if one.ended else ""
    kind = wording(f"admin.kind.{one.kind}") if wording.has(f"admin.kind.{one.kind}") else one.kind
    return JobLine(one.id, kind, one.state, one.who, wording.time(one.began), ended, one.told, one.may_retry)


# -- health -----------------------------------------------------------------------------------------------------------

_LOW_DISK = 0.1  # of the whole: less than this free is shown as wrong


def _health(desk: Desk, settings: Settings, found: Iterable[jobs.Job], wording: Wording) -> Iterable[Fact]:
    yield Fact(wording("admin.health.version"), f"{desk.version} · {HEAD}")
    folder = _folder(settings)
    if folder:
        disk = shutil.disk_usage(folder)
        told = wording("admin.health.free", free=_bytes(disk.free, wording), total=_bytes(disk.total, wording))
        yield Fact(wording("admin.health.disk"), told, disk.free < _LOW_DISK * disk.total)
    yield Fact(wording("admin.health.ledger"), _bytes(desk.ledger.size(), wording))
    checked = next((one for one in found if one.kind == "verify" and one.state != "running"), None)
    if checked is None:
        yield Fact(wording("admin.health.vault"), wording("admin.health.never"), True)
    else:
        told = wording("admin.health.at", at=wording.time(checked.ended or checked.began), told=checked.told)
        yield Fact(wording("admin.health.vault"), told, checked.state != "done")
    for code, digest in packs().items():
        yield Fact(wording("admin.health.pack", language=wording.language_name(code)), digest)


def _folder(settings: Settings) -> Path | None:
    """Where the ledger's file or the vault lies, as far as it is on this machine."""
    file = settings.ledger.removeprefix("sqlite:///").partition("?")[0] if settings.ledger.startswith("sqlite:///") else settings.vault
    if not file or "://" in file:
        return None
    found = Path(file).absolute()
    return next((one for one in (found, *found.parents) if one.is_dir()), None)


def _bytes(count: int, wording: Wording) -> str:
    size, unit = float(count), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return wording.digits(f"{size:.1f} {_UNITS[unit]}" if unit else f"{count} B")


@lru_cache(maxsize=1)
def packs() -> dict[str, str]:
    """By language the digest of its pack: two desks with one digest read alike."""
    home = Path(tahqiq.languages.__file__).parent
    found = {}
    for folder in sorted(one for one in home.iterdir() if one.is_dir() and len(one.name) == 2):
        whole = hashlib.sha256()
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix in (".yaml", ".txt", ".json"):
                whole.update(file.relative_to(folder).as_posix().encode() + b"\n" + file.read_bytes())
        found[folder.name] = whole.hexdigest()[:12]
    return found


def _settings(settings: Settings) -> Iterable[SettingLine]:
    known = {row.name: row for row in TABLE}
    for one in fields(settings):
        row, value = known[one.name], str(getattr(settings, one.name))
        shown = "…" if one.name in _SECRET and value else _PASSWORD.sub("…", value)
        yield SettingLine(one.name, shown, row.variable, row.help)


# -- forms ------------------------------------------------------------------------------------------------------------


@router.post("/admin/names")
async def change_names(request: Request) -> Response:
    form = await form_of(request, "protect")
    return await doing(_change_names, request, form)


def _change_names(request: Request, form: Form) -> Response:
    ledger, who = desk_of(request).ledger, visitor_of(request).name
    try:
        if form("do") == "add":
            protecting.protect_name(ledger, form("name"), who=who, why=form("why"))
        elif form("do") == "withdraw":
            protecting.withdraw_protection(ledger, form("name"), who=who, why=form("why"))
        else:
            raise Refused(400, "no_form")
    except TahqiqError as error:
        return _page(request, str(error), 400)
    return RedirectResponse("/admin#names", status_code=303)


@router.post("/admin/jobs")
async def start_job(request: Request) -> Response:
    form = await form_of(request, "jobs")
    return await doing(_start_job, request, form)


def _start_job(request: Request, form: Form) -> Response:
    """The job begins; the page shows how it goes when it is loaded again."""
    desk, settings, who = desk_of(request), request.app.state.settings, visitor_of(request).name
    try:
        if form("do") == "retry":
            jobs.retry(desk.ledger, desk.vault, settings, form("job"), who=who)
        elif form("do") in _STARTED:
            jobs.start(desk.ledger, desk.vault, settings, form("do"), who=who)
        else:
            raise Refused(400, "no_form")
    except TahqiqError as error:
        return _page(request, str(error), 409)
    return RedirectResponse("/admin#jobs", status_code=303)
