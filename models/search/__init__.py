"""The indexes that search reads: declared here, created with the tables, and kept by the database itself.

Nothing of ours runs when a row changes: on PostgreSQL they are indexes on expressions, on SQLite triggers fill FTS5
tables in the transaction that changes the row. So whoever writes (a page, an import, a merge, a hand at the SQL
prompt) leaves them right, and what is rolled back is not found.
"""
