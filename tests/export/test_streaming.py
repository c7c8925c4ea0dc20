"""A large ledger is written in the memory of a small one: measured in processes of their own, on generated ledgers.

Whole with LONG=1: every format, at 10,000 and 100,000 incidents.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bounds import WHOLE
from tahqiq.export import TABLE

SMALL, LARGE = (10_000, 100_000) if WHOLE else (300, 2_000)
FORMATS = list(TABLE) if WHOLE else ["csv"]
MOST_MB = 400 if WHOLE else 60  # more for the large one: what SQLite maps of its file counts too


def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_exports", Path(__file__).parents[2] / "tools" / "bench_exports.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("streaming")
    files = {count: folder / f"{count}.db" for count in (SMALL, LARGE)}
    for count, file in files.items():
        bench().fill(file, count)
    return files


@pytest.mark.slow
@pytest.mark.timeout(3600 if WHOLE else 300)
@pytest.mark.parametrize("form", FORMATS)
def test_ten_times_the_incidents_take_hardly_more_memory(form: str, ledgers: dict[int, Path]) -> None:
    small, large = (bench().measure(form, file, count) for count, file in ledgers.items())

    assert large.peak_mb - small.peak_mb < MOST_MB
    if form != "hapi":
        assert large.size > 4 * small.size
