"""The ledger in Python and in notebooks: incidents, accounts, claims and numbers as rows, as tables of pandas, and as they are shown.

What comes in is a ledger's address; what goes out is protected as any export is: `public` unless another policy is asked for. Rows are read
as they are asked for, a few hundred at a time. Tables of pandas, GeoPandas and Arrow need the extra `notebooks`.
"""

from tahqiq.notebook.desk import Desk, open_desk
from tahqiq.notebook.listed import Listed
from tahqiq.notebook.rows import Incidents
from tahqiq.notebook.shown import ShownAccount, ShownIncident, ShownReading, read

__all__ = ["Desk", "Incidents", "Listed", "ShownAccount", "ShownIncident", "ShownReading", "open_desk", "read"]
