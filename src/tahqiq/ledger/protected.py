"""Names that leave the desk in no export and on no public page: those marked protected and not withdrawn since."""

from collections.abc import Iterable

from tahqiq.ledger.records import Record

THEME = "protected"


def standing(records: Iterable[Record]) -> tuple[Record, ...]:
    """By name the record that protects it, in the order in which they were marked."""
    found: dict[str, Record] = {}
    for one in records:
        if one.kind == "added":
            found.setdefault(one.subject, one)
        elif one.kind == "withdrawn":
            found.pop(one.subject, None)
    return tuple(found.values())
