"""Steps that anyone can follow with a finger, for tests of the order of the steps: `N killed in PLACE` is all they can read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tahqiq.model import Account, Casualty, Decision, Incident, Link, Mention, Place, Placed, Reading, Reason, Report, Source, Toll, digest
from tahqiq.pipeline import Stages

_TOLD = re.compile(r"(?P<n>\d+) (?P<killed>killed|قتلى) (?:in|في) (?P<place>\w+)")


def identify(text: str) -> str | None:
    if "stumble" in text:
        raise RuntimeError("a stone in the way")
    if re.search("[\u0400-\u04ff]", text):
        return None
    return "ar" if re.search("[\u0600-\u06ff]", text) else "en"


def read(report: Report) -> Reading:
    if "crash" in report.text:
        raise ZeroDivisionError("one over none")
    if report.language is None:
        return Reading(report.id, "plain", "1", None, False, unread=report.unread)
    accounts = tuple(_account(report, m, n) for n, m in enumerate(_TOLD.finditer(report.text)))
    if "misquote" in report.text:
        accounts = tuple(replace(a, trigger=replace(a.trigger, text="other words")) for a in accounts)
    return Reading(report.id, "plain", "1", report.language, bool(accounts), accounts)


def _account(report: Report, match: re.Match[str], n: int) -> Account:
    def mention(group: str) -> Mention:
        return Mention(*match.span(group), match[group], "plain")

    killed = int(match["n"])
    return Account(
        digest(report.id, n),
        report.id,
        "armed_attack",
        mention("killed"),
        place=Placed(mention("place"), Place(match["place"], country="SY")),
        casualties=(Casualty(mention("n"), "killed", "unspecified", killed, killed),),
    )


def copies(reports: Sequence[Report]) -> Mapping[str, str]:
    first: dict[str, str] = {}
    return {r.id: first.setdefault(r.text, r.id) for r in sorted(reports, key=lambda r: r.id)}


def link(accounts: Sequence[Account], reports: Mapping[str, Report]) -> Iterator[Link]:
    for i, a in enumerate(accounts):
        for b in accounts[i + 1 :]:
            if _place(a) == _place(b):
                yield Link(min(a.id, b.id), max(a.id, b.id), 5.0, (Reason("same_place", 5.0, {"place": _place(a)}),))


def clusters(accounts: Sequence[Account], links: Sequence[Link], decisions: Sequence[Decision]) -> Iterable[tuple[str, ...]]:
    by_place: dict[str, list[str]] = {}
    for account in sorted(accounts, key=lambda a: a.id):
        by_place.setdefault(_place(account), []).append(account.id)
    return [tuple(group) for group in by_place.values()]


def assess(accounts: Sequence[Account], reports: Mapping[str, Report], known: Mapping[str, str], sources: Sequence[Source]) -> Incident:
    names = tuple(a.id for a in accounts)
    killed = sorted(c.min for a in accounts for c in a.casualties)
    return Incident(
        digest(names),
        "armed_attack",
        names,
        tuple(sorted(reports)),
        tuple(sorted({r.language or "" for r in reports.values()})),
        place=accounts[0].place.place if accounts[0].place else None,
        tolls=(Toll("killed", "unspecified", killed[0], killed[-1], killed[-1], "plain", names),),
        contradictions=("killed",) if len(set(killed)) > 1 else (),
        independent=len({known[r] for r in reports}),
    )


def _place(account: Account) -> str:
    return account.place.place.name if account.place else ""


PLAIN = Stages(identify, lambda text: "its language is not read", lambda report: None, read, copies, link, clusters, assess)
