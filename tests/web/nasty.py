"""Thirty strings that break pages, and a ledger in which each of them stands in every field of a report and all that is made of it."""

import datetime as dt
from dataclasses import replace

from tahqiq import __version__, review
from tahqiq.ledger import Failure, Ledger, Poll
from tahqiq.ledger.people import Note, SavedSearch
from tahqiq.ledger.publications import ErrorTold
from tahqiq.model import (
    Account,
    Casualty,
    Claim,
    Dated,
    Decision,
    Document,
    Figure,
    Incident,
    Link,
    Medium,
    Mention,
    Named,
    Person,
    Place,
    Placed,
    Reading,
    Reason,
    Refusal,
    Report,
    Source,
    Speaker,
    Told,
    Toll,
    Voice,
)
from tahqiq.review import items

STRINGS = {
    "script": "<script>window.pwned=1</script>",
    "image": "<img src=x onerror=window.pwned=1>",
    "drawing": "<svg/onload=window.pwned=1>",
    "attribute": '" onmouseover="window.pwned=1" x="',
    "single": "' onfocus='window.pwned=1' autofocus='",
    "closing": "</textarea></title></script><script>window.pwned=1</script>",
    "comment": "--><script>window.pwned=1</script><!--",
    "cdata": "]]><script>window.pwned=1</script>",
    "frame": '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
    "base": '<base href="https://evil.example/">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "style": "<style>*{display:none}</style>",
    "form": '<form action="https://evil.example/"><button>OK</button></form>',
    "address": "javascript:window.pwned=1",
    "data address": "data:text/html,<script>parent.pwned=1</script>",
    "template": "{{ 7*7 }}{% for x in [].__class__.__mro__ %}{{ x }}{% endfor %}",
    "format": "{0.__class__} {wording} %s %(name)s ${jndi:x}",
    "json": '</script>{"a":"\\u003cscript\\u003e"}',
    "override": "Abu \u202etxet nedih\u202c Harbi",
    "embedding": "\u202b\u202aleft\u202c right",
    "open isolate": "\u2067\u2067never closed",
    "stray end": "closed \u2069\u2069 too often",
    "controls": "bell\x07 escape\x1b[31m back\x08space delete\x7f",
    "separators": "line\u2028paragraph\u2029end",
    "tags": "flag\U000e0041\U000e0042\U000e007f",
    "formula": '=HYPERLINK("https://evil.example";"x")',
    "dde": "@SUM(1+1)*cmd|' /C calc'!A0",
    "marks": "z" + "\u0301\u0302\u0303" * 40,
    "wide": "ﷺ" * 30 + "𒐫" * 10,
    "joined": "👩‍👩‍👧‍👦 می‌شود ي‍ 中文 \ufeff\u200b",
}
assert len(STRINGS) == 30
DAY = dt.date(2023, 8, 9)


def fill(ledger: Ledger) -> list[Incident]:
    """The ledger holds a report, an account, a figure, a person, an incident and more for each string; gives the incidents."""
    incidents, persons, links = list[Incident](), list[Person](), list[Link]()
    for number, nasty in enumerate(STRINGS.values()):
        incidents.append(_append(ledger, number, nasty))
        told = {"accounts": (f"a{number}",), "incidents": (f"i{number}",), "mentions": ((f"r{number}", 0, len(nasty)),)}
        persons.append(Person(f"p{number}", {"en": (nasty,)}, ("victim",), ("killed",), **told))
        reasons = (Reason("day_same", 4.0, {"a": nasty, "b": nasty}), Reason(nasty, 1.0, {nasty: nasty}))
        links.append(Link("a0", f"a{number}", 3.0, reasons))
    ledger.append_links(links[1:])
    ledger.replace_incidents(incidents)
    ledger.replace_persons(persons)
    return incidents


