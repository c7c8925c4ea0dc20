"""Work for tests of workers: functions of a module, as other processes must be able to find them."""

import os
import signal
import time
from pathlib import Path


def doubled(numbers: list[int]) -> list[int]:
    return [2 * n for n in numbers]


def with_process(number: int) -> tuple[int, int]:
    time.sleep(0.02)
    return number, os.getpid()


def refuses_seven(number: int) -> int:
    if number == 7:
        raise ValueError("seven is refused")
    return number


def dies_once(job: tuple[int, str]) -> int:
    """Kills its own process the first time that it is asked for 5."""
    number, folder = job
    mark = Path(folder) / "died"
    if number == 5 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def dies_of_three(numbers: list[int]) -> list[int]:
    """Kills its process each time that 3 is among its numbers."""
    if 3 in numbers:
        os.kill(os.getpid(), signal.SIGKILL)
    return numbers
