"""The same steps over archives of millions: shards read to tables, tables linked, the whole loaded into a ledger at once."""