def _append(ledger: Ledger, number: int, nasty: str) -> Incident:
    text = f"{nasty} An air strike killed three people near {nasty}, {nasty} said. More."
    ledger.append_source(Source(f"s{number}", nasty, "monitor", names=(nasty,), hosts=(f"n{number}.example",)))
    ledger.append_document(
        Document(f"{number:064x}", 9, "text/plain", nasty, nasty, "2023-08-10T00:00:00Z", nasty, nasty, ((nasty, nasty),))
    )
    ledger.append_report(
        Report(
            text, f"r{number}", f"{number:064x}", nasty, "en", DAY, nasty if number % 2 else f"https://n{number}.example/{nasty}",
            f"s{number}", nasty, unread=None, edited=nasty, forwarded_from=nasty,
            media=(Medium("image", "shown", None, nasty, nasty, nasty), Medium("video", "linked", None, nasty, nasty, nasty)),
        )
    )  # fmt: skip
    here, other = Mention(0, len(nasty), nasty, nasty), Mention(len(nasty) + 1, len(nasty) + 14, "An air strike", nasty)
    where = Place(nasty, None, "SY", nasty, 35.9, 36.6)
    who = Named(here, nasty, None, "military")
    account = Account(
        f"a{number}", f"r{number}", "airstrike", other, date=Dated(here, DAY, DAY), place=Placed(here, where, (where,)),
        perpetrators=(who,), targets=(who,), victims=(Named(here, nasty, None, "person"),), weapons=("bomb",),
        casualties=(Casualty(here, "killed", "civilians", 3, 3, nasty),), claims=(Claim(who, "reports", "event", (who,)),),
    )  # fmt: skip
    figure = Figure(f"f{number}", f"r{number}", "troops", here, 3, 5, who, Placed(here, where), nasty, who)
    refused = Refusal(nasty, 0, len(nasty), nasty, nasty)
    ledger.append_reading(Reading(f"r{number}", nasty, nasty, "en", True, (account,), (figure,), (refused,)))
    ledger.append_failure(Failure(f"{number:064x}", nasty, number, f"r{number}"))
    ledger.append_poll(Poll(f"https://n{number}.example/feed?{nasty}", "2023-08-10T00:00:00Z", nasty, problem=nasty))
    told = Told(nasty, nasty, (f"a{number}",), (nasty,), 1, ((f"r{number}", 0, len(nasty)),), (f"r{number}",), DAY)
    return Incident(
        f"i{number}", "airstrike", (f"a{number}",), (f"r{number}",), ("en",), nasty, start=DAY, end=DAY, place=where,
        values={"place": (told, replace(told, value="Idlib", label="Idlib")), "perpetrators": (told,), "victims": (told,)},
        tolls=(Toll("killed", "civilians", 3, 3, 4, nasty, (f"a{number}",)),), contradictions=("place", nasty),
        grade="weak", grade_reasons=(Reason(nasty, 0.0, {"party": nasty}),), victims=(nasty,),
        voices=(Voice(f"r{number}", Speaker(nasty), (f"r{number}",), ((Speaker(nasty), Speaker(nasty)),)),),
    )  # fmt: skip


def work(ledger: Ledger, incidents: list[Incident], who: str) -> list[str]:
    """Notes, searches, decisions, publications, errors and things that wait bear the strings too; gives the public ids."""
    ids = []
    for number, nasty in enumerate(STRINGS.values()):
        ledger.people.add_note(Note(f"a{number}", nasty[:100], "2023-08-10T00:00:00Z", nasty))
        ledger.people.save_search(SavedSearch(who, nasty[:100], f"/incidents?text={nasty}", "2023-08-10T00:00:00Z"))
        facts = {"accounts": [], "incidents": [nasty], "titles": [nasty], "names": [nasty]}
        kind, at = "graded" if number % 2 else nasty, f"2023-08-{1 + number % 28:02}T00:00:00Z"
        ledger.append_decision(Decision(f"d{number}", kind, f"a{number}", nasty, nasty, at, {**facts, "grade": nasty}))
        items.put(ledger, items.ERROR_REPORT, nasty, who=nasty, incident=f"i{number}")
    ledger.replace_incidents(incidents, stamp=f"{__version__}:{ledger.stamp()}")  # as if they had been computed from all that is there
    for number, nasty in enumerate(STRINGS.values()):
        if number % 6 == 0:
            ids.append(str(review.publish(ledger, f"i{number}", who="Editor 1", why=f"{nasty} seen").value["public_id"]))
            ledger.publications.tell_error(ErrorTold(f"E-{number}", ids[-1], 1, "2023-08-10T00:00:00Z", "where", nasty, nasty, nasty))
    return ids
