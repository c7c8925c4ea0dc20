"""Who says what, side by side: rows are fields, columns are accounts, grouped by the claimant they rest on.

What comes in is an incident with its accounts and reports; what goes out is a `Matrix`. How a cell gets its state:

1. An account that tells nothing of a field is silent there.
2. Where the incident names the field among its contradictions, a cell with a value in dispute is disputed, and each of these values bears
   a letter, the most independently told first.
3. A value told by one account alone stands alone; one that others tell too is agreed.
4. A cell that says what the cell before it says, on the same claimant's word, is `same`: drawn calm, as one with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tahqiq.model import Account, Incident, Report, Told
from tahqiq.web.contexts import Cell, CellValue, Column, Matrix, Row, Side
from tahqiq.web.told import Teller, Value, report_address

# What is always asked, so that silence shows; other fields have a row where any account tells them.
ASKED = ("event_type", "place", "date", "perpetrators", "targets", "killed", "injured", "weapons")
OTHERS = ("victims", "missing", "detained", "abducted", "displaced")
ORDER = ("event_type", "place", "date", "perpetrators", "targets", "victims", "killed", "injured", *OTHERS[1:], "weapons", "claims")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Telling:
    """One account with its report, its values by field and the claimant it rests on."""

    account: Account
    report: Report
    values: Mapping[str, tuple[Value, ...]]
    claimant: str
    copy_of: str

    def says(self, field: str) -> tuple[str, ...]:
        return tuple(value.label for value in self.values.get(field, ()))


def build(
    incident: Incident, accounts: Sequence[Account], reports: Mapping[str, Report], copies: Mapping[str, str], teller: Teller
) -> Matrix:
    """The matrix of an incident; `copies` leads from a copying report to the report it copies."""
    tellings = _ordered([_telling(account, reports, copies, teller) for account in accounts if account.report in reports])
    sides, columns = _heads(tellings, teller)
    told = {field for telling in tellings for field in telling.values}
    fields = [field for field in ORDER if field in ASKED or field in told]
    rows = [_row(field, incident, tellings, columns, teller) for field in fields]
    return Matrix(tuple(sides), tuple(columns), tuple(rows))


def _telling(account: Account, reports: Mapping[str, Report], copies: Mapping[str, str], teller: Teller) -> Telling:
    report = reports[account.report]
    by_field: dict[str, list[Value]] = {}
    for value in teller.values(account):
        by_field.setdefault(value.field, []).append(value)
    original = reports.get(copies.get(report.id, ""))
    copied = teller.outlet(original) if original is not None and original.id != report.id else ""
    return Telling(account, report, {field: tuple(values) for field, values in by_field.items()}, _claimant(account), copied)


def _claimant(account: Account) -> str:
    """Whose word the account rests on: the first quoted for the happening as a whole, else the first quoted at all."""
    for claim in [*(c for c in account.claims if c.about == "event"), *account.claims]:
        return claim.claimant.actor or claim.claimant.name
    return ""


def _ordered(tellings: list[Telling]) -> list[Telling]:
    """Claimants in the order of their first account, those with most accounts first; copies after what they copy."""
    first = {t.claimant: place for place, t in reversed(list(enumerate(tellings)))}
    size = {claimant: sum(t.claimant == claimant for t in tellings) for claimant in first}
    return sorted(tellings, key=lambda t: (not t.claimant, -size[t.claimant], first[t.claimant], bool(t.copy_of), tellings.index(t)))


def _heads(tellings: Sequence[Telling], teller: Teller) -> tuple[list[Side], list[Column]]:
    sides: list[Side] = []
    columns: list[Column] = []
    before: str | None = None
    for telling in tellings:
        starts = telling.claimant != before
        before = telling.claimant
        if starts:
            sides.append(_side(telling, teller))
        else:
            sides[-1] = replace(sides[-1], columns=sides[-1].columns + 1)
        columns.append(_column(telling, starts, teller))
    return sides, columns


def _side(telling: Telling, teller: Teller) -> Side:
    claims = telling.account.claims
    if not claims:
        return Side(teller.wording("matrix.own_words"), "", 1)
    claim = next((c for c in claims if c.about == "event"), claims[0])
    stance = teller.wording.label("stances", claim.stance)
    return Side(teller.actor(claim.claimant), stance, 1, teller.quote(telling.report, claim.claimant.mention, teller.claim(claim)))


def _column(telling: Telling, starts: bool, teller: Teller) -> Column:
    report = telling.report
    return Column(
        account=telling.account.id,
        report=report.id,
        address=report_address(report.id),
        outlet=teller.outlet(report),
        language=teller.script(report.language),
        published=teller.wording.day(report.published) if report.published else "",
        copy_of=telling.copy_of,
        starts_side=starts,
    )


def _row(field: str, incident: Incident, tellings: Sequence[Telling], columns: Sequence[Column], teller: Teller) -> Row:
    versions = _versions(field, incident, tellings) if field in incident.contradictions else {}
    contested = field in incident.contradictions
    told = [telling.says(field) for telling in tellings]
    cells: list[Cell] = []
    for place, telling in enumerate(tellings):
        values = telling.values.get(field, ())
        same = bool(values) and place > 0 and not columns[place].starts_side and told[place] == told[place - 1]
        is_disputed = contested and (not versions or any((telling.account.id, value.label) in versions for value in values))
        shown = tuple(_shown(value, telling, versions, teller) for value in values)
        cells.append(Cell(_state(told, place, is_disputed), shown, same))
    return Row(field, teller.field(field), _assessed(field, incident, teller), contested, tuple(cells))


def _state(told: Sequence[tuple[str, ...]], place: int, is_disputed: bool) -> str:
    if not told[place]:
        return "silent"
    if is_disputed:
        return "disputed"
    others = [says for other, says in enumerate(told) if other != place]
    return "agreed" if any(set(told[place]) & set(says) for says in others) else "alone"


def _shown(value: Value, telling: Telling, versions: Mapping[tuple[str, str], str], teller: Teller) -> CellValue:
    gloss = f"{teller.field(value.field)}: {value.label}"
    quote = teller.quote(telling.report, value.mention, gloss) if value.mention else None
    return CellValue(value.label, versions.get((telling.account.id, value.label), ""), value.mark, quote)


def _versions(field: str, incident: Incident, tellings: Sequence[Telling]) -> dict[tuple[str, str], str]:
    """A letter for each distinct value that is in dispute, in the incident's own order; empty where there is only one.

    Of an incident that does not say which of a field's values are in dispute, all are.
    """
    order = incident.values.get(field, ())
    in_dispute = {value for dispute in incident.disputes if dispute.field == field for value in dispute.values}
    letters: dict[str, str] = {}
    found: dict[tuple[str, str], str] = {}
    for telling in tellings:
        for value in telling.values.get(field, ()):
            name = _told_name(value, telling, order)
            if not in_dispute or (name.isdigit() and order[int(name)].value in in_dispute):
                found[(telling.account.id, value.label)] = name
    ranked = sorted(set(found.values()), key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name))
    for name, letter in zip(ranked, LETTERS):
        letters[name] = letter
    if len(ranked) < 2:
        return {}
    return {key: letters.get(name, "") for key, name in found.items()}


def _told_name(value: Value, telling: Telling, order: Sequence[Told]) -> str:
    """Which of the incident's values this is, by the mention, else by the account; its own words where it is none of them."""
    if value.mention:
        at = (telling.report.id, value.mention.start, value.mention.end)
        for place, told in enumerate(order):
            if at in {tuple(mention) for mention in told.mentions}:
                return str(place)
    for place, told in enumerate(order):
        if telling.account.id in told.accounts:
            return str(place)
    return value.label


