"""Values of the model that know what they were told in, so that a cell of a notebook can show them on their words.

A shown account is an account: it equals the plain one, and goes wherever that goes. What it was told in is no part of it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

from tahqiq.model import Account, Incident, Reading, Report

T = TypeVar("T")


class ShownAccount(Account):
    """An account that shows itself on the words of its report."""

    __slots__ = ("_language", "_report")
    _report: Report
    _language: str

    @property
    def told_in(self) -> Report:
        """The report that it was read in; without its text where that may not leave the desk."""
        return cast(Report, getattr(self, "_report", None) or Report("", self.report))

    def __eq__(self, other: object) -> bool:
        return _same(Account, self, other)

    __hash__ = Account.__hash__

    def _repr_html_(self) -> str:
        from tahqiq.notebook.html import account_page

        return account_page(self, self.told_in, getattr(self, "_language", "en"))

    def __rich__(self) -> Any:
        from tahqiq.notebook.terminal import account_panel

        return account_panel(self, self.told_in, getattr(self, "_language", "en"))


class ShownReading(Reading):
    """What was read in a report, shown as the report's text with all that was read marked in it."""

    __slots__ = ("_report",)
    _report: Report

    @property
    def told_in(self) -> Report:
        """The report, with the language, day and source that were found in it."""
        return cast(Report, getattr(self, "_report", None) or Report("", self.report))

    def __eq__(self, other: object) -> bool:
        return _same(Reading, self, other)

    __hash__ = Reading.__hash__

    def _repr_html_(self) -> str:
        from tahqiq.notebook.html import reading_page

        return reading_page(self, self.told_in)

    def __rich__(self) -> Any:
        from tahqiq.notebook.terminal import reading_panels

        return reading_panels(self, self.told_in)


class ShownIncident(Incident):
    """An incident with its accounts and reports, shown as a matrix of who tells what, its tolls and where it was."""

    __slots__ = ("_language", "_policy", "_reports", "_told")
    _told: tuple[ShownAccount, ...]
    _reports: Mapping[str, Report]
    _policy: str
    _language: str

    @property
    def told(self) -> tuple[ShownAccount, ...]:
        """Its accounts, as the policy lets them be seen."""
        return getattr(self, "_told", ())

    @property
    def told_in(self) -> tuple[Report, ...]:
        """Its reports; without texts where these may not leave the desk."""
        return tuple(getattr(self, "_reports", {}).values())

    @property
    def policy(self) -> str:
        """By which policy it was protected."""
        return cast(str, getattr(self, "_policy", "internal"))

    def __eq__(self, other: object) -> bool:
        return _same(Incident, self, other)

    __hash__ = Incident.__hash__

    def _repr_html_(self) -> str:
        from tahqiq.notebook.html import incident_page

        return incident_page(self, self.told, getattr(self, "_reports", {}), self.policy, getattr(self, "_language", "en"))

    def __rich__(self) -> Any:
        from tahqiq.notebook.terminal import incident_panel

        return incident_panel(self, self.told, getattr(self, "_reports", {}), self.policy, getattr(self, "_language", "en"))


def shown(kind: type[T], value: Any, **known: object) -> T:
    """The value as one of a kind that shows itself, with what it was told in."""
    new = kind.__new__(kind)
    for one in fields(value):
        object.__setattr__(new, one.name, getattr(value, one.name))
    for name, what in known.items():
        object.__setattr__(new, f"_{name}", what)
    return new


def _same(kind: type[Any], one: object, other: object) -> bool:
    return isinstance(other, kind) and all(getattr(one, f.name) == getattr(other, f.name) for f in fields(kind))


def read(report: str | Report, *, published: dt.date | str | None = None) -> ShownReading:
    """What a report tells of which happenings, each value with its words.

    Args:
        report: the text, or a Report where its title, address or language is known.
        published: the day of publication for a text that carries none; without it nothing relative is resolved.

    Example:
        >>> import tahqiq as tq
        >>> reading = tq.read("Shelling killed three civilians in Sarmin on Friday.", published="2024-03-09")
        >>> [(one.event_type, one.date.start.isoformat(), one.casualties[0].min) for one in reading.accounts]
        [('shelling', '2024-03-08', 3)]
    """
    from tahqiq.pipeline import prepare, the_stages

    stages = the_stages()
    day = dt.date.fromisoformat(published) if isinstance(published, str) else published
    given = prepare(Report(report) if isinstance(report, str) else report, day, stages)
    reading = shown(ShownReading, stages.read(given), report=given)
    accounts = tuple(shown(ShownAccount, account, report=given, language="en") for account in reading.accounts)
    object.__setattr__(reading, "accounts", accounts)
    return reading
