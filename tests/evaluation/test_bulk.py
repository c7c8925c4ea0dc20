"""Thousands of real articles are read without fail, each in time, in little memory, and to the same bytes whatever the hash seed."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from made_sets import SHARED

from bounds import WHOLE

BULK = SHARED / "data" / "bulk"
EVERY = 1 if WHOLE else 60
SECONDS, MEGABYTES = 1.0, 600

pytestmark = [
    pytest.mark.slow,
    pytest.mark.shared,
    pytest.mark.timeout(3600 if WHOLE else 300),
    pytest.mark.skipif(not BULK.is_dir(), reason="the bulk texts are not beside this checkout"),
]


@cache
def readings() -> tuple[dict[str, Any], ...]:
    """What two runs of their own, each under a hash seed and side by side, made of the bulk texts."""
    command = [sys.executable, str(Path(__file__).with_name("bulk_reader.py")), str(BULK), str(EVERY)]
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONHASHSEED": seed})
        for seed in ("1", "4711")
    ]
    answers = []
    for run in runs:
        out, error = run.communicate()
        assert run.returncode == 0, error[-2000:]
        answers.append(json.loads(out))
    return tuple(answers)


def test_no_article_fails() -> None:
    answer = readings()[0]
    assert answer["failed"] == []
    assert answer["read"] >= 6054 // EVERY


def test_the_same_bytes_come_under_another_hash_seed() -> None:
    one, other = readings()
    assert one["digest"] == other["digest"]


def test_no_article_takes_longer_than_a_second() -> None:
    seconds, article = readings()[0]["slowest"]
    assert seconds <= SECONDS, f"{article} took {seconds:.2f} s"


def test_memory_stays_under_its_bound() -> None:
    assert readings()[0]["memory"] <= MEGABYTES
