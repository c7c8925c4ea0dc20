"""The tables, for SQLite and PostgreSQL alike.

Values of the model lie in a `json` column, as `model.to_json` shapes them; beside it stand only the columns by which rows are
found, joined or put in order. The first group only grows. The second is computed from the first and may be emptied at any time.
"""

import sqlalchemy as sa

metadata = sa.MetaData()
_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _id(name: str = "id") -> "sa.Column[str]":
    return sa.Column(name, sa.String(200), primary_key=True)


# -- what only grows --------------------------------------------------------------------------------------------------

source = sa.Table("source", metadata, _id(), sa.Column("json", sa.Text, nullable=False))

document = sa.Table("document", metadata, _id(), sa.Column("json", sa.Text, nullable=False))

# A document is finished when all its reports are in; one that is not is read again from its start.
finished = sa.Table("finished", metadata, sa.Column("document", sa.ForeignKey("document.id"), primary_key=True))

report = sa.Table(
    "report",
    metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(200), nullable=False, unique=True),
    sa.Column("document", sa.ForeignKey("document.id"), index=True),
    sa.Column("language", sa.String(20)),
    sa.Column("source", sa.Text),
    sa.Column("json", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

# Which report has attached, shows or names which photo, video or recording. `address` is the digest of where it is told to be.
medium = sa.Table(
    "medium",
    metadata,
    _id(),
    sa.Column("report", sa.ForeignKey("report.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("document", sa.String(64), index=True),
    sa.Column("address", sa.String(64), index=True),
    sa.Column("json", sa.Text, nullable=False),
)

# Where the photos, videos and recordings that are documents were got from; what only its address names is found by it.
medium_address = sa.Table(
    "medium_address",
    metadata,
    sa.Column("address", sa.String(64), primary_key=True),
    sa.Column("document", sa.ForeignKey("document.id"), primary_key=True, index=True),
)

reading = sa.Table(
    "reading",
    metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(200), nullable=False, unique=True),
    sa.Column("report", sa.ForeignKey("report.id"), nullable=False, index=True),
    sa.Column("json", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

account = sa.Table(
    "account",
    metadata,
    sa.Column("reading", sa.ForeignKey("reading.id"), primary_key=True),
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("json", sa.Text, nullable=False),
    sa.Index("account_by_id", "id"),
)

figure = sa.Table(
    "figure",
    metadata,
    sa.Column("reading", sa.ForeignKey("reading.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("json", sa.Text, nullable=False),
)

# `standing` false: the pair was linked before and is no more. The last row of a pair counts.
link = sa.Table(
    "link",
    metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("a", sa.String(200), nullable=False),
    sa.Column("b", sa.String(200), nullable=False),
    sa.Column("standing", sa.Boolean, nullable=False),
    sa.Column("json", sa.Text, nullable=False),
    sa.Index("link_by_pair", "a", "b", "seq"),
    sa.Index("link_by_b", "b"),
    sqlite_autoincrement=True,
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(200), nullable=False, unique=True),
    sa.Column("subject", sa.String(200), nullable=False, index=True),
    sa.Column("json", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

# What was taken in but not read, and why: a line of a .jsonl (its report is not known), or a report that a reader stumbled over.
failure = sa.Table(
    "failure",
    metadata,
    _id(),
    sa.Column("document", sa.ForeignKey("document.id"), nullable=False, index=True),
    sa.Column("line", sa.Integer),
    sa.Column("report", sa.String(200)),
    sa.Column("reason", sa.Text, nullable=False),
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("program", sa.Text, nullable=False),
    sa.Column("custody", sa.String(64), nullable=False),
    sa.Column("json", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

# What a feed was asked and gave, and which of its items were taken in.
poll = sa.Table(
    "poll",
    metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("feed", sa.String(500), nullable=False),
    sa.Column("json", sa.Text, nullable=False),
    sa.Index("poll_by_feed", "feed", "seq"),
    sqlite_autoincrement=True,
)

seen_item = sa.Table(
    "seen_item",
    metadata,
    sa.Column("feed", sa.String(500), primary_key=True),
    sa.Column("item", sa.String(64), primary_key=True),
)

# Where the accounts of an incident that is no more went; written when incidents are computed again.
redirect = sa.Table(
    "redirect",
    metadata,
    sa.Column("old", sa.String(200), primary_key=True),
    sa.Column("new", sa.String(200), nullable=False),
)

# -- what is computed -------------------------------------------------------------------------------------------------

standing_reading = sa.Table(  # which of a report's readings counts: the one appended last
    "standing_reading",
    metadata,
    sa.Column("report", sa.ForeignKey("report.id"), primary_key=True),
    sa.Column("reading", sa.ForeignKey("reading.id"), nullable=False, index=True),
)

# What incidents are found and put in order by. `n` numbers them for the tables below, and means nothing outside; their values are in
# `incident_json`, so that a million rows can be walked without them.
incident = sa.Table(
    "incident",
    metadata,
    sa.Column("n", _seq, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String(200), nullable=False, unique=True),
    sa.Column("event_type", sa.String(60), nullable=False),
    sa.Column("country", sa.String(10), nullable=False),
    sa.Column("admin1", sa.String(200), nullable=False),
    sa.Column("place", sa.String(200), nullable=False),  # its id in the registry
    sa.Column("precision", sa.String(20), nullable=False),
    sa.Column("day", sa.String(10), nullable=False),  # the first day it can have been, '' where none is known
    sa.Column("last_day", sa.String(10), nullable=False),
    sa.Column("killed", sa.Integer, nullable=False),  # the best figure, -1 where none is told
    sa.Column("killed_low", sa.Integer, nullable=False, server_default="-1"),
    sa.Column("killed_high", sa.Integer, nullable=False, server_default="-1"),  # of an open toll the best
    sa.Column("killed_open", sa.Boolean, nullable=False, server_default=sa.false()),  # told without an upper bound
    sa.Column("reports", sa.Integer, nullable=False),
    sa.Column("grade", sa.String(30), nullable=False),
    sa.Column("review", sa.String(30), nullable=False),
    sa.Column("contradicted", sa.Boolean, nullable=False),
    sa.Column("lat", sa.Float),
    sa.Column("lon", sa.Float),
    sa.Column("cell", _seq),  # where it lies, see `cells`; None where it is known to no more than a country
    sa.Index("incident_by_day", "day", "id", "last_day"),
    sa.Index("incident_by_killed", "killed", "id"),
    sa.Index("incident_by_reports", "reports", "id"),
    sa.Index("incident_by_country", "country", "admin1", "day", "id"),
    sa.Index("incident_by_event_type", "event_type", "day", "id"),
    sa.Index("incident_by_grade", "grade", "day", "id"),
    sa.Index("incident_by_place", "lat", "lon"),
    sa.Index("incident_by_cell", "cell"),
)

incident_json = sa.Table(
    "incident_json",
    metadata,
    sa.Column("incident", sa.ForeignKey("incident.n"), primary_key=True, autoincrement=False),
    sa.Column("json", sa.Text, nullable=False),
)

incident_account = sa.Table(
    "incident_account",
    metadata,
    sa.Column("account", sa.String(200), primary_key=True),
    sa.Column("incident", sa.ForeignKey("incident.n"), nullable=False, index=True),
)

# `seq` is the report's, by which words are indexed.
incident_report = sa.Table(
    "incident_report",
    metadata,
    sa.Column("incident", sa.ForeignKey("incident.n"), primary_key=True),
    sa.Column("report", sa.String(200), primary_key=True, index=True),
    sa.Column("seq", _seq),
    sa.Index("incident_by_report_seq", "seq", "incident"),
    sa.Index("incident_report_seq", "incident", "seq"),
)

# What an incident can be asked by and has many of: language, source, weapon, public id, place told, actor by name and by id; who did it
# (`did`), who was struck (`suffered`), who spoke of it (`said`), and everybody of these three (`part`).
incident_facet = sa.Table(
    "incident_facet",
    metadata,
    sa.Column("incident", sa.ForeignKey("incident.n"), primary_key=True),
    sa.Column("field", sa.String(20), primary_key=True),
    sa.Column("value", sa.String(300), primary_key=True),
    sa.Index("facet_by_value", "field", "value", "incident"),
)

# How many incidents have a value of a facet, how many were killed in them by the best figures, and their first and last day.
tally = sa.Table(
    "tally",
    metadata,
    sa.Column("field", sa.String(20), primary_key=True),
    sa.Column("value", sa.String(300), primary_key=True),
    sa.Column("incidents", sa.Integer, nullable=False),
    sa.Column("killed", sa.BigInteger, nullable=False),
    sa.Column("first", sa.String(10), nullable=False),
    sa.Column("last", sa.String(10), nullable=False),
    sa.Index("tally_by_incidents", "field", "incidents", "value"),
    sa.Index("tally_by_killed", "field", "killed", "value"),
    sa.Index("tally_by_last", "field", "last", "value"),
)

# How many incidents have each value of each field, see `tallies`.
incident_tally = sa.Table(
    "incident_tally",
    metadata,
    sa.Column("field", sa.String(20), primary_key=True),
    sa.Column("value", sa.String(300), primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
)

# Accounts as persons corrected them, beside what was read; those that nobody corrected are not here.
decided_account = sa.Table("decided_account", metadata, _id(), sa.Column("json", sa.Text, nullable=False))

# Persons told of by name, the accounts that name them, and pairs that may be one person.
person = sa.Table(
    "person",
    metadata,
    _id(),
    sa.Column("json", sa.Text, nullable=False),
    sa.Column("called", sa.String(200), nullable=False, server_default=""),  # the first name, folded: the order of lists
    sa.Index("person_by_called", "called", "id"),
)

person_facet = sa.Table(  # role, status, sex
    "person_facet",
    metadata,
    sa.Column("person", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("field", sa.String(20), primary_key=True),
    sa.Column("value", sa.String(100), primary_key=True),
    sa.Index("person_by_facet", "field", "value", "person"),
)

person_account = sa.Table(
    "person_account",
    metadata,
    sa.Column("account", sa.String(200), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id"), primary_key=True, index=True),
)

person_term = sa.Table(  # by what a person's names are found, see `terms`
    "person_term",
    metadata,
    sa.Column("term", sa.String(100), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id"), primary_key=True),
)

person_alike = sa.Table(
    "person_alike",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),  # in the order in which they are shown
    sa.Column("json", sa.Text, nullable=False),
    sa.Column("a", sa.String(200), nullable=False, server_default="", index=True),
    sa.Column("b", sa.String(200), nullable=False, server_default="", index=True),
)

# Standing numbers over time, and the reports that tell them.
series = sa.Table(
    "series",
    metadata,
    _id(),
    sa.Column("measure", sa.String(60), nullable=False),
    sa.Column("whose", sa.String(300), nullable=False),
    sa.Column("place", sa.String(200), nullable=False),
    sa.Column("told", sa.Integer, nullable=False),
    sa.Column("last", sa.String(10), nullable=False),
    sa.Column("contradicted", sa.Boolean, nullable=False),
    sa.Column("json", sa.Text, nullable=False),
    sa.Index("series_by_told", "told", "id"),
    sa.Index("series_by_last", "last", "id"),
)

series_report = sa.Table(
    "series_report",
    metadata,
    sa.Column("report", sa.String(200), primary_key=True),
    sa.Column("series", sa.ForeignKey("series.id"), primary_key=True, index=True),
)

# Reports that are copies of one wire text, each with the first of them; the first itself is not here.
copy = sa.Table(
    "copy",
    metadata,
    sa.Column("report", sa.String(200), primary_key=True),
    sa.Column("first", sa.String(200), nullable=False, index=True),
)

# One row: how far the computed tables have come.
computed = sa.Table("computed", metadata, _id("name"), sa.Column("value", sa.Text, nullable=False))
