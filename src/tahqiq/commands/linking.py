"""The commands of linking: why accounts are held to be of one happening or not, and what is learned from what persons said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import click

from tahqiq.commands import LEDGER, plainly, settings_of, write
from tahqiq.model import Account, Link, Report, to_json

_WIDTH = 7
_PLAIN = dict.fromkeys(range(0x2066, 0x206A))  # marks of direction, which a page needs and a terminal shows as boxes


@click.command("explain")
@click.argument("incidents", nargs=-1, metavar="INCIDENT|ACCOUNT...")
@click.option("--pair", nargs=2, metavar="ACCOUNT ACCOUNT", help="These two accounts, linked or not, and what settled it.")
@click.option("--all", "all_pairs", is_flag=True, help="Every pair, not only the best and the worst of each account.")
@click.option("--language", default="en", help="The language of the reasons: en, ar, ur or fa.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a pair: the accounts, their score, each reason with its weight.")
@LEDGER
@plainly
def explain_incident(
    incidents: tuple[str, ...], pair: tuple[str, str] | None, all_pairs: bool, language: str, as_json: bool, ledger: str | None
) -> None:
    """Say why the accounts of an incident are held to be of one happening, pair by pair, as a sum of weights.

    \b
      tahqiq explain INCIDENT                   the pairs of its accounts
      tahqiq explain INCIDENT OTHER             why those of one are not held to be of the other
      tahqiq explain ACCOUNT ACCOUNT            any two accounts
      tahqiq explain --pair ACCOUNT ACCOUNT     any two accounts, and what settled that they are together or apart

    Weights are in bits: one more is twice the odds. Two accounts are held to be of one happening from the threshold on, and clusters by
    the mean over their pairs, so that one pair may lie under it.
    """
    from tahqiq.ledger import open_ledger
    from tahqiq.linking import load_weights

    desk = open_ledger(settings_of(ledger=ledger).ledger)
    if pair:
        _tell_pair(desk, pair, language, as_json=as_json)
        return
    if not incidents:
        raise click.UsageError("name an incident, accounts, or --pair ACCOUNT ACCOUNT")
    sides = [_accounts(desk, name) for name in incidents]
    pairs = list(combinations(sides[0], 2)) if len(sides) == 1 else [(a, b) for x, y in combinations(sides, 2) for a in x for b in y]
    pairs = [(a, b) for a, b in pairs if a.id != b.id]
    links = _explained(desk, pairs)
    chosen = links if all_pairs or (len(sides) == 2 == len(incidents) and len(links) <= 2) else _telling(links)
    accounts = {account.id: account for side in sides for account in side}
    threshold = load_weights().threshold
    for link in sorted(chosen, key=lambda link: (-link.score, link.a, link.b)):
        if as_json:
            write(to_json(link) | {"threshold": threshold})
        else:
            click.echo(_waterfall(link, accounts, desk, threshold, language))
    if not links:
        click.echo("there is one account alone, and nothing to compare it with")


# What settled a pair, for the terminal; the desk says it in its own words.
_SETTLED = {
    "person_together": "a person said that they are of one happening ({decision})",
    "person_apart": "a person said that they are not of one happening ({decision})",
    "one_report": "one report tells both, and tells them apart",
    "together": "they stand in one incident",
    "together_by_others": "they stand in one incident by what others of it share with them",
    "not_met": "they are apart: they share nothing by which two accounts come to be compared",
    "too_little": "they are apart: they agree under the threshold",
    "clusters_differ": "they are apart: the two agree, but the others of their incidents do not",
}


def _tell_pair(desk: Any, pair: tuple[str, str], language: str, *, as_json: bool) -> None:
    from tahqiq.pipeline import pair_explanation

    found = pair_explanation(desk, *pair)
    if as_json:
        write(to_json(found))
        return
    accounts = {name: desk.account(name) for name in pair}
    click.echo(_waterfall(found.link, accounts, desk, found.threshold, language).rstrip("\n"))
    click.echo(f"  {_SETTLED[found.settled].format(decision=found.decision)}")


def _accounts(desk: Any, name: str) -> tuple[Account, ...]:
    from tahqiq.errors import UnknownName

    try:
        return tuple(desk.accounts_of(desk.incident(name).accounts))
    except UnknownName:
        return (desk.account(name),)


def _explained(desk: Any, pairs: Iterable[tuple[Account, Account]]) -> list[Link]:
    """Each pair compared among all that the ledger holds: how rare a word is depends on the others."""
    from tahqiq.linking import explain_all

    reports = {report.id: report for report in desk.reports()}
    wanted = list(pairs)
    beside = desk.accounts_of_reports(sorted({account.report for pair in wanted for account in pair}))
    return list(explain_all(wanted, beside, reports))


def _telling(links: Sequence[Link]) -> list[Link]:
    """Of each account the pair that speaks most for its being here, and the one that speaks least."""
    chosen: dict[tuple[str, str], Link] = {}
    for name in sorted({name for link in links for name in (link.a, link.b)}):
        own = [link for link in links if name in (link.a, link.b)]
        for link in (max(own, key=lambda link: link.score), min(own, key=lambda link: link.score)):
            chosen[link.a, link.b] = link
    return list(chosen.values())


def _waterfall(link: Link, accounts: Mapping[str, Account], desk: Any, threshold: float, language: str) -> str:
    from tahqiq.web.reasons import link_reason
    from tahqiq.web.wording import load_wording

    wording = load_wording(language)
    lines = [f"{_named(accounts[name], desk)}" for name in (link.a, link.b)]
    total = 0.0
    for reason in sorted(link.reasons, key=lambda reason: -reason.weight):
        total += reason.weight
        lines.append(f"  {reason.weight:+{_WIDTH}.2f} {total:{_WIDTH}.2f}  {link_reason(replace(reason, weight=0.0), wording).text}")
    verdict = "of one happening" if link.score >= threshold else "not enough by itself"
    lines.append(f"  {link.score:{_WIDTH}.2f}          {verdict}; the threshold is {threshold:g}")
    return "\n".join(lines).translate(_PLAIN) + "\n"


def _named(account: Account, desk: Any) -> str:
    report = desk.report(account.report)
    told = [account.event_type.replace("_", " "), account.place.place.name if account.place else "", _day(account)]
    where = report.source or report.url or report.id
    return f"{account.id}  {', '.join(part for part in told if part)}; {where}{f', {report.published}' if report.published else ''}"


def _day(account: Account) -> str:
    return account.date.start.isoformat() if account.date else ""


def learned(given: Sequence[tuple[Report, Mapping[str, Any]]], stages: Any, ledger: str | None) -> str:
    """The weights file that is learned from reports of known incidents, and from the decisions of a ledger where one is named."""
    from tahqiq.linking import load_weights
    from tahqiq.linking.fitting import as_yaml, fit
    from tahqiq.linking.training import UNDER_EVEN, listed_pairs, tried
    from tahqiq.pipeline import prepare

    reports: dict[str, Report] = {}
    accounts: list[Account] = []
    happening, group, languages = {}, {}, {}
    for number, (report, line) in enumerate(given):
        known = prepare(replace(report, id=f"{number:06}", language=None), None, stages)
        reports[known.id] = known
        languages[known.id] = str(line.get("language") or known.language)
        if incident := line.get("incident"):
            happening[known.id] = str(incident)
        group[known.id] = str(line.get("hard_negative_for") or incident or known.id)
        accounts += stages.read(known).accounts
    if not happening:
        raise ValueError('no line has an "incident": there is nothing to learn from')
    weights = load_weights()
    pairs = listed_pairs(accounts, reports, happening, group, weights)
    figures = tried(pairs, languages, happening, weights)
    decided = _decided(ledger, weights) if ledger else ()
    fitted = fit([*pairs, *decided])
    one, two = fitted.pairs
    told = ", ".join(f"{name.replace('_', ' ')} {value:.2f}" for name, value in to_json(figures).items())
    click.echo(f"{one} pairs of one happening, {two} of two ({len(decided)} by decisions); held out by incident: {told}", err=True)
    source = f"fitted on {one} pairs of one happening and {two} of two, of {len(reports)} reports; held out by incident {told}"
    return as_yaml(fitted, weights.stories_why, weights.stories_joined_from + UNDER_EVEN, source.replace(":", ""))


def _decided(ledger: str, weights: Any) -> tuple[Any, ...]:
    from tahqiq.ledger import open_ledger
    from tahqiq.linking.training import decided_pairs

    desk = open_ledger(settings_of(ledger=ledger).ledger)
    return decided_pairs(tuple(desk.accounts()), {report.id: report for report in desk.reports()}, tuple(desk.decisions()), weights)


LINKING = (explain_incident,)
