"""From the changes between two schemas to SQL and to a migration script, by SQLAlchemy and Alembic.

A run of another kind: no file of a repository is read, and none of its code runs. The input is data, the tables
and changes of documents; the output is statements and lines of a script.

* `job`: the host's request, and the answer
* `dialect_scope`: the part of a document that applies to one dialect
* `types`, `tables`, `default_names`: from a document to SQLAlchemy's own objects
* `sql_texts`, `identifiers`: pieces of SQL that a document keeps as text
* `steps`, `columns`, `constraints`, `table_steps`, `database_objects`, `enums`, `constraint_comments`, `name_changes`:
  from changes to Alembic's operations, in an order that a database can carry out
* `dependents`, `table_readers`: objects that block a change, dropped before it and recreated after it
* `autoincrement`, `postgresql_numbering`, `mysql_auto_increment`: columns that number rows
* `casts`: how PostgreSQL converts a value to another type
* `sqlite_batch`: SQLite, which rebuilds a table to change it
* `mysql`, `mariadb`, `constraint_lookups`: foreign keys and unnamed constraints of MySQL and MariaDB
* `operations`, `operation_renderers`: operations besides Alembic's own, and how a script writes them
* `recording`, `replay`: what operations and scripts would execute
* `script`, `script_allowlist`, `output`: the checked script and statements
"""