def _assessed(field: str, incident: Incident, teller: Teller) -> str:
    """The value the incident holds, with its rule, for the row's head; nothing where the field is only told."""
    tolls = [toll for toll in incident.tolls if toll.effect == field]
    if not tolls:
        held = _held(field, incident, teller) if len(incident.values.get(field, ())) > 1 else ""
        return teller.wording("matrix.assessed", told=held, rule=teller.wording("matrix.by_most")) if held else ""
    toll = tolls[0]
    return teller.wording("matrix.assessed", told=teller.wording.range(toll.low, toll.high), rule=rule_words(toll.rule, teller))


def _held(field: str, incident: Incident, teller: Teller) -> str:
    """What the incident holds of a field that is told in several ways: the value that fits what most independent origins tell."""
    if field == "event_type":
        return teller.wording.label("event_types", incident.event_type)
    if field == "place" and incident.place:
        return teller.place(incident.place)
    if field == "date" and incident.start:
        return teller.wording.days(incident.start, incident.end or incident.start)
    return ""


def rule_words(rule: str, teller: Teller) -> str:
    """The rule in words; a codebook's own rule, else the rule that it shares with the incident's own tolls."""
    for name in (rule, rule.partition("_")[2]):
        if teller.wording.has(f"rule.{name}"):
            return teller.wording(f"rule.{name}")
    return rule.replace("_", " ")
