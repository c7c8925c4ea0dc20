"""Writes every golden file anew, by the tests that hold the code to them; look at the difference before committing.

python tools/regenerate_golden.py        (`make golden`)
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WRITERS = ("tests/export/test_exporters.py",)


def main() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    for writer in WRITERS:
        subprocess.run([sys.executable, writer], cwd=ROOT, env=environment, check=True)
        print(f"{writer}: golden files written")


if __name__ == "__main__":
    main()
