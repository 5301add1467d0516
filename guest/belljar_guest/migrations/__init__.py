"""Alembic's version files, run against a recorder instead of a database.

* `job`: a run of kind `migrations`, from the plan to the frames of the recorded head
* `environment`: `env.py`, run for what it configures
* `chain`: the order of the version files, and what is wrong with it
* `running`: the functions of a version file, with recovery
* `recorder`, `operations`: Alembic's operations, applied to the recorded schema
* `plugins`: operations that plugins add
* `state`, `items`, `building`: the recorded schema, and tables made of it
* `connection`, `inspector`, `reflected_types`, `sessions`: what a version file gets when it asks the database
* `questions`: which operations depend on answers that can't be known
* `statements`, `sql_text`, `alter_table`, `sql_names`, `enumerations`, `doubtful_sql`: SQL that a version file executes
* `round_trip`: each version up, down and up again
* `report`: the frames
"""
