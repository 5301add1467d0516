"""From `MetaData` and mappers to frames.

* `extraction`: the order in which everything is sent
* `metadata`: finds every `MetaData` and names it
* `tables`, `columns`, `constraints`, `options`: what a database would hold; `table_checks` refuses malformed tables
* `views`, `named_types`, `database_objects`, `declarations`: what a database holds besides tables
* `ddl_listeners`, `recording_connection`: listeners of DDL events, run against an empty database
* `sql`: text of types and expressions, through SQLAlchemy's own compilers
* `dialect_scopes`, `ddl_conditions`, `server_dependence`: what differs between dialects and servers
* `compilers`, `ddl_callbacks`: functions of the repository that SQLAlchemy calls for DDL
* `classes`: mapped classes, which a database does not know
* `ddl`, `ddl_statements`: the complete DDL for a dialect, and statements taken apart
* `doubts`: reasons why something is not exact
* `taint`, `bindings`, `name_chains`, `enum_usage`, `syntax_trees`: how far a guess reaches
* `unrepresented`: arguments that the document has no place for
"""
