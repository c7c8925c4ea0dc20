"""What became of incidents is told one after another, with why; whoever follows misses nothing, however many write at once."""

import subprocess
import sys

from deciding_made import DESK, home, take_in

from tahqiq import review
from tahqiq.ledger import Ledger, Query
from tahqiq.ledger.changes import Because, Change
from tahqiq.pipeline import rebuild


def since(ledger: Ledger, seq: int) -> list[Change]:
    return list(ledger.changes(seq))


def last(ledger: Ledger) -> int:
    return max((change.seq for change in ledger.changes(limit=10_000)), default=0)


def test_what_comes_in_is_new_because_of_its_report(ledger: Ledger) -> None:
    (account,) = take_in(ledger, "3 killed in Homs")
    (told,) = since(ledger, 0)
    assert (told.what, told.incident, told.because.reports) == ("new", home(ledger, account), ledger.incidents().items[0].reports)
    assert told.at.endswith("Z")
    rebuild(ledger, anew=True, stages=DESK)
    assert since(ledger, told.seq) == []


def test_merging_splitting_and_taking_back_are_told_with_the_decision(ledger: Ledger) -> None:
    a, b = take_in(ledger, "3 killed in Homs", "3 killed in Idlib")
    one, two = home(ledger, a), home(ledger, b)
    seen = last(ledger)
    merged = review.merge(ledger, [one, two], who="e", why="one", stages=DESK)
    now = home(ledger, a)
    told = {change.incident: change for change in since(ledger, seen)}
    went = [change for change in told.values() if change.what == "merged"]
    assert went and all(change.into == (now,) and change.because.decided == (merged.id,) for change in went)
    assert told[now].what in ("changed", "new") and set(told[now].out_of) == {one, two} - {now}
    seen = last(ledger)
    back = review.take_back(ledger, merged.id, who="e", why="two after all", stages=DESK)
    told = {change.incident: change for change in since(ledger, seen)}
    (split,) = [change for change in told.values() if change.what == "split"]
    assert split.incident == now and set(split.into) == {home(ledger, a), home(ledger, b)} - {now}
    assert split.because.taken_back == (merged.id,) and back.id not in split.because.decided


def test_publishing_and_withdrawing_are_told_with_the_public_id(ledger: Ledger) -> None:
    (account,) = take_in(ledger, "3 killed in Homs")
    seen = last(ledger)
    made = review.publish(ledger, home(ledger, account), who="e", why="checked", stages=DESK)
    (published,) = since(ledger, seen)
    assert (published.what, published.because) == ("published", Because(decided=(made.id,)))
    assert published.public_id == made.value["public_id"]
    review.take_back(ledger, made.id, who="e", why="not yet", stages=DESK)
    (withdrawn,) = since(ledger, published.seq)
    assert (withdrawn.what, withdrawn.public_id, withdrawn.because.taken_back) == ("withdrawn", published.public_id, (made.id,))


def test_an_incident_of_which_no_account_counts_is_gone(ledger: Ledger) -> None:
    (account,) = take_in(ledger, "3 killed in Homs")
    seen, name = last(ledger), home(ledger, account)
    made = review.reject(ledger, account, who="e", why="an exercise", stages=DESK)
    (gone,) = since(ledger, seen)
    assert (gone.what, gone.incident, gone.into) == ("gone", name, ())
    assert gone.because.without_reports or made.id in gone.because.decided


def test_a_correction_names_the_fields_that_differ(ledger: Ledger) -> None:
    (account,) = take_in(ledger, "3 killed in Homs")
    seen = last(ledger)
    made = review.correct(ledger, account, "killed", "7", who="e", why="footage", stages=DESK)
    (told,) = since(ledger, seen)
    assert told.what == "changed" and "tolls" in told.fields and told.because.decided == (made.id,)


_WRITE = """
import sys
from deciding_made import DESK, home, take_in
from tahqiq import review
from tahqiq.ledger import open_ledger
desk = open_ledger(sys.argv[1])
for n in range(5):
    (account,) = take_in(desk, str(n + 1) + " killed in Town" + "abcde"[n] + "xyz"[int(sys.argv[2][-1])] + " by " + sys.argv[2])
    made = review.publish(desk, home(desk, account), who=sys.argv[2], why="checked", stages=DESK)
    if n % 2:
        review.take_back(desk, made.id, who=sys.argv[2], why="not yet", stages=DESK)
print("written")
"""
_FOLLOW = """
import sys, time
from tahqiq.ledger import open_ledger
desk = open_ledger(sys.argv[1])
seq, idle, end = 0, 0, sys.argv[2]
while True:
    import os
    is_over = os.path.exists(end)
    found = desk.changes(seq, limit=3)
    for change in found:
        print(change.seq)
        seq = change.seq
    if is_over and not found:
        break
    time.sleep(0.001)
"""


def test_who_follows_while_many_write_sees_every_change_once_and_in_order(ledger: Ledger, ledger_url: str, tmp_path: object) -> None:
    end = f"{tmp_path}/over"
    path = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}

    def run(*job: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-c", *job], env=path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    follower = run(_FOLLOW, ledger_url, end)
    writers = [run(_WRITE, ledger_url, f"clerk {n}") for n in range(3)]
    told = [writer.communicate(timeout=200) for writer in writers]
    open(end, "w").close()  # noqa: PTH123
    followed, error = follower.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0, 0], told
    assert follower.returncode == 0, error
    assert [int(line) for line in followed.split()] == [change.seq for change in ledger.changes(limit=10_000)]
    assert len(followed.split()) >= 15 + 15 + 6
    assert ledger.incidents(Query(limit=1)).total == 15
