"""Histories of versions that are generated: the same operations by a seed, all of which SQLite can carry out."""

import random

_HEADER = '''"""{message}"""
from alembic import op
import sqlalchemy as sa

revision = "{revision}"
down_revision = {down}
depends_on = {depends}


def upgrade():
{body}


def downgrade():
    pass
'''

ENV = """\
from alembic import context
context.configure(url="sqlite://")
context.run_migrations()
"""

_TYPES = (
    "sa.Integer()",
    "sa.String(30)",
    "sa.Text()",
    "sa.Boolean()",
    "sa.DateTime()",
    "sa.Numeric(10, 2)",
    "sa.BigInteger()",
)


class History:
    """A history, which knows the schema that it makes only as far as the next operation needs it."""

    def __init__(self, seed: int, versions: int) -> None:
        """Draw the versions."""
        self._random = random.Random(seed)
        self._tables: dict[str, list[str]] = {}
        self._indexes: dict[str, str] = {}
        self._uniques: dict[str, str] = {}
        self._count = 0
        self.files = {"migrations/env.py": ENV}
        previous: tuple[str, ...] = ()
        for number in range(versions):
            revision = f"r{number:03}"
            lines = [line for _ in range(self._random.randint(1, 3)) for line in self._operation()]
            self._write(revision, previous, lines)
            if number % 5 == 4:  # a branch beside the next version, and a merge
                side = f"s{number:03}"
                name = self._name("t")
                self._write(side, (revision,), [f'op.create_table("{name}", {self._key()})'])
                self._tables[name] = []
                revision, merged = f"m{number:03}", (revision, side)
                self._write(revision, merged, ["pass"])
            previous = (revision,)

    def _name(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    def _key(self) -> str:
        return 'sa.Column("id", sa.Integer(), primary_key=True)'

    def _write(self, revision: str, down: tuple[str, ...], lines: list[str]) -> None:
        text = repr(down[0]) if len(down) == 1 else repr(down) if down else "None"
        body = "\n".join(f"    {line}" for line in lines)
        self.files[f"migrations/versions/{revision}.py"] = _HEADER.format(
            message=f"version {revision}", revision=revision, down=text, depends="None", body=body
        )

    def _column(self, name: str) -> str:
        kind = self._random.choice(_TYPES)
        more = self._random.choice(("", ", nullable=True", ', nullable=False, server_default="0"'))
        return f'sa.Column("{name}", {kind}{more})'

    def _operation(self) -> list[str]:
        choices = [self._create]
        if self._tables:
            choices += [self._add, self._add, self._index, self._rename, self._alter, self._unique, self._raw]
            if self._indexes:
                choices.append(self._drop_index)
            if len(self._tables) > 3:
                choices += [self._drop, self._refer]
            if any(self._tables.values()):
                choices += [self._drop_column, self._rename_column]
        return self._random.choice(choices)()

    def _table(self) -> str:
        return self._random.choice(sorted(self._tables))

    def _free(self) -> tuple[str, str] | None:
        """A table and a column that no index and no constraint uses."""
        used = set(self._indexes.values()) | set(self._uniques.values())
        found = [
            (table, column)
            for table, columns in sorted(self._tables.items())
            for column in columns
            if column not in used
        ]
        return self._random.choice(found) if found else None

    def _create(self) -> list[str]:
        name, columns = self._name("t"), [self._name("c") for _ in range(self._random.randint(1, 4))]
        self._tables[name] = columns
        inner = ", ".join([self._key(), *(self._column(column) for column in columns)])
        return [f'op.create_table("{name}", {inner})']

    def _add(self) -> list[str]:
        table, column = self._table(), self._name("c")
        self._tables[table].append(column)
        made = f'sa.Column("{column}", {self._random.choice(_TYPES)}, nullable=True)'
        if self._random.random() < 0.3:
            return [f'with op.batch_alter_table("{table}") as batch:', f"    batch.add_column({made})"]
        return [f'op.add_column("{table}", {made})']

    def _index(self) -> list[str]:
        free = self._free()
        if free is None:
            return ["pass"]
        name = self._name("ix")
        self._indexes[name] = free[1]
        return [
            f'op.create_index("{name}", "{free[0]}", ["{free[1]}"], unique={self._random.random() < 0.3})'
        ]

    def _drop_index(self) -> list[str]:
        name = self._random.choice(sorted(self._indexes))
        column = self._indexes.pop(name)
        table = next((table for table, columns in self._tables.items() if column in columns), None)
        return [f'op.drop_index("{name}", table_name="{table}")'] if table else ["pass"]

    def _rename(self) -> list[str]:
        old, new = self._table(), self._name("t")
        self._tables[new] = self._tables.pop(old)
        self._uniques = {key: new if value == old else value for key, value in self._uniques.items()}
        return [f'op.rename_table("{old}", "{new}")']

    def _alter(self) -> list[str]:
        free = self._free()
        if free is None:
            return ["pass"]
        kind = self._random.choice(
            ("nullable=True", "type_=sa.String(99)", 'server_default="x"', "server_default=None")
        )
        return [
            f'with op.batch_alter_table("{free[0]}") as batch:',
            f'    batch.alter_column("{free[1]}", {kind})',
        ]

    def _unique(self) -> list[str]:
        free = self._free()
        if free is None:
            return ["pass"]
        name = self._name("uq")
        self._uniques[name] = free[1]
        return [
            f'with op.batch_alter_table("{free[0]}") as batch:',
            f'    batch.create_unique_constraint("{name}", ["{free[1]}"])',
        ]

    def _refer(self) -> list[str]:
        table, target, column = self._table(), self._table(), self._name("c")
        self._uniques[self._name("fk")] = column  # nothing else is done to it
        self._uniques[self._name("fk")] = target
        self._tables[table].append(column)
        return [
            f'with op.batch_alter_table("{table}") as batch:',
            f'    batch.add_column(sa.Column("{column}", sa.Integer(), nullable=True))',
            f'    batch.create_foreign_key("{self._name("fk")}", "{target}", ["{column}"], ["id"])',
        ]

    def _drop(self) -> list[str]:
        name = self._table()
        if name in self._uniques.values() or any(
            column in self._uniques.values() for column in self._tables[name]
        ):
            return ["pass"]
        for column in self._tables.pop(name):
            self._indexes = {key: value for key, value in self._indexes.items() if value != column}
        return [f'op.drop_table("{name}")']

    def _drop_column(self) -> list[str]:
        free = self._free()
        if free is None:
            return ["pass"]
        self._tables[free[0]].remove(free[1])
        return [f'with op.batch_alter_table("{free[0]}") as batch:', f'    batch.drop_column("{free[1]}")']

    def _rename_column(self) -> list[str]:
        free = self._free()
        if free is None:
            return ["pass"]
        new = self._name("c")
        self._tables[free[0]][self._tables[free[0]].index(free[1])] = new
        return [
            f'with op.batch_alter_table("{free[0]}") as batch:',
            f'    batch.alter_column("{free[1]}", new_column_name="{new}")',
        ]

    def _raw(self) -> list[str]:
        table, column = self._table(), self._name("c")
        self._tables[table].append(column)
        return [f'op.execute("ALTER TABLE {table} ADD COLUMN {column} VARCHAR(7)")']
