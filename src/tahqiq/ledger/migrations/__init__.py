"""Changes of the tables, in order; each file is one change and is never edited once released."""
