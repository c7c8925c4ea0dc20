"""How fast a ledger of generated accounts is asked: each filter of a search, first page and counts of all facets, in milliseconds.

    python tools/bench_search.py [--accounts 20000] [--ledger URL]      (`make bench`)

Accounts are made by chance from fixed seeds: places and actors of the registries, words of a made-up report. Three accounts make an
incident. The ledger lies in a temporary folder unless named; one that holds accounts already is only asked.
"""

import argparse
import datetime as dt
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from tahqiq.ledger import Ledger, Query, open_ledger, words
from tahqiq.ledger import tables as t
from tahqiq.model import Account, Casualty, Dated, Document, Incident, Mention, Named, Place, Placed, Reading, Report, Told, Toll
from tahqiq.registries import load_actors, load_places
from tahqiq.terms import name_terms, text_terms

_WORDS = {
    "en": "residents officials said strike hit the village on friday near hospital market witnesses reported several wounded taken".split(),
    "ar": "قالت مصادر محلية إن القصف أصاب البلدة يوم الجمعة قرب المستشفى والسوق وأفاد شهود بنقل جرحى الأمريكية الطائرات".split(),
    "ur": "مقامی ذرائع نے بتایا کہ حملہ جمعے کو گاؤں پر ہوا ہسپتال بازار عینی شاہدین زخمیوں منتقل امریکی طیاروں".split(),
    "fa": "منابع محلی گفتند حمله روز جمعه به روستا بیمارستان بازار شاهدان زخمی منتقل شدند هواپیماهای آمریکایی".split(),
}
_TYPES = ("airstrike", "shelling", "armed_attack", "explosion", "arrest", "abduction", "protest")
_GRADES = ("confirmed", "fair", "weak", "contested", "discounted", "none")
_SOURCES = tuple(f"outlet-{n}.example" for n in range(60))
_ANYWHERE = ("Deir ez-Zor", "Aleppo", "Idlib", "Kabul", "Kandahar", "Peshawar", "Gaza", "Homs", "Baghdad", "Mosul", "Quetta", "Herat")
_EACH = 3  # accounts an incident


def as_text(value: object) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def made(count: int, chance: random.Random) -> Iterator[tuple[Report, Reading, Incident | None]]:
    """So many reports with an account each, every third with the incident of the three."""
    registry = load_places()
    near = [entry for name in _ANYWHERE for entry in registry.find(name)[:1]]
    actors = [actor for actor in load_actors() if actor.kind in ("state_forces", "rebel_group", "militia")]
    group: list[tuple[Report, Account]] = []
    for n in range(count):
        if not group:
            entry, actor = chance.choice(near), chance.choice(actors)
            day = dt.date(2014, 1, 1) + dt.timedelta(days=chance.randrange(4000))
            event_type = chance.choice(_TYPES)
            place = Place(
                f"{entry.name} quarter {chance.randrange(4000)}",
                f"made-{chance.randrange(40_000)}",
                entry.country,
                entry.admin1,
                entry.lat + chance.uniform(-1, 1),
                entry.lon + chance.uniform(-1, 1),
            )
        language = chance.choice(tuple(_WORDS))
        text = " ".join([*chance.choices(_WORDS[language], k=40), entry.name, f"w{chance.randrange(count)}"])
        report = Report(text, f"r{n:08}", document="made", language=language, published=day, source=chance.choice(_SOURCES))
        words = Mention(0, len(text.split()[0]), text.split()[0])
        killed = chance.randrange(12)
        account = Account(
            f"a{n:08}",
            report.id,
            event_type,
            words,
            date=Dated(words, day, day),
            place=Placed(words, place),
            perpetrators=(Named(words, actor.name, actor.id, actor.kind),),
            casualties=(Casualty(words, "killed", "unspecified", killed, killed),),
        )
        group.append((report, account))
        whole = None
        if len(group) == _EACH or n == count - 1:
            whole = _incident(group, chance)
            group = []
        yield report, Reading(report.id, "made", "1", language, True, (account,)), whole


def _incident(group: list[tuple[Report, Account]], chance: random.Random) -> Incident:
    account = group[0][1]
    names = tuple(a.id for _, a in group)
    assert account.place and account.date
    killed = [a.casualties[0].min for _, a in group]
    actor = account.perpetrators[0]
    return Incident(
        f"i{names[0]}",
        account.event_type,
        names,
        tuple(r.id for r, _ in group),
        tuple(sorted({r.language or "" for r, _ in group})),
        title=f"{account.event_type}, {account.place.place.name}, {account.date.start}",
        start=account.date.start,
        end=account.date.end,
        place=account.place.place,
        values={"perpetrators": (Told(actor.actor or "", actor.name, names),)},
        tolls=(Toll("killed", "unspecified", min(killed), max(killed), max(killed), "made", names),),
        contradictions=("killed",) if len(set(killed)) > 1 and chance.random() < 0.3 else (),
        grade=chance.choice(_GRADES),
    )


