"""Decisions in the reader's words, with what became of them.

What comes in are decisions and entries of a history; what goes out are `DecidedLine`s. Nothing is decided here.
"""

from collections.abc import Iterable, Sequence

from tahqiq.deciding import (
    CORRECTED,
    GRADED,
    NOT_SAME,
    NOT_SAME_PERSON,
    PERSON_IS,
    PUBLISHED,
    REJECTED,
    REPUBLISHED,
    REVIEWED,
    SAME,
    SAME_PERSON,
    TAKE_BACK,
    target,
)
from tahqiq.ledger import Ledger
from tahqiq.model import Decision
from tahqiq.review import Entry
from tahqiq.web.door import Visitor
from tahqiq.web.told import incident_address
from tahqiq.web.wording import Wording
from tahqiq.web.work import DecidedLine, Undo

# What a role must allow of whoever takes a decision of this kind back.
ACTS = {
    SAME: "merge",
    NOT_SAME: "apart",
    CORRECTED: "correct",
    REJECTED: "reject",
    REVIEWED: "accept",
    PUBLISHED: "publish",
    REPUBLISHED: "publish",
    GRADED: "grade",
    SAME_PERSON: "merge",
    NOT_SAME_PERSON: "merge",
    PERSON_IS: "correct",
}
STATES = {"stands": "stands", "taken back": "taken_back", "overruled": "overruled", "waits": "waits"}
MOST_UNDONE = 50


def said(decision: Decision, wording: Wording, known: Sequence[Decision] = ()) -> str:
    """What the decision says, in the reader's language."""
    value, kind = decision.value, decision.kind
    if kind == TAKE_BACK:
        before = next((d for d in known if d.id == target(decision)), None)
        return wording("decided.take_back", what=said(before, wording, known) if before else target(decision)[:8])
    if kind == NOT_SAME and value.get("together"):
        return wording("decided.split", n=1 + len(value.get("beside", ())))
    others = wording.together([str(name)[:12] for name in value.get("incidents", ())[1:]])
    slot = str(value.get("slot", ""))
    key = f"field.{slot}"
    facts: dict[str, str] = {
        "others": others,
        "slot": wording(key) if wording.has(key) else slot,
        "words": str(value.get("words") or value.get("to") or ""),
        "id": str(value.get("public_id") or ""),
        "grade": wording.label("grades", str(value.get("grade", ""))),
        "names": wording.together([str(name) for name in value.get("names", ())]),
    }
    return wording(f"decided.{kind}", **facts) if wording.has(f"decided.{kind}") else kind.replace("_", " ")


def may_take_back(decision: Decision, visitor: Visitor) -> bool:
    """One's own by whoever may still make it; another's by an editor."""
    if not visitor.name or not visitor.may(ACTS.get(decision.kind, "take_back")):
        return False
    return visitor.may("take_back_own" if decision.who == visitor.name else "take_back")


def line(decision: Decision, wording: Wording, visitor: Visitor, known: Sequence[Decision] = (), entry: Entry | None = None) -> DecidedLine:
    state = STATES[entry.state] if entry else "stands"
    named = decision.value.get("incidents") or ()
    return DecidedLine(
        id=decision.id,
        text=said(decision, wording, known),
        who=decision.who,
        at=wording.time(decision.at),
        why=decision.why,
        state=state,
        by=entry.by.who if entry and entry.by else "",
        incident=incident_address(str(named[0])) if named else "",
        may_take_back=state != "taken_back" and may_take_back(decision, visitor),
    )


def history_lines(entries: Iterable[Entry], wording: Wording, visitor: Visitor, known: Sequence[Decision]) -> tuple[DecidedLine, ...]:
    """The latest first."""
    return tuple(line(entry.decision, wording, visitor, known, entry) for entry in reversed(tuple(entries)))


def undo(ledger: Ledger, told: str, failed: str, wording: Wording, visitor: Visitor) -> Undo | None:
    """What the visitor just did, by the ids that the address tells; None where it tells none of theirs."""
    wanted = [name for name in told.split(",") if name][:MOST_UNDONE]
    count = int(failed) if failed.isascii() and failed.isdigit() and len(failed) < 5 else 0
    if (not wanted and not count) or not visitor.name:
        return None
    known = tuple(ledger.decisions())
    by_id = {d.id: d for d in known if d.who == visitor.name}
    lines = tuple(line(by_id[name], wording, visitor, known) for name in wanted if name in by_id)
    return Undo(lines, count) if lines or count else None
