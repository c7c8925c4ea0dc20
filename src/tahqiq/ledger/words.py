"""The index of words: which reports have a word in their text, or tell of somebody or some place so named.

What comes in are reports and accounts; what goes out are selections of reports. Terms are made by `terms`, the same for both databases;
SQLite keeps them in FTS5 and PostgreSQL in a tsvector. `report_words` holds texts, which never change; `report_names` holds the names in
the reading that counts, by their letters and their sounds.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from tahqiq.ledger import tables as t
from tahqiq.ledger.withheld import withheld_seqs
from tahqiq.model import Account, Figure, Named, Reading, Report
from tahqiq.terms import Asked, asked, name_terms, text_terms

_CHUNK = 500
asked_report = sa.table("asked_report", sa.column("seq", sa.BigInteger))
_MOST_TERMS = 20_000  # a tsvector holds a megabyte at most
_reports = msgspec.json.Decoder(Report)
_accounts = msgspec.json.Decoder(Account)
_figures = msgspec.json.Decoder(Figure)


def index_text(connection: sa.Connection, seq: int, report: Report) -> None:
    """The report can be searched by the words of its title and text."""
    _put(connection, "report_words", [(seq, text_terms(f"{report.title or ''}\n{report.text}"))])


def index_many(connection: sa.Connection, told: Sequence[tuple[int, Report, Reading | None]]) -> None:
    """Reports that no index has yet can be searched by their words and by the names in their readings."""
    _put(connection, "report_words", [(seq, text_terms(f"{report.title or ''}\n{report.text}")) for seq, report, _ in told])
    named = [(seq, _names(reading.accounts, reading.figures)) for seq, _, reading in told if reading]
    terms = [(seq, list(dict.fromkeys(term for name in names for term in name_terms(name)))) for seq, names in named]
    _put(connection, "report_names", [(seq, its) for seq, its in terms if its])


def index_names(connection: sa.Connection, seq: int, accounts: Iterable[Account], figures: Iterable[Figure]) -> None:
    """The report can be searched by the names in these, and by those of no earlier reading."""
    _drop(connection, seq)
    terms = list(dict.fromkeys(term for name in _names(accounts, figures) for term in name_terms(name)))
    if terms:
        _put(connection, "report_names", [(seq, terms)])


def index_corrected(connection: sa.Connection, before: Iterable[str], corrected: Mapping[str, Account]) -> None:
    """The reports of these accounts are found by the names that persons corrected; those of `before`, too, by what they have now."""
    reports = sorted({*before, *(account.report for account in corrected.values())})
    for start in range(0, len(reports), _CHUNK):
        some = reports[start : start + _CHUNK]
        seqs = {row[0]: row[1] for row in connection.execute(sa.select(t.report.c.id, t.report.c.seq).where(t.report.c.id.in_(some)))}
        for seq, terms in _names_of(connection, seqs, corrected).items():
            _drop(connection, seq)
            _put(connection, "report_names", [(seq, terms)] if terms else [])


def index_all(connection: sa.Connection) -> None:
    """Every report can be searched; for tables of words that are empty."""
    last = 0
    while rows := connection.execute(
        sa.select(t.report.c.seq, t.report.c.id, t.report.c.json).where(t.report.c.seq > last).order_by(t.report.c.seq).limit(_CHUNK)
    ).all():
        told = [(seq, _reports.decode(text)) for seq, _, text in rows]
        _put(connection, "report_words", [(seq, text_terms(f"{r.title or ''}\n{r.text}")) for seq, r in told])
        names = _names_of(connection, {name: seq for seq, name, _ in rows}, {})
        _put(connection, "report_names", [(seq, terms) for seq, terms in names.items() if terms])
        last = rows[-1][0]


def _names_of(connection: sa.Connection, seqs: Mapping[str, int], corrected: Mapping[str, Account]) -> dict[int, list[str]]:
    """By the reports' numbers the terms of the names in the readings that count, with accounts as persons corrected them."""
    found: dict[int, dict[str, None]] = {}
    standing = t.standing_reading.c
    for table, decoder in ((t.account, _accounts), (t.figure, _figures)):
        chosen = sa.select(standing.report, table.c.json).join(t.standing_reading, standing.reading == table.c.reading)
        for report, text in connection.execute(chosen.where(standing.report.in_(list(seqs)))):
            value: Account | Figure = decoder.decode(text)
            given = ((corrected.get(value.id, value),), ()) if isinstance(value, Account) else ((), (value,))
            row = found.setdefault(seqs[report], {})
            row.update((term, None) for name in _names(*given) for term in name_terms(name))
    return {seq: list(row) for seq, row in found.items()}


