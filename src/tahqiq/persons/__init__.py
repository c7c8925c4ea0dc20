"""Persons: a record for each person told of by name, in every script, and pairs of records that may be of one person.

What comes in are incidents, their accounts and reports, and persons' decisions; what goes out are records and doubtful pairs. Pure: the
order of what comes in is no matter. This stage must not know the ledger.

How it works
1. Whoever is told by name is a person: victims, detainees, officials and commanders who speak or act. A description is nobody's name.
2. In one incident two names are one person where they are written alike, or sound alike word for word in two scripts, no account names
   both, and no other name there could be meant as well. محمد and محمود are two brothers, though their consonants are the same.
3. Everything else that is alike is a doubtful pair, in one incident or in two: shown, never merged. A person's decision merges or parts.
4. A record keeps every age, sex, status and family told, with the words; it is named after its earliest mention.
"""

from tahqiq.persons.matching import alike, alike_to, in_rank, records
from tahqiq.persons.naming import is_name

__all__ = ["alike", "alike_to", "in_rank", "is_name", "records"]
