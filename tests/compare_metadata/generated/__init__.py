"""Schemas and sequences of changes made by chance, and what real databases say of the SQL between them.

* `schema`: what a side of a pair is, as data that can be kept
* `kinds`: types of columns, with what may stand beside each of them
* `drawing`, `drawing_parts`: a schema by chance
* `changing`, `changing_parts`: a change of a schema by chance
* `serving`: what serves foreign keys, and comes and goes
* `settling`: what a database takes together
* `source`: models of a schema
* `catalogue_postgresql`, `catalogue_sqlite`: all that a database tells of itself
* `trial`: one pair on one database, there and back
* `shrinking`: what a failing pair can do without
* `__main__`: the command
"""
