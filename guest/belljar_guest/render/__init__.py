"""From the changes between two schemas to SQL and to a migration script, by SQLAlchemy and Alembic.

A run of another kind: no file of a repository is read, and none of its code runs. What comes in are data, the tables
and changes of documents; what goes out are statements and lines of a script.

* `job`: what the host asks for
* `types`, `tables`: from what a document says to SQLAlchemy's own objects
* `texts`: pieces of SQL that a document keeps as text
* `names`: what a database calls a constraint that has no name
* `steps` and its neighbours: from changes to Alembic's operations, in an order that can be carried out
* `dependents`, `readers`, `words`: what is in the way of a change, and by which names
* `numbering`, `numbers`: where a column has its numbers from
* `casts`: how PostgreSQL makes one value of another
* `batch`: the same for SQLite, which makes a table anew
* `mysql`: what its foreign keys want
* `output`: statements and script
"""
