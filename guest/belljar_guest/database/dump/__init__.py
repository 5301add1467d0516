"""Reads the SQL that `pg_dump --schema-only`, `mysqldump --no-data` and `sqlite3 .schema` write.

A dump becomes the same parts of tables as a live database, so that one path makes frames of both. No statement is run,
but for `CREATE` in an SQLite that is in memory. What is not followed is named: nothing is left out in silence.
"""