def fill(ledger: Ledger, count: int) -> float:
    """The ledger holds so many accounts; gives the seconds it took. Rows go in by thousands, unlike reports that come in."""
    began = time.perf_counter()
    ledger.append_document(Document("made", 1, "text/plain", "made", "file", "2024-01-01T00:00:00Z"))
    incidents: list[Incident] = []
    batch: list[tuple[Report, Reading]] = []
    with ledger._writing() as connection:
        for seq, (report, reading, incident) in enumerate(made(count, random.Random(7)), 1):
            batch.append((report, reading))
            if incident:
                incidents.append(incident)
            if len(batch) == 5000 or seq == count:
                _put(connection, batch, seq - len(batch) + 1)
                batch.clear()
        ledger.replace_incidents(incidents, stamp="made")
    return time.perf_counter() - began


def _put(connection: Any, batch: list[tuple[Report, Reading]], first: int) -> None:
    """Reports, readings and accounts as `append_report` and `append_reading` keep them, and the words by which they are found."""
    told = [(seq, *one) for seq, one in enumerate(batch, first)]
    connection.execute(
        t.report.insert(),
        [{"seq": s, "id": r.id, "document": "made", "language": r.language, "source": r.source, "json": as_text(r)} for s, r, _ in told],
    )
    connection.execute(
        t.reading.insert(), [{"seq": s, "id": f"g{r.id}", "report": r.id, "json": as_text(replace(g, accounts=()))} for s, r, g in told]
    )
    connection.execute(t.standing_reading.insert(), [{"report": r.id, "reading": f"g{r.id}"} for _, r, _ in told])
    accounts = [{"reading": f"g{r.id}", "id": a.id, "position": 0, "json": as_text(a)} for _, r, g in told for a in g.accounts]
    connection.execute(t.account.insert(), accounts)
    words._put(connection, "report_words", [(s, text_terms(r.text)) for s, r, _ in told])
    names = [(s, [term for name in dict.fromkeys(words._names(g.accounts, ())) for term in name_terms(name)]) for s, _, g in told]
    words._put(connection, "report_names", [(s, list(dict.fromkeys(terms))) for s, terms in names])


QUERIES: dict[str, Query] = {
    "no filter": Query(),
    "country": Query(country="SY"),
    "province": Query(country="SY", admin1="Deir ez-Zor"),
    "20 km around Kabul": Query(near=(34.53, 69.17, 20)),
    "200 km around Kabul": Query(near=(34.53, 69.17, 200)),
    "box": Query(box=(35, 32, 42, 37)),
    "a month": Query(since="2020-03-01", until="2020-03-31"),
    "event type": Query(event_type="airstrike"),
    "grade": Query(grade="confirmed"),
    "language": Query(language="ar"),
    "source": Query(source="outlet-7.example"),
    "actor": Query(actor="syrian-arab-army"),
    "contradicted": Query(contradiction=True),
    "six at once": Query(
        country="SY", event_type="airstrike", language="ar", grade="fair", contradiction=True, since="2016-01-01", until="2020-12-31"
    ),
    "most killed": Query(order="killed", country="AF"),
    "a rare word": Query(text="w17"),
    "a name in Latin letters": Query(text="Deir"),
    "a name in Arabic letters": Query(text="دير الزور"),
    "a word of a quarter of the reports": Query(text="أمريكية"),
    "that word and a country": Query(text="أمريكية", country="SY", since="2020-01-01"),
    "two common words": Query(text="residents hospital"),
    "a language, killed first": Query(language="ur", order="killed"),
}


def ask(ledger: Ledger, query: Query, times: int) -> tuple[float, float, str]:
    """The median milliseconds, by the clock and of this process's work, of the first page with all facets' counts; how many match."""
    took = []
    for _ in range(times):
        began, began_here = time.perf_counter(), time.process_time()
        page, _ = ledger.search(query, most=20)
        took.append(((time.perf_counter() - began) * 1000, (time.process_time() - began_here) * 1000))
    return (
        statistics.median(wall for wall, _ in took),
        statistics.median(own for _, own in took),
        f"{'>' if page.is_more else ''}{page.total:,}",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--ledger")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        ledger = open_ledger(given.ledger or f"sqlite:///{Path(place) / 'ledger.db'}")
        if not ledger.incidents(Query(limit=1)).total:
            print(f"{given.accounts:,} accounts taken in: {fill(ledger, given.accounts):.0f} s")
        slowest = most_work = 0.0
        for name, query in QUERIES.items():
            took, own, total = ask(ledger, query, given.times)
            slowest, most_work = max(slowest, took), max(most_work, own)
            print(f"{name:<36}{took:8.1f} ms {own:8.1f} ms CPU  {total:>9} incidents")
        print(f"slowest: {slowest:.0f} ms, {most_work:.0f} ms CPU")
        ledger.close()


if __name__ == "__main__":
    main()
