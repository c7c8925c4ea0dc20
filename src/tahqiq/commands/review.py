"""The commands of review: decide, take-back, history, inbox."""

from collections.abc import Callable
from typing import Any

import click

from tahqiq.commands import LEDGER, counted, plainly, settings_of, write
from tahqiq.model import Decision, to_json

_WHO = click.option("--who", envvar="TAHQIQ_WHO", default="", help="Who decides. [TAHQIQ_WHO]")
_WHY = click.option("--why", default="", help="Why; nothing is decided without a reason.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of sentences.")


@click.group()
def decide() -> None:
    """Decide of incidents and accounts: a person's word wins over linking and reading, in any later run.

    \b
      tahqiq decide merge INCIDENT OTHER --who "R. Editor" --why "one strike, told on two days"
      tahqiq decide correct ACCOUNT killed "3 civilians" --on "three villagers" --who … --why …
      tahqiq take-back DECISION --who … --why …
    """


def _deciding(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (_WHY, _WHO, LEDGER):
        command = option(command)
    return command


def _open(ledger: str | None) -> Any:
    from tahqiq.ledger import open_ledger

    return open_ledger(settings_of(ledger=ledger).ledger)


def _tell(desk: Any, decision: Decision) -> None:
    from tahqiq.review.history import words

    click.echo(f"decision {decision.id}: {words(decision, desk.decisions())}")


@decide.command("merge")
@click.argument("incidents", nargs=-1, required=True)
@_deciding
@plainly
def merge(incidents: tuple[str, ...], ledger: str | None, who: str, why: str) -> None:
    """The INCIDENTS are one. Of two public ids the older stays; the other leads to it."""
    from tahqiq import review

    desk = _open(ledger)
    decision = review.merge(desk, incidents, who=who, why=why)
    _tell(desk, decision)
    found = desk.incident(incidents[0])
    also = f", also known as {', '.join(found.former_public_ids)}" if found.former_public_ids else ""
    click.echo(f"incident {found.public_id or found.id}: {counted(len(found.accounts), 'account')}{also}")


@decide.command("apart")
@click.argument("one")
@click.argument("other")
@_deciding
@plainly
def apart(one: str, other: str, ledger: str | None, who: str, why: str) -> None:
    """The incidents ONE and OTHER are not the same, however alike later reports make them."""
    from tahqiq import review

    desk = _open(ledger)
    _tell(desk, review.keep_apart(desk, one, other, who=who, why=why))


@decide.command("split")
@click.argument("incident")
@click.argument("accounts", nargs=-1, required=True)
@_deciding
@plainly
def split(incident: str, accounts: tuple[str, ...], ledger: str | None, who: str, why: str) -> None:
    """The ACCOUNTS (their ids, or their reports') tell of another happening than the rest of INCIDENT."""
    from tahqiq import review

    desk = _open(ledger)
    decision = review.split(desk, incident, accounts, who=who, why=why)
    _tell(desk, decision)
    for found in desk.incidents_of_accounts((decision.subject, *decision.value["accounts"])):
        click.echo(f"incident {found.id}: {counted(len(found.accounts), 'account')}, {found.title}")


@decide.command("correct")
@click.argument("account")
@click.argument("slot")
@click.argument("value")
@click.option("--on", "standing_on", default="", help="The words of the report that say so; those of the value before unless given.")
@_deciding
@plainly
def correct(account: str, slot: str, value: str, standing_on: str, ledger: str | None, who: str, why: str) -> None:
    """The SLOT of ACCOUNT holds VALUE, whatever was read; the reader's value stays beside it.

    \b
    SLOT                           VALUE
    place                          a name in any script, a registry id, or NAME, LAT, LON
    date                           2023-07-07 or 2023-07-07/2023-07-09
    killed, injured, missing …     3, 3-5, 3+, or by group: 3 civilians; 2 fighters
    perpetrators, targets, victims names, ; between them
    weapons, event_type, status    codes of the codebook
    none empties a slot.
    """
    from tahqiq import review

    settings = settings_of(ledger=ledger)
    desk = _open(ledger)
    _tell(desk, review.correct(desk, account, slot, value, who=who, why=why, standing_on=standing_on, places=settings.places))


@decide.command("reject")
@click.argument("account")
@_deciding
@plainly
def reject(account: str, ledger: str | None, who: str, why: str) -> None:
    """The ACCOUNT counts nowhere: the report does not tell what was read out of it."""
    from tahqiq import review

    desk = _open(ledger)
    _tell(desk, review.reject(desk, account, who=who, why=why))


@decide.command("accept")
@click.argument("incident")
@_deciding
@plainly
def accept(incident: str, ledger: str | None, who: str, why: str) -> None:
    """The INCIDENT was reviewed as it is now; what reports tell of it later waits in the inbox."""
    from tahqiq import review

    desk = _open(ledger)
    _tell(desk, review.accept(desk, incident, who=who, why=why))


@decide.command("publish")
@click.argument("incident")
@_deciding
@plainly
def publish(incident: str, ledger: str | None, who: str, why: str) -> None:
    """The INCIDENT is published under a public id that never changes."""
    from tahqiq import review

    desk = _open(ledger)
    _tell(desk, review.publish(desk, incident, who=who, why=why))


@decide.command("republish")
@click.argument("incident")
@_deciding
@plainly
def republish(incident: str, ledger: str | None, who: str, why: str) -> None:
    """What is public of the INCIDENT is what the desk holds now; WHY is shown with the change."""
    from tahqiq import review

    desk = _open(ledger)
    _tell(desk, review.republish(desk, incident, who=who, why=why))


@decide.command("grade")
@click.argument("incident")
@click.argument("given", metavar="GRADE")
@_deciding
@plainly
def grade(incident: str, given: str, ledger: str | None, who: str, why: str) -> None:
    """The INCIDENT has this civilian-harm GRADE; the computed one stays beside it."""
    from tahqiq import review

    desk = _open(ledger)
    _tell(desk, review.grade(desk, incident, given, who=who, why=why))


@decide.command("same-person")
@click.argument("one")
@click.argument("other")
@_deciding
@plainly
def same_person(one: str, other: str, ledger: str | None, who: str, why: str) -> None:
    """The records ONE and OTHER are of one person."""
    from tahqiq import review

    desk = _open(ledger)
    _tell(desk, review.same_person(desk, one, other, who=who, why=why))


@decide.command("not-same-person")
@click.argument("one")
@click.argument("other")
@_deciding
@plainly
def not_same_person(one: str, other: str, ledger: str | None, who: str, why: str) -> None:
    """The records ONE and OTHER are of two persons, however alike their names."""
    from tahqiq import review

    desk = _open(ledger)
    _tell(desk, review.not_same_person(desk, one, other, who=who, why=why))


@decide.command("person")
@click.argument("person")
@click.argument("field")
@click.argument("value")
@_deciding
@plainly
def person_is(person: str, field: str, value: str, ledger: str | None, who: str, why: str) -> None:
    """The FIELD (age, sex, status, role, family) of PERSON is VALUE."""
    from tahqiq import review

    desk = _open(ledger)
    _tell(desk, review.person_is(desk, person, field, value, who=who, why=why))


@click.command("persons")
@click.argument("name", nargs=-1)
@LEDGER
@click.option("--incident", help="Of this incident alone.")
@click.option("--alike", "as_pairs", is_flag=True, help="Pairs that may be one person, instead of persons.")
@click.option("--policy", default="internal", show_default=True, help="internal, partner or public: whose names are withheld.")
@click.option("--after", help="Those after this id.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=1), help="At most so many.")
@_JSON
@plainly
def persons(
    name: tuple[str, ...],
    ledger: str | None,
    incident: str | None,
    as_pairs: bool,
    policy: str,
    after: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Persons told of by NAME, in any letters: every name, age, sex, role and status told, and in how many incidents."""
    from tahqiq import review

    desk = _open(ledger)
    if as_pairs:
        if policy != "internal":
            raise ValueError("pairs are for the desk alone: they show names")
        pairs = review.inbox(desk, "person", limit=limit)
        for waiting in pairs:
            write(to_json(waiting)) if as_json else click.echo(waiting.sentence)
        if not as_json:
            click.echo(counted(len(pairs), "pair"))
        return
    of = desk.incident(incident).id if incident else None
    found = review.protected(desk, desk.persons(" ".join(name), incident=of, after=after, limit=limit), policy)
    for person in found:
        write(to_json(person)) if as_json else click.echo(_person(person))
    if not as_json:
        following = f"; more with --after {found[-1].id}" if len(found) == limit else ""
        click.echo(f"{counted(len(found), 'person')}{following}")


def _person(person: Any) -> str:
    names = " / ".join(dict.fromkeys(name for forms in person.names.values() for name in forms))
    ages = f"aged {' or '.join(map(str, person.ages))}" if person.ages else ""
    told = ", ".join(filter(None, [*person.roles, *person.statuses, ages, *person.sexes, *person.family]))
    return f"{person.id}  {names}: {told}; {counted(len(person.incidents), 'incident')}, {counted(len(person.accounts), 'account')}"


@click.command("take-back")
@click.argument("decision")
@_deciding
@plainly
def take_back(decision: str, ledger: str | None, who: str, why: str) -> None:
    """The DECISION (its id, or how it begins) does not stand any more. It is kept, and the taking back can be taken back."""
    from tahqiq import review

    desk = _open(ledger)
    _tell(desk, review.take_back(desk, decision, who=who, why=why))


@click.command("history")
@click.argument("incident")
@LEDGER
@_JSON
@plainly
def history(incident: str, ledger: str | None, as_json: bool) -> None:
    """What was decided of the INCIDENT and its accounts, by whom, when and why, also what was taken back."""
    from tahqiq import review
    from tahqiq.review.deciding import as_json as plain
    from tahqiq.review.history import words

    desk = _open(ledger)
    found = review.history(desk, incident)
    known = tuple(desk.decisions())
    for entry in found:
        by = entry.by
        if as_json:
            write({**plain(entry.decision), "state": entry.state, "by": by.id if by else None})
            continue
        ended = f" by {by.id[:8]} ({by.who}: {by.why})" if by else ""
        d = entry.decision
        click.echo(f"{d.at[:19]}  {d.id[:8]}  {d.who}: {words(d, known)}\n{'':31}{d.why} [{entry.state}{ended}]")
    if not as_json:
        now = desk.incident(incident)
        click.echo(f"{now.public_id or now.id}: {now.title}, {now.review}, {counted(len(found), 'decision')}")


@click.command("inbox")
@LEDGER
@click.option("--kind", help="Only this: lost, conflict, changed, grade, person, unreviewed.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="At most so many of each kind.")
@_JSON
@plainly
def inbox(ledger: str | None, kind: str | None, limit: int, as_json: bool) -> None:
    """What waits for a person: decisions that lost their words or contradict one another, incidents that changed since."""
    from tahqiq import review

    found = review.inbox(_open(ledger), kind, limit=limit)
    for one in found:
        if as_json:
            write(to_json(one))
        else:
            click.echo(f"{one.kind:<11}{one.incident or '-':<21}{one.sentence}{f' [{one.decision[:8]}]' if one.decision else ''}")
    if not as_json:
        click.echo(f"{counted(len(found), 'thing')} shown" if found else "nothing waits")


REVIEWING = (decide, take_back, history, inbox, persons)
