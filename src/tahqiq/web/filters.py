"""The list's filters: from an address to a question for the ledger, and back to the address of another view.

What comes in are the parameters of an address; what goes out are `Filters`, the ledger's `Query`, and a sentence for each value
that cannot be used. A filter that cannot be used is never passed over in silence: the list would answer another question.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, replace
from urllib.parse import urlencode

from tahqiq.codebook import load_codebook
from tahqiq.ledger import Query
from tahqiq.web.contexts import Filters
from tahqiq.web.wording import Wording

ORDERS = ("date", "killed", "reports")
PAGE = 50
MAX_TEXT = 200  # code points; longer than any phrase that is searched for
NAMES = tuple(field.name for field in fields(Filters))
BESIDE = frozenset({"lang", "after"})  # parameters that are no filters


def parse(parameters: Mapping[str, str], wording: Wording) -> tuple[Filters, Query, tuple[str, ...]]:
    """The filters as given, the ledger's question, and what is wrong with the values, one sentence each."""
    given = {name: parameters.get(name, "").strip() for name in NAMES}
    filters = Filters(
        **{name: value for name, value in given.items() if name not in ("contradictions", "order")},
        contradictions=given["contradictions"] in ("1", "on", "true", "yes"),
        order=given["order"] or "date",
    )
    problems = [wording("problem.unknown_filter", name=name) for name in parameters if name not in BESIDE and name not in NAMES]
    problems += _wrong_words(filters, given, wording)
    since, until = _day(filters.since, "since", wording, problems), _day(filters.until, "until", wording, problems)
    if since and until and until < since:
        problems.append(wording("problem.until_before_since", since=wording.day(since), until=wording.day(until)))
    query = Query(
        text=filters.text or None,
        event_type=filters.event_type or None,
        country=filters.country or None,
        since=since.isoformat() if since else None,
        until=until.isoformat() if until else None,
        grade=filters.grade or None,
        language=filters.language or None,
        contradiction=True if filters.contradictions else None,
        order=filters.order,
        after=parameters.get("after") or None,
        limit=PAGE,
    )
    return filters, query, tuple(problems)


def _wrong_words(filters: Filters, given: Mapping[str, str], wording: Wording) -> list[str]:
    """One sentence for each value that is in no list."""
    codebook = load_codebook()
    wrong = []
    if filters.event_type and filters.event_type not in codebook.event_types:
        wrong.append(wording("problem.unknown_event_type", value=filters.event_type))
    if filters.grade and filters.grade not in codebook.closed("grades"):
        wrong.append(wording("problem.unknown_grade", value=filters.grade))
    if filters.country and filters.country not in wording.locale.territories:
        wrong.append(wording("problem.unknown_country", value=filters.country))
    if filters.language and filters.language not in wording.locale.languages:
        wrong.append(wording("problem.unknown_language", value=filters.language))
    if filters.order not in ORDERS:
        wrong.append(wording("problem.unknown_order", value=filters.order))
    if given["contradictions"] not in ("", "1", "on", "true", "yes", "0", "off", "false", "no"):
        wrong.append(wording("problem.unknown_mark", value=given["contradictions"]))
    if len(filters.text) > MAX_TEXT:
        wrong.append(wording("problem.long_text", n=MAX_TEXT))
    return wrong


def _day(value: str, name: str, wording: Wording, problems: list[str]) -> dt.date | None:
    if not value:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        problems.append(wording("problem.no_day", name=wording(f"filter.{name}"), value=value))
        return None


def address(filters: Filters, **changes: object) -> str:
    """The address of the list under these filters, with the changes; `after` leads to a further page."""
    after = changes.pop("after", None)
    changed = replace(filters, **changes)  # type: ignore[arg-type]
    parameters = {name: _written(getattr(changed, name)) for name in NAMES if getattr(changed, name) != getattr(Filters(), name)}
    if after:
        parameters["after"] = str(after)
    return "/incidents" + (f"?{urlencode(parameters)}" if parameters else "")


def _written(value: object) -> str:
    return "1" if value is True else str(value)
