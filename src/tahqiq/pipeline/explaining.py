"""Why two accounts are held to be of one happening, or are not: what they share and do not, in bits, and what settled it.

Any pair can be asked for, whether or not it was ever compared: it is compared here as linking would, among all that the ledger holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tahqiq.deciding import NOT_SAME, SAME
from tahqiq.ledger import Ledger
from tahqiq.linking import explain_all, load_weights
from tahqiq.linking.blocking import may_meet
from tahqiq.linking.comparing import compare
from tahqiq.linking.numbering import number_of
from tahqiq.linking.relinking import unpacked
from tahqiq.model import Account, Link
from tahqiq.pipeline.catching_up import rarity_of
from tahqiq.pipeline.deciding import decided_in
from tahqiq.pipeline.stages import Stages, the_stages

# What settled it, in the order in which it is asked.
BY_A_PERSON_TOGETHER, BY_A_PERSON_APART = "person_together", "person_apart"  # a decision says so
ONE_REPORT = "one_report"  # accounts of one report are two happenings to it, and are not compared
TOGETHER = "together"  # they agree from the threshold on, and stand in one incident
BY_OTHERS = "together_by_others"  # they agree too little by themselves; others of their incident join them
NOT_MET = "not_met"  # they share nothing by which two accounts come to be compared
TOO_LITTLE = "too_little"  # they agree under the threshold
CLUSTERS_DIFFER = "clusters_differ"  # they agree, but the others of their incidents do not


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """Two accounts as they compare. `link` has every reason with its bits and their sum; `settled` is one of the names above.

    `decision` is the id of the decision that settled it, where one did.
    """

    link: Link
    threshold: float
    is_together: bool
    settled: str
    decision: str | None = None


def pair_explanation(ledger: Ledger, account_a: str, account_b: str, *, stages: Stages | None = None) -> PairExplanation:
    """What speaks for and against these two accounts' being of one happening, and what settled it; the order of the two is no matter.

    Raises: UnknownName where the ledger has no such account; ValueError where the two are one.
    """
    if account_a == account_b:
        raise ValueError(f"account {account_a}: two accounts are compared, and these are one")
    a, b = sorted((ledger.account(account_a), ledger.account(account_b)), key=lambda account: account.id)
    steps = stages or the_stages()
    weights = steps.weights() if steps.weights else load_weights()
    link, met = _compared(ledger, (a, b), steps)
    homes = [{incident.id for incident in ledger.incidents_of_accounts([account.id])} for account in (a, b)]
    is_together = bool(homes[0] & homes[1])
    said = _said(ledger, a, b)
    if said:
        settled = BY_A_PERSON_TOGETHER if said[0] == SAME else BY_A_PERSON_APART
        return PairExplanation(link, weights.threshold, is_together, settled, said[1])
    if a.report == b.report:
        settled = BY_OTHERS if is_together else ONE_REPORT
    elif is_together:
        settled = TOGETHER if met and link.score >= weights.threshold else BY_OTHERS
    elif not met:
        settled = NOT_MET
    else:
        settled = CLUSTERS_DIFFER if link.score >= weights.threshold else TOO_LITTLE
    return PairExplanation(link, weights.threshold, is_together, settled)


def _compared(ledger: Ledger, pair: Sequence[Account], steps: Stages) -> tuple[Link, bool]:
    """The two compared, and whether linking would have: by the shelf where they are on it, else among all reports."""
    weights = steps.weights() if steps.weights else load_weights()
    kept = {one.number: unpacked(one.bytes) for one in ledger.shelf.profiles([number_of(account.id) for account in pair])}
    rare = rarity_of(ledger)
    if len(kept) == len(pair) and rare is not None:
        a, b = (kept[number_of(account.id)] for account in pair)
        found = compare(a, b, weights, rare)
        assert found is not None  # nothing is too unlike to be explained
        return found, may_meet(a, b, rare)
    reports = {report.id: report for report in ledger.reports()}
    beside = ledger.accounts_of_reports(sorted({account.report for account in pair}))
    return next(explain_all([(pair[0], pair[1])], (*beside, *pair), reports, weights)), True


def _said(ledger: Ledger, a: Account, b: Account) -> tuple[str, str] | None:
    """What the last standing decision says of the two, with its id."""
    about = [d for d in ledger.decisions() if d.kind not in ("reviewed", "published", "graded")]
    for d in reversed(decided_in(ledger, about).pairs()):
        other = {str(name) for name in d.value["accounts"]}
        pair = {a.id, b.id}
        if d.kind == NOT_SAME and d.subject in pair and pair - {d.subject} <= other:
            return NOT_SAME, d.id.partition(".")[0]
        if d.kind == SAME and pair <= {d.subject, *other}:
            return SAME, d.id.partition(".")[0]
    return None
