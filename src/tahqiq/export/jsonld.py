"""JSON-LD: incidents as schema.org Events, the reports as NewsArticles, each number as an Observation, published grades as ClaimReviews.

Source: https://schema.org (Event, NewsArticle, Observation, ClaimReview). A ClaimReview says that somebody checked a claim: one is written
only where a person published the incident and it has a grade.
"""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import msgspec

from tahqiq.codebook import load_codebook
from tahqiq.export.cells import filled
from tahqiq.export.happenings import Happening, Happenings, outlet
from tahqiq.settings import Settings

_EFFECTS = ("killed", "injured", "missing", "detained", "abducted", "displaced")


class JsonLd:
    """One graph; ids are addresses on the desk."""

    name = "jsonld"
    title = "JSON-LD (schema.org)"
    media_type = "application/ld+json"
    extension = "jsonld"
    cannot_hold = ("contradictions", "denials", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        out.write(b'{"@context":"https://schema.org","@graph":[')
        first = True
        for one in what:
            for node in _nodes(one, what):
                out.write((b"\n" if first else b",\n") + msgspec.json.encode(node))
                first = False
        out.write(b"\n]}\n")
        return what.count, {}


def _nodes(one: Happening, what: Happenings) -> Iterator[dict[str, Any]]:
    incident = one.incident
    me = f"/incidents/{incident.id}"
    yield filled(
        {
            "@type": "Event",
            "@id": me,
            "identifier": one.id,
            "name": incident.title,
            "additionalType": incident.event_type,
            "startDate": incident.start.isoformat() if incident.start else None,
            "endDate": incident.end.isoformat() if incident.end else None,
            "location": _place(one),
            "keywords": list(incident.weapons),
            "subjectOf": [_article(report) for report in one.reports],
        }
    )
    yield from _observations(one, me, what)
    if incident.review == "published" and incident.grade != "none":
        yield _review(one, me)


def _place(one: Happening) -> dict[str, Any] | None:
    place = one.incident.place
    if place is None:
        return None
    exact = place.precision != "country" and place.lat is not None
    geo = {"@type": "GeoCoordinates", "latitude": place.lat, "longitude": place.lon} if exact else None
    address = filled({"@type": "PostalAddress", "addressRegion": place.admin1, "addressCountry": place.country})
    return filled({"@type": "Place", "name": place.name, "geo": geo, "address": address})


def _article(report: Any) -> dict[str, Any]:
    return filled(
        {
            "@type": "NewsArticle",
            "url": report.url,
            "headline": report.title,
            "inLanguage": report.language,
            "datePublished": report.published.isoformat() if report.published else None,
            "publisher": {"@type": "Organization", "name": outlet(report)},
        }
    )


def _observations(one: Happening, me: str, what: Happenings) -> Iterator[dict[str, Any]]:
    for toll in one.incident.tolls:
        if toll.effect not in _EFFECTS:
            continue
        name = f"{toll.effect}.{toll.who}"
        node = {
            "@type": "Observation",
            "@id": f"{me}#{name}",
            "observationAbout": {"@id": me},
            "measuredProperty": f"{toll.effect}, {toll.who}",
            "value": what.trace(one, one.id, f"{name}.best", toll.best, toll, by=toll.best_by),
            "minValue": what.trace(one, one.id, f"{name}.low", toll.low, toll, by=toll.low_by),
            "maxValue": what.trace(one, one.id, f"{name}.high", toll.high, toll, by=toll.high_by),
            "measurementMethod": toll.rule,
        }
        yield {key: value for key, value in node.items() if value is not None}


def _review(one: Happening, me: str) -> dict[str, Any]:
    incident = one.incident
    return {
        "@type": "ClaimReview",
        "@id": f"{me}#grade",
        "claimReviewed": incident.title,
        "itemReviewed": {"@type": "Claim", "about": {"@id": me}, "appearance": [_article(report) for report in one.reports]},
        "reviewRating": {"@type": "Rating", "alternateName": load_codebook().label("grades", incident.grade, "en")},
    }
