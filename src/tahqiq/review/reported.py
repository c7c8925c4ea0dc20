"""What readers say is wrong in a publication, and what editors answer: the first is kept as it came, the second is a decision.

What comes in is a reader's words, or an editor's verdict; what goes out is a number that the reader can ask by, and answers that stand.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from tahqiq.deciding import ERROR_ANSWERED, standing
from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Ledger
from tahqiq.ledger.publications import ErrorTold
from tahqiq.model import Decision, digest
from tahqiq.pipeline import decide, instant, now
from tahqiq.review import items
from tahqiq.review.deciding import take_back

ABOUT = ("number", "where", "when", "who", "named", "twice", "something")
VERDICTS = ("accepted", "not_accepted", "noted")
LONGEST, LONGEST_SOURCE, LONGEST_CONTACT = 3000, 500, 200  # code points
_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
_NUMBER = 12  # letters: nobody guesses another's


@dataclass(frozen=True, slots=True)
class Answer:
    """What an editor said; `note` is for the public to read."""

    decision: str
    verdict: str
    note: str
    who: str
    at: str


def told(public_id: str, edition: int, about: str, text: str, source: str = "", contact: str = "") -> ErrorTold:
    """What a reader said, under a number of its own. Raises: LedgerConflict where it is empty, too long, or about nothing known."""
    if about not in ABOUT:
        raise LedgerConflict(f"about {about!r}: an error is about one of {', '.join(ABOUT)}")
    if not text.strip() or len(text) > LONGEST or len(source) > LONGEST_SOURCE or len(contact) > LONGEST_CONTACT:
        raise LedgerConflict(f"say what is wrong in 1 to {LONGEST} letters")
    name = "E-" + "".join(secrets.choice(_LETTERS) for _ in range(_NUMBER))
    return ErrorTold(name, public_id, edition, now(), about, text.strip(), source.strip(), contact.strip())


def tell_error(ledger: Ledger, one: ErrorTold) -> ErrorTold:
    """It waits in the inbox. Raises: UnknownName where nothing is public under its id."""
    ledger.publications.head(one.public_id)
    if ledger.publications.tell_error(one):
        _wait(ledger, one)
    return one


def _wait(ledger: Ledger, one: ErrorTold) -> None:
    address = f"/errors#{one.id}"
    items.put(ledger, items.ERROR_REPORT, f"{one.id}: {one.text}", incident=one.public_id, address=address, facts={"about": one.about})


def _item(ledger: Ledger, name: str) -> str:
    """The id of what waits in the inbox for this error, empty where nothing does."""
    return next((item.id for item in items.waiting(ledger, items.ERROR_REPORT, limit=10_000) if item.address == f"/errors#{name}"), "")


def take_errors(ledger: Ledger, file: Path) -> int:
    """What a public host that has no desk wrote down waits in the inbox; gives how many were not known.

    Raises: LedgerConflict naming the line that is none.
    """
    known = {field.name for field in fields(ErrorTold)}
    new = 0
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            given = {name: value for name, value in json.loads(line).items() if name in known and name != "seq"}
            one = ErrorTold(**given)
        except (ValueError, TypeError, AttributeError):
            raise LedgerConflict(f"{file.name} line {number}: is nothing that a reader told") from None
        if ledger.publications.tell_error(one):
            _wait(ledger, one)
            new += 1
    return new


def as_line(one: ErrorTold) -> str:
    return json.dumps(asdict(one), ensure_ascii=False)


def answer(ledger: Ledger, name: str, verdict: str, note: str, *, who: str) -> Decision:
    """The error is answered: accepted, not_accepted or noted, with words for who told it. The latest answer counts.

    Raises: UnknownName for another verdict or number; LedgerConflict without words or a name.
    """
    one = ledger.publications.error(name)
    if verdict not in VERDICTS:
        raise UnknownName(f"verdict {verdict!r}: there are {', '.join(VERDICTS)}")
    said, by = " ".join(note.split()), " ".join(who.split())
    if not said or len(said) > LONGEST:
        raise LedgerConflict("say why: an answer has words")
    if not by:
        raise LedgerConflict("say who answers")
    at = instant(ledger)
    value = {"verdict": verdict, "public_id": one.public_id}
    decision = Decision(digest("decision", ERROR_ANSWERED, name, by, said, at, value), ERROR_ANSWERED, name, by, said, at, value)
    decide(ledger, (decision,))
    if waits := _item(ledger, name):
        items.close(ledger, waits, who=by, why=said)
    return decision


def take_answer_back(ledger: Ledger, name: str, *, who: str, why: str) -> Decision:
    """The latest answer does not stand any more, and the error waits again. Raises: UnknownName where it has none."""
    found = answers(ledger.decisions()).get(name)
    if found is None:
        raise UnknownName(f"{name}: has no answer to take back")
    back = take_back(ledger, found.decision, who=who, why=why)
    one = ledger.publications.error(name)
    if name not in answers(ledger.decisions()) and not _item(ledger, name):
        closed = items.put(ledger, items.ERROR_REPORT, f"{one.id}: {one.text}", incident=one.public_id, address=f"/errors#{one.id}")
        items.reopen(ledger, closed, who=who, why=why)
    return back


def answers(decisions: Iterable[Decision]) -> dict[str, Answer]:
    """By the number of each error that is answered, the latest answer that stands."""
    found: dict[str, Answer] = {}
    for d in standing(decisions):
        if d.kind == ERROR_ANSWERED:
            found[d.subject] = Answer(d.id, str(d.value.get("verdict", "")), d.why, d.who, d.at)
    return found
