"""Work on several processes: its order, what a death costs, what a job that kills becomes."""

import sys
from pathlib import Path

import pytest

from tahqiq.workers import WorkerDied, Workers

sys.path.insert(0, str(Path(__file__).parent / "scale"))

from work import dies_of_three, dies_once, doubled, refuses_seven, with_process


def test_results_come_in_the_order_of_the_jobs_from_more_than_one_process() -> None:
    with Workers(2) as workers:
        found = list(workers.in_order(with_process, range(40)))
    assert [number for number, _ in found] == list(range(40))
    assert len({process for _, process in found}) == 2


def test_jobs_are_taken_as_they_are_needed_so_that_memory_does_not_grow() -> None:
    taken = []

    def given():  # type: ignore[no-untyped-def]
        for number in range(100):
            taken.append(number)
            yield number

    with Workers(2) as workers:
        found = workers.in_order(with_process, given())
        next(found)
        assert len(taken) < 10


def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    with Workers(2) as workers:
        found = list(workers.in_order(dies_once, [(n, str(tmp_path)) for n in range(20)]))
    assert found == [n * n for n in range(20)]
    assert (tmp_path / "died").exists()


def test_a_job_that_kills_every_worker_is_named_and_its_neighbours_are_done() -> None:
    jobs = [[n, n + 1] for n in range(0, 12, 2)]
    with Workers(2) as workers:
        found = list(workers.each(dies_of_three, jobs, died=lambda number: -number))
    assert found == [0, 1, 2, -3, 4, 5, 6, 7, 8, 9, 10, 11]


def test_one_job_that_kills_every_worker_is_raised() -> None:
    with Workers(1) as workers, pytest.raises(WorkerDied, match="each time"):
        list(workers.in_order(dies_of_three, [[1], [3]]))


def test_what_the_work_raises_is_raised_and_the_workers_go_on() -> None:
    with Workers(2) as workers:
        refused = workers.submit(refuses_seven, 7)
        with pytest.raises(ValueError, match="seven"):
            workers.result(refused)
        assert list(workers.in_order(refuses_seven, [1, 2])) == [1, 2]


def test_a_job_of_many_parts_gives_each_of_them() -> None:
    with Workers(2) as workers:
        assert list(workers.each(doubled, [[1, 2], [3]], died=int)) == [2, 4, 6]


def test_no_workers_are_refused() -> None:
    with pytest.raises(ValueError, match="one or more"):
        Workers(0)
