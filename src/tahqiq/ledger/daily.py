"""How many incidents each day has, by what they have in common; and which incidents newly come reports tell of."""

import sqlalchemy as sa

from tahqiq.ledger import tables as t

FIELDS = ("place", "event_type", "actor", "source")


def by_day(connection: sa.Connection, field: str, since: str, until: str) -> dict[str, dict[str, int]]:
    """By value and first day how many incidents there are of these days; a place is COUNTRY/PROVINCE, or the country alone."""
    row = t.incident.c
    within = (row.day >= since, row.day <= until)
    if field == "place":
        value = sa.case((row.admin1 != "", row.country + "/" + row.admin1), else_=row.country).label("value")
        chosen = sa.select(value, row.day, sa.func.count()).where(*within, row.country != "").group_by(value, row.day)
    elif field == "event_type":
        chosen = sa.select(row.event_type, row.day, sa.func.count()).where(*within).group_by(row.event_type, row.day)
    else:
        facet = t.incident_facet.c
        joined = sa.select(facet.value, row.day, sa.func.count()).join(t.incident, row.n == facet.incident)
        chosen = joined.where(facet.field == field, *within).group_by(facet.value, row.day)
    found: dict[str, dict[str, int]] = {}
    for name, day, count in connection.execute(chosen):
        found.setdefault(str(name), {})[str(day)] = int(count)
    return found


def last_day(connection: sa.Connection, until: str) -> str:
    """The last day on which an incident began, not after this one; empty where there is none."""
    return str(connection.scalar(sa.select(sa.func.max(t.incident.c.day)).where(t.incident.c.day <= until)) or "")


def last_report(connection: sa.Connection) -> int:
    """The number of the report that came last: those that come later have higher ones."""
    return int(connection.scalar(sa.select(sa.func.max(t.report.c.seq))) or 0)


def told_since(connection: sa.Connection, seq: int, limit: int) -> list[tuple[int, str]]:
    """The incidents that reports after this number tell of, each with such a report; those of the latest reports first, so many rows."""
    in_report = t.incident_report.c
    chosen = sa.select(in_report.incident, in_report.report).where(in_report.seq > seq).order_by(in_report.seq.desc()).limit(limit)
    return [(int(number), str(report)) for number, report in connection.execute(chosen)]
