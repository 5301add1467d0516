"""From `MetaData` and mappers to frames.

* `metadata`: finds every `MetaData` and names it
* `tables`, `columns`, `constraints`: what a database would hold
* `sql`: text of types and expressions, through SQLAlchemy's own compilers
* `classes`: what a database forgets
* `ddl`: whole DDL for a dialect
* `doubts`: reasons why something is not exact
"""
