"""What persons note of an incident: discussion beside decisions, tied to the words of an account as decisions are.

What comes in are incidents and words; what goes out are notes. A note is nobody's decision and changes nothing.
"""

from tahqiq.deciding import Follower, named_accounts, tie
from tahqiq.errors import LedgerConflict
from tahqiq.ledger import Ledger
from tahqiq.ledger.people import Note
from tahqiq.model import Decision, Incident
from tahqiq.pipeline import now
from tahqiq.refusing import refused

LONGEST_NOTE = 5000  # code points
_NOTED = "noted"


def add_note(ledger: Ledger, incident: str, text: str, *, who: str) -> Note:
    """The incident has this note, wherever its first account goes.

    Raises: LedgerConflict where there are no words, or too many; UnknownName where there is no such incident.
    """
    told = text.strip()
    if not told or len(told) > LONGEST_NOTE:
        raise refused(LedgerConflict, "long_note", most=LONGEST_NOTE)
    found = ledger.accounts_of(ledger.incident(incident).accounts, as_read=True)[0]
    note = Note(found.id, who, now(), told, **tie(found))
    ledger.people.add_note(note)
    return note


def notes(ledger: Ledger, incident: Incident) -> tuple[Note, ...]:
    """What was noted of the incident, the oldest first; notes of an account that a later reader made anew follow its words."""
    mine, found = set(incident.accounts), ledger.people.notes(incident.accounts, incident.reports)
    others = [note for note in found if note.account not in mine]
    if not others:
        return found
    stand = {account.id for account in ledger.accounts_of([note.account for note in others], as_read=True)}
    asked = [_as_decision(note) for note in others if note.account not in stand]
    follower = Follower(ledger.accounts_of_reports(dict.fromkeys(incident.reports)), asked)
    here = {d.id for d in asked if follower.find(d, named_accounts(d)[0]) in mine}
    return tuple(note for note in found if note.account in mine or _name(note) in here)


def _as_decision(note: Note) -> Decision:
    """The note as something that follows words."""
    words = {"report": note.report, "start": note.start, "end": note.end, "event_type": note.event_type}
    return Decision(_name(note), _NOTED, note.account, note.who, note.text, note.at, {"ties": {note.account: words}})


def _name(note: Note) -> str:
    return f"{note.account} {note.at} {note.who}"
