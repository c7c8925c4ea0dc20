"""The way of a report, in its order, and nowhere else: acquire, vault, text, identify, read, append, link, assess.

What comes in are paths, a ledger and a vault; what goes out is a ledger that has what the files tell, and an account of what
was done. How a step is done the pipeline must not know: the steps are in `Stages`, the real ones unless others are given.

Killed at any moment and run again, `ingest` ends the same:
1. a document's bytes are in the vault before its reports are in the ledger, whole or not at all (see `evidence.vault`);
2. its reports and readings are appended in batches, each a transaction; appending twice is appending once;
3. a document is finished when all its batches are in; one that is not is taken from its start;
4. incidents are computed in one transaction from all that is in the ledger, whenever that is not what they were computed from.
"""

from tahqiq.pipeline.as_of import incident_as_of, incidents_as_of, matching
from tahqiq.pipeline.computing import LISTED, read_beside, rebuild, reread
from tahqiq.pipeline.deciding import decide, decided_in, instant
from tahqiq.pipeline.explaining import PairExplanation, pair_explanation
from tahqiq.pipeline.exporting import archive, as_shown, batches, export, protecting
from tahqiq.pipeline.ingesting import Outcome, ingest, ingest_documents, read_failed
from tahqiq.pipeline.linking import LinkedReport, link_reports
from tahqiq.pipeline.reading import prepare, read_file
from tahqiq.pipeline.stages import Stages, now, the_stages
from tahqiq.pipeline.understanding import report_id
from tahqiq.pipeline.verifying import vault_beside, verify

__all__ = [
    "LISTED",
    "LinkedReport",
    "Outcome",
    "PairExplanation",
    "Stages",
    "archive",
    "as_shown",
    "batches",
    "decide",
    "decided_in",
    "export",
    "incident_as_of",
    "incidents_as_of",
    "ingest",
    "ingest_documents",
    "instant",
    "link_reports",
    "matching",
    "now",
    "pair_explanation",
    "prepare",
    "protecting",
    "read_beside",
    "read_failed",
    "read_file",
    "rebuild",
    "report_id",
    "reread",
    "the_stages",
    "vault_beside",
    "verify",
]
