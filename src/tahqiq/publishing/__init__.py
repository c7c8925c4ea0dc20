"""Publishing: what is public of an incident, frozen edition by edition.

What comes in are a ledger and the decisions in it; what goes out are editions, each a record that was protected once and stays as it was.
This package must not know how a page or a command looks.

How it works
1. The decision to publish gives a public id and the first edition. What reports tell later changes the desk, not the edition: an editor
   publishes the changes by a decision of its own, which makes the next.
2. Taking the decision back withdraws: the id stays taken, and says when and why. Taking an update back brings the edition before again.
3. Of merged incidents the older id stays and the others lead to it; taken apart again, they are as they were.
4. An edition holds no id of the desk, no words of reports but quoted phrases that name nobody withheld, and no coordinates finer than the
   policy `public` lets leave. With it are the versions of all that made its numbers.
5. Where a document is withheld or a name protected later, the next edition without them is made at once, and no former one is shown.
"""

from tahqiq.publishing.editions import keep_up, protecting_of, republish
from tahqiq.publishing.records import Record, record_in

__all__ = [
    "Record",
    "keep_up",
    "protecting_of",
    "record_in",
    "republish",
]
