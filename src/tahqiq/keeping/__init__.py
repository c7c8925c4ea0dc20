"""Keeping: what was taken in is proven, packed for others, backed up, withheld, and shown in its versions.

What comes in are a ledger and a vault; nothing here changes what was taken in. How evidence is stored this package must not know.
"""
