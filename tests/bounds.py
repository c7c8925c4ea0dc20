"""How thorough a test is: bounded in every run, whole with LONG=1 (`make test-long`). Tests that ask are marked `slow`."""

import os

WHOLE = os.environ.get("LONG") == "1"
_MANY = 40


def examples(count: int) -> int:
    """How many examples hypothesis makes."""
    return count * _MANY if WHOLE else count
