"""Holds the reader to its floors: scores per language and slot on gold that is not part of the project.

    python tests/gate/gate.py --shared ../shared            (`make gate`)
    python tests/gate/gate.py --shared ../shared --raise    write higher floors where the reader has got better

A floor is a measured score less one point, in floors.json beside the digest of the gold it was measured on; floors only rise.
Reports whose number is divisible by three are not measured: they are kept for a look at unseen text. Where the gold is absent
the gate says so and passes.
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

from tahqiq.evaluation import evaluate_reader, load_records

FLOORS = Path(__file__).parent / "floors.json"
FILES = ("ar", "ur", "fa", "en", "seeds")
SLACK = 1.0
HELD = (
    "record",
    "relevant",
    "event",
    "date",
    "place",
    "perpetrators",
    "targets",
    "victims",
    "weapons",
    "casualties",
    "sources",
    "language",
    "grounded",
)


def is_open(record_id: str) -> bool:
    """True for a report that floors are measured on."""
    return record_id.startswith("seed") or int(re.findall(r"\d+", record_id)[-1]) % 3 != 0


def measure(gold: Path) -> tuple[dict[str, dict[str, float]], str]:
    """Scores by file and slot, and the digest of the gold."""
    scores: dict[str, dict[str, float]] = {}
    digest = hashlib.sha256()
    for name in FILES:
        path = gold / f"{name}.jsonl"
        digest.update(path.read_bytes())
        records = [r for r in load_records(path) if is_open(str(r["id"]))]
        scores[name] = {slot: value for slot, value in evaluate_reader(records)["all"].items() if slot in HELD and value is not None}
    return scores, digest.hexdigest()[:16]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--raise", action="store_true", dest="raising")
    given = parser.parse_args()
    gold = given.shared / "gold"
    if not gold.is_dir():
        print(f"gate: no gold in {given.shared}, nothing held; passed")
        return
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.is_file() else {"gold": "", "floors": {}}
    scores, digest = measure(gold)
    if floors["gold"] not in ("", digest):
        print(f"gate: the gold has changed since the floors were measured ({floors['gold']} is now {digest})")
    below = []
    for name, by_slot in scores.items():
        for slot, score in by_slot.items():
            floor = floors["floors"].get(name, {}).get(slot, 0.0)
            if score < floor:
                below.append(f"{name} {slot}: {score:.1f} is below its floor {floor:.1f}")
        print(
            f"gate: {name:6}"
            + "".join(f" {slot} {by_slot[slot]:.1f}" for slot in ("record", "relevant", "event", "grounded") if slot in by_slot)
        )
    if given.raising:
        raised = {
            name: {
                slot: max(floors["floors"].get(name, {}).get(slot, 0.0), round(score - SLACK, 1), 0.0) for slot, score in by_slot.items()
            }
            for name, by_slot in scores.items()
        }
        FLOORS.write_text(json.dumps({"gold": digest, "floors": raised}, indent=1, sort_keys=True) + "\n", "utf-8")
    print("\n".join(below) or "gate: every floor holds")
    sys.exit(1 if below else 0)


if __name__ == "__main__":
    main()
