"""How a desk bears a team at work: many who read and some who decide, for a while; errors, lost decisions and seconds a page are told.

    python tools/bench_load.py                     50 readers, 5 who decide, 120 s, 20,000 incidents   (`make bench`)
    python tools/bench_load.py --incidents 100000 --ledger postgresql://…

The desk serves from a process of its own on the loopback. Readers walk through today, the inbox, lists, searches and incidents, and think
for a second between pages; who decides, each in a process of their own, accepts and takes back, each time another incident of theirs. At
the end every decision that the desk answered with a way back must stand in the ledger. Incidents are those of tools/bench_search.py.
"""

import argparse
import asyncio
import json
import os
import random
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
READERS, DECIDERS, SECONDS, INCIDENTS = 50, 5, 120.0, 20_000
THINKING_S = 1.0
LEAST = 2  # decisions that each makes, however slow the machine
WORDS = ("Deir", "Idlib", "strike", "قصف", "حملہ")


@dataclass(slots=True)
class Seen:
    """What one who works at the desk saw: seconds a page, answers that were no page, decisions that the desk said it made."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    decided: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--deciders", type=int, default=DECIDERS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--incidents", type=int, default=INCIDENTS)
    parser.add_argument("--ledger", help="made in a temporary folder unless given; one that holds incidents is used as it is")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tahqiq-load-") as folder:
        url = given.ledger or f"sqlite:///{folder}/ledger.db"
        incidents = prepare(url, given.incidents)
        found = run(url, incidents, readers=given.readers, deciders=given.deciders, seconds=given.seconds)
        print(told(found, url.partition(":")[0], len(incidents)))
        sys.exit(1 if found["errors"] or found["lost"] else 0)


def prepare(url: str, count: int) -> list[str]:
    """The ledger holds incidents; gives the ids of some to work on."""
    from bench_search import fill
    from tahqiq import __version__
    from tahqiq.ledger import Query, open_ledger
    from tahqiq.pipeline import now

    ledger = open_ledger(url)
    if not ledger.incidents(Query(limit=1)).total:
        fill(ledger, 3 * count)
        # As if this version had computed them: what is measured is a team's day, not the first linking of so many accounts.
        ledger.put_incidents((), stamp=f"{__version__}:{ledger.stamp()}", at=now())
    found = [one.id for one in ledger.incidents(Query(limit=2000)).items]
    ledger.close()
    return found


def run(url: str, incidents: Sequence[str], *, readers: int, deciders: int, seconds: float) -> dict[str, Any]:
    """The desk is asked by all of them for so long; gives seconds by page, errors, and decisions made, kept and lost."""
    from tahqiq.ledger import open_ledger

    ledger = open_ledger(url)
    before = {one.id for one in ledger.decisions()}
    cookies = _users(ledger, readers, deciders)
    server, address = _serve(url)
    try:
        _warm(address, cookies)
        with tempfile.TemporaryDirectory(prefix="tahqiq-load-") as folder:
            seen = _work(address, cookies, incidents, seconds, Path(folder))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)
    kept = Counter(one.id for one in ledger.decisions() if one.id not in before)
    ledger.close()
    made = [name for one in seen for name in one.decided]
    times: dict[str, list[float]] = {}
    for one in seen:
        for page, some in one.seconds.items():
            times.setdefault(page, []).extend(some)
    return {
        "seconds": times,
        "errors": dict(sum((one.errors for one in seen), Counter())),
        "made": len(made),
        "kept": sum(kept.values()),
        "lost": sorted(set(made) - kept.keys()),
    }


def told(found: dict[str, Any], database: str, incidents: int) -> str:
    """The figures as a table."""
    asked = sum(map(len, found["seconds"].values()))
    head = ["| page | asked | median ms | p95 ms |", "|---|--:|--:|--:|"]
    lines = [f"{database}, {incidents} incidents walked, {asked} answers", "", *head]
    every = [second for some in found["seconds"].values() for second in some]
    for page, some in [*sorted(found["seconds"].items()), ("all", every)]:
        if some:
            lines.append(f"| {page} | {len(some)} | {1000 * statistics.median(some):.0f} | {1000 * p95(some):.0f} |")
    lines += ["", f"{sum(found['errors'].values())} errors {found['errors'] or ''}".rstrip()]
    lines += [f"{found['made']} decisions made, {found['kept']} in the ledger, {len(found['lost'])} lost"]
    return "\n".join(lines)


def p95(some: Sequence[float]) -> float:
    return sorted(some)[min(len(some) - 1, int(0.95 * len(some)))]


def _users(ledger: Any, readers: int, deciders: int) -> list[tuple[str, str]]:
    """A name and a session of each; users of before go on."""
    from tahqiq.review import people

    found = []
    for role, count in (("reader", readers), ("editor", deciders)):
        for n in range(count):
            name = f"{role} {n}"
            if ledger.people.find(name) is None:
                people.add_user(ledger, name, role, secrets.token_urlsafe(32))
            found.append((role, people.begin(ledger, name)[1]))
    return found


def _serve(url: str) -> "tuple[subprocess.Popen[bytes], str]":
    """The desk in a process of its own, as `tahqiq serve` starts it."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    vault = tempfile.mkdtemp(prefix="tahqiq-load-vault-")
    command = [sys.executable, "-m", "tahqiq", "serve", "--ledger", url, "--vault", vault, "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ.copy())
    for _ in range(600):
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return server, f"http://127.0.0.1:{port}"
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("the desk did not start")


def _warm(address: str, cookies: Sequence[tuple[str, str]]) -> None:
    """The desk has loaded what it loads at its first pages: a day has one first page, and many others."""
    import httpx

    for path in ("/today", "/inbox", "/incidents"):
        httpx.get(f"{address}{path}", headers={"cookie": f"tahqiq_session={cookies[0][1]}"}, timeout=300)


def _work(address: str, cookies: Sequence[tuple[str, str]], incidents: Sequence[str], seconds: float, folder: Path) -> list[Seen]:
    """Readers work in one process, each who decides in one of their own: nothing but the desk and the ledger is between them."""
    readers = [token for role, token in cookies if role == "reader"]
    deciders = [token for role, token in cookies if role != "reader"]
    parts = [("read", readers, incidents)] if readers else []
    parts += [("decide", [token], incidents[n :: len(deciders)]) for n, token in enumerate(deciders)]
    running = []
    for n, (kind, tokens, mine) in enumerate(parts):
        job = {"kind": kind, "tokens": tokens, "incidents": list(mine), "seconds": seconds, "address": address, "seed": n}
        (folder / f"{n}.json").write_text(json.dumps(job), "utf-8")
        running.append(subprocess.Popen([sys.executable, __file__, "--work", str(folder / f"{n}.json")]))
    for one in running:
        if one.wait(timeout=seconds + 300):
            raise RuntimeError("a worker failed; what it said stands above")
    found = []
    for n in range(len(parts)):
        said = json.loads((folder / f"{n}.json.out").read_text("utf-8"))
        found.append(Seen(said["seconds"], Counter(said["errors"]), said["decided"]))
    return found


# -- one process of those who work ------------------------------------------------------------------------------------


def work(path: str) -> None:
    job = json.loads(Path(path).read_text("utf-8"))
    seen = asyncio.run(_all(job))
    Path(f"{path}.out").write_text(json.dumps({"seconds": seen.seconds, "errors": seen.errors, "decided": seen.decided}), "utf-8")


async def _all(job: dict[str, Any]) -> Seen:
    import httpx

    seen, until = Seen(), time.monotonic() + job["seconds"]
    limits = httpx.Limits(max_connections=len(job["tokens"]) + 1)
    async with httpx.AsyncClient(base_url=job["address"], timeout=180, limits=limits) as client:
        one = _read if job["kind"] == "read" else _decide
        tasks = [
            one(client, token, job["incidents"], until, random.Random(job["seed"] * 1000 + n), seen)
            for n, token in enumerate(job["tokens"])
        ]
        await asyncio.gather(*tasks)
    return seen


async def _read(client: Any, token: str, incidents: Sequence[str], until: float, chance: random.Random, seen: Seen) -> None:
    await asyncio.sleep(chance.random() * THINKING_S)
    while time.monotonic() < until:
        page, path = chance.choice(
            (
                ("today", "/today"),
                ("list", "/incidents"),
                ("list", f"/incidents?country={chance.choice(('SY', 'AF', 'IQ', 'PK'))}"),
                ("search", f"/incidents?text={chance.choice(WORDS)}"),
                ("incident", f"/incidents/{chance.choice(incidents)}"),
                ("incident", f"/incidents/{chance.choice(incidents)}"),
                ("inbox", "/inbox"),
            )
        )
        await _asked(client, token, "GET", page, path, seen)
        await asyncio.sleep(chance.uniform(0.5, 1.5) * THINKING_S)


async def _decide(client: Any, token: str, incidents: Sequence[str], until: float, chance: random.Random, seen: Seen) -> None:
    from tahqiq.review.people import csrf

    word = csrf(token)
    for made, name in enumerate(incidents):
        if made >= LEAST and time.monotonic() >= until:
            return
        await _asked(client, token, "GET", "inbox", "/inbox", seen)
        form = {"csrf": word, "act": "accept", "incident": name, "why": f"seen {chance.random()}", "back": "/inbox"}
        where = await _asked(client, token, "POST", "decide", "/decisions", seen, form)
        done = [part.removeprefix("did=") for part in where.partition("?")[2].split("&") if part.startswith("did=")]
        seen.decided += [one for told_ids in done for one in told_ids.split(",")]
        if done and chance.random() < 0.2:
            form = {"csrf": word, "act": "take_back", "decision": done[0], "back": "/inbox"}
            where = await _asked(client, token, "POST", "take back", "/decisions", seen, form)
            seen.decided += [part.removeprefix("did=") for part in where.partition("?")[2].split("&") if part.startswith("did=")]
        await asyncio.sleep(chance.uniform(0.5, 1.5) * THINKING_S)


async def _asked(client: Any, token: str, method: str, page: str, path: str, seen: Seen, form: dict[str, str] | None = None) -> str:
    """Where the answer leads; what is neither a page nor a way back is an error."""
    began = time.monotonic()
    try:
        answer = await client.request(method, path, data=form, headers={"cookie": f"tahqiq_session={token}"})
    except Exception as error:
        seen.errors[f"{page}: {type(error).__name__}"] += 1
        return ""
    seen.seconds.setdefault(page, []).append(time.monotonic() - began)
    if answer.status_code != (200 if form is None else 303):
        seen.errors[f"{page}: {answer.status_code}"] += 1
        return ""
    return str(answer.headers.get("location", ""))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2])
    else:
        main()
