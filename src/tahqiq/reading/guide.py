"""Readings in the annotation guide's shape: the one place where its words and ours differ (`sources` are our claims)."""

from typing import Any

from tahqiq.model import Account, Casualty, Claim, Dated, Figure, Mention, Named, Placed, Reading


def to_guide(reading: Reading, *, id: str) -> dict[str, Any]:
    """One record of the guide: language, relevance, events and figures, each filler with its offsets."""
    record: dict[str, Any] = {
        "id": id,
        "language": reading.language,
        "relevant": reading.relevant,
        "events": [_event(a) for a in reading.accounts],
        "figures": [_figure(f) for f in reading.figures],
    }
    if reading.unread:
        record["unread"] = reading.unread
    return record


def _words(mention: Mention) -> dict[str, Any]:
    return {"text": mention.text, "start": mention.start, "end": mention.end}


def _named(named: Named) -> dict[str, Any]:
    return {**_words(named.mention), "name": named.name}


def _claim(claim: Claim) -> dict[str, Any]:
    return {**_named(claim.claimant), "stance": claim.stance}


def _placed(placed: Placed) -> dict[str, Any]:
    place = placed.place
    return {
        **_words(placed.mention),
        "name": place.name,
        "country": place.country,
        "lat": place.lat,
        "lon": place.lon,
        "precision": place.precision,
    }


def _dated(dated: Dated) -> dict[str, Any]:
    mention = dated.mention
    return {"start": dated.start.isoformat(), "end": dated.end.isoformat(), "text": mention.text, "span": [mention.start, mention.end]}


def _casualty(told: Casualty) -> dict[str, Any]:
    return {"effect": told.effect, "who": told.who, "min": told.min, "max": told.max, "qualifier": told.qualifier, **_words(told.mention)}


def _event(account: Account) -> dict[str, Any]:
    event: dict[str, Any] = {
        "event_type": account.event_type,
        "trigger": account.trigger.text,
        "start": account.trigger.start,
        "end": account.trigger.end,
        "status": account.status,
        "certainty": account.certainty,
        "date": account.date and _dated(account.date),
        "place": account.place and _placed(account.place),
        "perpetrators": [_named(n) for n in account.perpetrators],
        "targets": [_named(n) for n in account.targets],
        "victims": [_named(n) for n in account.victims],
        "weapons": list(account.weapons),
        "casualties": [_casualty(c) for c in account.casualties],
        "sources": [_claim(c) for c in account.claims],
        "background": account.background,
    }
    if account.count:
        event["count"] = {"min": account.count[0], "max": account.count[1]}
    return event


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "measure": figure.measure,
        "min": figure.min,
        "max": figure.max,
        "of": figure.of and _named(figure.of),
        "place": figure.place and {**_words(figure.place.mention), "name": figure.place.place.name},
        "since": figure.since,
        "source": figure.source and _named(figure.source),
        **_words(figure.mention),
    }


def filler(value: Dated | Placed | Named | Casualty | Claim) -> dict[str, Any]:
    """One value of a slot with its words."""
    if isinstance(value, Dated):
        return _dated(value)
    if isinstance(value, Placed):
        return _placed(value)
    if isinstance(value, Casualty):
        return _casualty(value)
    return _claim(value) if isinstance(value, Claim) else _named(value)


def slot_mentions(account: Account) -> list[tuple[str, Mention]]:
    """Every mention that an account stands on, with the slot it fills."""
    found = [("event", account.trigger)]
    found += [("date", account.date.mention)] if account.date else []
    found += [("place", account.place.mention)] if account.place else []
    for slot, named in (("perpetrators", account.perpetrators), ("targets", account.targets), ("victims", account.victims)):
        found += [(slot, n.mention) for n in named]
    found += [("casualties", c.mention) for c in account.casualties]
    return [*found, *(("sources", c.claimant.mention) for c in account.claims)]
