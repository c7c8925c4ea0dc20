"""Whether the desk is alive and ready, and its numbers for Prometheus.

`/health` says that the process answers; `/ready` whether it could do its work now: the ledger answers and has this version's tables, the
vault can be written, the disk has room. Both are answered to everybody and name nothing of the machine. `/metrics` is told to this
machine alone, or to an admin's key, as a setting says.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from tahqiq.errors import TahqiqError
from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger
from tahqiq.review.keys import allows, holder
from tahqiq.web.guard import LOOPBACK
from tahqiq.web.problems import Problem
from tahqiq.web.rendering import desk_of, twin
from tahqiq.web.telling import Measures

router = APIRouter(include_in_schema=False)
LEAST_FREE = 200_000_000  # bytes on the vault's disk under which nothing more should be taken in


@router.get("/health")
def health(request: Request) -> Response:
    return twin({"status": "ok", "version": desk_of(request).version})


@router.get("/ready")
def ready(request: Request) -> Response:
    """200 where everything holds, else 503, with what does not."""
    desk = request.app.state.desk
    checks = {"ledger": _answers(desk.ledger), **_vault(desk.vault)}
    status = 200 if all(checks.values()) else 503
    headers = {"cache-control": "no-store"} | ({"retry-after": "10"} if status == 503 else {})
    return JSONResponse({"ready": status == 200, "checks": checks}, status, headers)


def _answers(ledger: Ledger) -> bool:
    """True where the ledger is reached and its tables are this version's."""
    try:
        return ledger.is_current()
    except (TahqiqError, OSError):
        return False


def _vault(vault: Vault) -> dict[str, bool]:
    """Of a bucket, only that it is there is known here."""
    if type(vault) is not Vault:
        return {"vault": True}
    here = next((one for one in (vault.folder, *vault.folder.absolute().parents) if one.exists()), Path("/"))
    return {"vault": os.access(here, os.W_OK), "disk": shutil.disk_usage(here).free >= LEAST_FREE}


@router.get("/metrics")
def metrics(request: Request) -> Response:
    _check(request)
    measures: Measures = request.app.state.measures
    own = CollectorRegistry(auto_describe=False)
    own.register(_OfLedger(request.app.state.desk.ledger))
    return Response(generate_latest(measures.registry) + generate_latest(own), media_type=CONTENT_TYPE_LATEST)


def _check(request: Request) -> None:
    """Raises: Problem where who asks is not told. What a proxy passes on does not come from this machine."""
    who = request.app.state.settings.metrics
    is_passed_on = any(name in request.headers for name in ("x-forwarded-for", "forwarded"))
    if who == "loopback" and request.client and request.client.host in LOOPBACK and not is_passed_on:
        return
    found = holder(request.app.state.desk.ledger, request.headers.get("authorization", "").partition(" ")[2].strip())
    if who in ("loopback", "key") and found and allows(found[0].scopes, "users"):
        return
    raise Problem(404 if who == "none" else 403, "metrics are told to this machine, or to a key with the scope admin, as the desk is set")


class _OfLedger:
    """The ledger's numbers, counted when they are asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def collect(self) -> Iterator[Metric]:
        held = GaugeMetricFamily("tahqiq_ledger_rows", "What the ledger holds.", labels=["what"])
        for name, count in self._ledger.sizes().items():
            held.add_metric([name], count)
        yield held
        yield GaugeMetricFamily(
            "tahqiq_waiting_documents", "Documents of which not every report is in.", self._ledger.unfinished_documents()
        )
        failed = GaugeMetricFamily("tahqiq_failures", "What was taken in and not read.", labels=["what"])
        for name, count in self._ledger.failures_by_kind().items():
            failed.add_metric([name], count)
        yield failed
        yield GaugeMetricFamily("tahqiq_ledger_bytes", "Bytes that the ledger takes.", self._ledger.size())