def _names(accounts: Iterable[Account], figures: Iterable[Figure]) -> Iterator[str]:
    """The names of places, persons, forces and outlets, as told and as the registries have them."""
    for account in accounts:
        if account.place:
            yield from (account.place.mention.text, account.place.place.name)
        for side in (account.perpetrators, account.targets, account.victims):
            yield from _named(side)
        for claim in account.claims:
            yield from _named((claim.claimant, *claim.via))
    for figure in figures:
        if figure.place:
            yield from (figure.place.mention.text, figure.place.place.name)
        yield from _named(named for named in (figure.of, figure.source) if named)


def _named(side: Iterable[Named]) -> Iterator[str]:
    for named in side:
        yield from (named.mention.text, named.name)


# -- the two databases ------------------------------------------------------------------------------------------------


def _put(connection: sa.Connection, table: str, rows: Sequence[tuple[int, list[str]]]) -> None:
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        # Words are cut by us: PostgreSQL's own parser sees no letters in Arabic under the C locale, and makes `mq-9` one word.
        insert = sa.text(f"INSERT INTO {table} (seq, words) VALUES (:seq, array_to_tsvector(CAST(:words AS text[])))")
        connection.execute(insert, [{"seq": seq, "words": sorted(terms[:_MOST_TERMS])} for seq, terms in rows])
        return
    insert = sa.text(f"INSERT INTO {table} (rowid, words) VALUES (:seq, :words)")
    connection.execute(insert, [{"seq": seq, "words": " ".join(terms)} for seq, terms in rows])


def _drop(connection: sa.Connection, seq: int) -> None:
    key = "seq" if connection.dialect.name == "postgresql" else "rowid"
    connection.execute(sa.text(f"DELETE FROM report_names WHERE {key} = :seq"), {"seq": seq})


def reports_with(dialect: str, query: str) -> "list[sa.Select[Any]]":
    """For each word of the query a selection of the `seq` of the reports that have it; none where the query has no word."""
    return [_having(dialect, word, n) for n, word in enumerate(asked(query))]


def _having(dialect: str, word: Asked, n: int) -> "sa.Select[Any]":
    names = [*(f"{_quoted(dialect, b)}{_STARTS[dialect]}" for b in word.beginnings), *(_quoted(dialect, s) for s in word.sounds)]
    texts = [f"{_quoted(dialect, b)}{_STARTS[dialect]}" for b in word.beginnings]
    both = sa.union_all(_matching(dialect, "report_words", texts, f"t{n}"), _matching(dialect, "report_names", names, f"n{n}"))
    return sa.select(both.subquery().c.seq)


def gather(connection: sa.Connection, query: str) -> int | None:
    """The `seq` of the reports that have every word of the query stand in `asked_report`, of this connection alone; gives how many.

    None where the query has no word. Words are looked up this once: page, counts and map are all made from what was gathered.
    """
    words = reports_with(connection.dialect.name, query)
    if not words:
        return None
    number = "BIGINT" if connection.dialect.name == "postgresql" else "INTEGER"
    on_commit = " ON COMMIT DELETE ROWS" if connection.dialect.name == "postgresql" else ""
    connection.execute(sa.text(f"CREATE TEMPORARY TABLE IF NOT EXISTS asked_report (seq {number} PRIMARY KEY){on_commit}"))
    connection.execute(asked_report.delete())
    found = sa.intersect(*words).subquery() if len(words) > 1 else words[0].subquery()
    chosen = sa.select(found.c.seq).distinct().where(found.c.seq.not_in(withheld_seqs()))
    count = connection.execute(asked_report.insert().from_select(["seq"], chosen)).rowcount
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("ANALYZE asked_report"))
    return int(count)


_STARTS = {"sqlite": "*", "postgresql": ":*"}
_EITHER = {"sqlite": " OR ", "postgresql": " | "}


def _quoted(dialect: str, term: str) -> str:
    plain = re.sub(r"[^\w~]", "", term)  # a term has no other letters; whatever it has cannot end the quotes
    return f'"{plain}"' if dialect == "sqlite" else f"'{plain}'"


def _matching(dialect: str, table: str, terms: list[str], name: str) -> "sa.Select[Any]":
    wanted = _EITHER[dialect].join(terms)
    if dialect == "postgresql":
        where = sa.text(f"words @@ CAST(:{name} AS tsquery)").bindparams(**{name: wanted})
        return sa.select(sa.column("seq")).select_from(sa.text(table)).where(where)
    where = sa.text(f"{table} MATCH :{name}").bindparams(**{name: wanted})
    return sa.select(sa.column("rowid").label("seq")).select_from(sa.text(table)).where(where)
