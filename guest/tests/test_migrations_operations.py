"""Operations of version files: the recorded head against real Alembic, and what each operation leaves."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from belljar_guest import frames
from case import GENERATIONS, write
from generated_history import ENV, History
from migration_case import MigrationCase, record, show, version

import sites  # isort: skip


class GeneratedHistories(unittest.TestCase):
    """Histories by a seed, against real Alembic on SQLite."""

    maxDiff = None

    def test_heads_are_what_alembic_makes(self) -> None:
        """Table for table, with every generation."""
        for generation in GENERATIONS:
            for seed in range(4):
                with self.subTest(generation=generation, seed=seed):
                    self._compare(generation, seed)

    def _compare(self, generation: str, seed: int) -> None:
        history = History(seed, 30)
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), history.files)
            script = str(Path(__file__).with_name("alembic_oracle.py"))
            command = [sys.executable, "-s", "-S", "-B", script, str(sites.site(generation)), folder]
            real = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        found = record(history.files, generation, "sqlite")
        tables = {frame.name: frame for frame in found if isinstance(frame, frames.Table)}
        recorded = {name: facts(table) for name, table in tables.items()}
        self.assertEqual(recorded, real)
        self.assertEqual([frame for frame in tables.values() if frame.reasons], [])
        head = next(frame for frame in found if isinstance(frame, frames.RecordedHead))
        self.assertEqual(head.reasons, [])


def facts(table: frames.Table) -> dict[str, Any]:
    """The facts of a recorded table, as the oracle gives them."""

    def is_there(item: Any) -> bool:
        return item.scope.dialects is None or "sqlite" in item.scope.dialects

    def text(column: frames.Column) -> str:
        return next(entry.value for entry in column.ty.ddl if entry.name == "sqlite")

    return {
        "columns": {
            column.name: [
                text(column),
                column.nullable and not column.primary_key,
                column.server_default is not None,
            ]
            for column in table.columns
        },
        "primary_key": table.primary_key.columns,
        "unique": sorted(item.columns for item in table.unique),
        "foreign_keys": sorted(
            [
                item.columns,
                item.targets[0].rpartition(".")[0],
                [target.rpartition(".")[2] for target in item.targets],
            ]
            for item in table.foreign_keys
        ),
        "checks": len([item for item in table.checks if is_there(item)]),
        "indexes": sorted(
            [item.name, item.unique, [part.column for part in item.elements]] for item in table.indexes
        ),
    }


class Operations(MigrationCase):
    """What the operations leave."""

    def test_tables_columns_and_constraints(self) -> None:
        """Each kind of operation, with what follows from it."""
        self.check(
            [
                """
                op.create_table(
                    "team",
                    sa.Column("id", sa.Integer(), nullable=False),
                    sa.Column("name", sa.String(20), nullable=False),
                    sa.PrimaryKeyConstraint("id"),
                    sa.UniqueConstraint("name"),
                    sa.CheckConstraint("name <> ''", name="ck_name"),
                )
                op.create_table(
                    "person",
                    sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id", ondelete="CASCADE")),
                    sa.Column("mail", sa.String(50), index=True),
                )
                op.create_index("ix_lower", "person", [sa.text("lower(mail)")], unique=True)
                """,
                """
                op.add_column("person", sa.Column("age", sa.Integer(), server_default="3", nullable=False))
                op.alter_column("person", "mail", new_column_name="address", type_=sa.Text(), nullable=False)
                op.drop_constraint("team_name_key", "team", type_="unique")
                op.create_unique_constraint("uq_team", "team", ["name"])
                op.rename_table("team", "group")
                op.create_table_comment("person", "people")
                """,
            ],
            """
            group
              id INTEGER pk
              name VARCHAR(20) not-null
              unique [uq_team] name
              check [ck_name] name <> ''
            person comment=people
              id INTEGER pk
              team_id INTEGER -> group.id on delete CASCADE
              address TEXT not-null
              age INTEGER not-null server_default=3
              unique index [ix_lower] lower(address)
              index [ix_person_mail] address
            head v2
            """,
        )

    def test_a_foreign_key_that_is_never_added(self) -> None:
        """`use_alter` leaves a key out of `CREATE TABLE`, and nothing adds it, except where tables can't be altered."""
        body = """
            op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True))
            op.create_table(
                "b",
                sa.Column("x", sa.Integer()),
                sa.ForeignKeyConstraint(["x"], ["a.id"], name="k", use_alter=True),
            )
            """
        for dialect, key in (("postgresql", ""), ("sqlite", "-> a.id")):
            with self.subTest(dialect=dialect):
                files = {"migrations/env.py": ENV, "migrations/versions/v1.py": version("v1", None, body)}
                found = record(files, dialect=dialect)
                tables = {frame.name: frame for frame in found if isinstance(frame, frames.Table)}
                self.assertEqual(len(tables["b"].foreign_keys), bool(key))

    def test_drops(self) -> None:
        """A dropped column takes with it what stands on it."""
        self.check(
            [
                """
                op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("x", sa.Integer()))
                op.create_table("b", sa.Column("id", sa.Integer(), primary_key=True))
                op.create_index("ix_x", "a", ["x"])
                op.create_check_constraint("ck_x", "a", "x > 0")
                """,
                """
                op.drop_column("a", "x")
                op.drop_table("b")
                """,
            ],
            """
            a
              id INTEGER pk
            head v2
            """,
        )

    def test_texts_of_statements(self) -> None:
        """What is understood is applied, what is not puts in doubt what it names."""
        create = """
            op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("x", sa.Integer()))
            op.create_table("b", sa.Column("id", sa.Integer(), primary_key=True))
            """
        for text, changed in (
            ("ALTER TABLE a ALTER COLUMN x SET NOT NULL", "x INTEGER not-null"),
            ("ALTER TABLE a ALTER x TYPE varchar(9) USING x::varchar", "x VARCHAR(9)"),
            ("alter table a rename column x to y; -- done", "y INTEGER"),
            ("ALTER TABLE a DROP COLUMN IF EXISTS z", "x INTEGER"),
            ("UPDATE a SET x = 1; DELETE FROM b", "x INTEGER"),
            ("CREATE EXTENSION IF NOT EXISTS citext", "x INTEGER"),
            (
                "ALTER TABLE a ALTER x SET DEFAULT 4, ALTER x SET NOT NULL",
                "x INTEGER not-null server_default=4",
            ),
        ):
            with self.subTest(text=text):
                self.check(
                    [create, f"op.execute({text!r})"],
                    f"""
                    a
                      id INTEGER pk
                      {changed}
                    b
                      id INTEGER pk
                    head v2
                    """,
                )
        for text in ("ALTER TABLE a SET UNLOGGED", "ALTER TABLE a ADD COLUMN x2 unknown_type"):
            with self.subTest(text=text):
                self.check(
                    [create, f"op.execute({text!r})"],
                    """
                    a ?migration-sql
                      id INTEGER pk
                      x INTEGER
                    b
                      id INTEGER pk
                    head v2
                    """,
                )
        self.check(
            [create, 'op.execute("SELECT do_something() INTO c")'],
            """
            a
              id INTEGER pk
              x INTEGER
            b
              id INTEGER pk
            head v2 ?migration-sql
            """,
        )

    def test_values_of_enumerations(self) -> None:
        """`ALTER TYPE` reaches the columns."""
        self.check(
            [
                'op.create_table("a", sa.Column("k", sa.Enum("x", "y", name="kind")))',
                """op.execute("ALTER TYPE kind ADD VALUE IF NOT EXISTS 'z' BEFORE 'y'")""",
                """op.execute("ALTER TYPE kind RENAME VALUE 'x' TO 'w'")""",
            ],
            """
            a
              k kind enum=kind:w,z,y
            head v3
            """,
        )

    def test_bodies_of_triggers(self) -> None:
        """The statements in the body of a trigger are parts of it."""
        trigger = """CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW BEGIN
            IF NEW.x IS NULL THEN SET NEW.x = 0; ELSE SET NEW.x = 1; END IF;
            UPDATE b SET y = CASE WHEN 1 THEN 2 END; END"""
        for text in (
            trigger,
            f"{trigger};",
            f"{trigger}; ALTER TABLE a RENAME TO a",
            f"{trigger}; CREATE INDEX i ON b (id)",
            f"DROP TRIGGER IF EXISTS t; {trigger}; {trigger.replace('TRIGGER t', 'TRIGGER u')}",
            "CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f(); SELECT 1",
        ):
            with self.subTest(text=text):
                body = [
                    """
                    op.create_table("a", sa.Column("x", sa.Integer()))
                    op.create_table("b", sa.Column("id", sa.Integer()))
                    """,
                    f"op.execute({text!r})",
                ]
                files = {"migrations/env.py": ENV}
                for number, one in enumerate(body, 1):
                    down = f"v{number - 1}" if number > 1 else None
                    files[f"migrations/versions/v{number}.py"] = version(f"v{number}", down, one)
                found = record(files, dialect="mysql")
                self.assertNotIn("?", show(found), text)
                indexes = [one.indexes for one in found if isinstance(one, frames.Table) and one.name == "b"]
                self.assertEqual(len(indexes[0]), int("CREATE INDEX" in text))

    def test_values_by_a_plugin(self) -> None:
        """`sync_enum_values` of a widespread plugin gives the values of an enumeration."""
        self.check(
            [
                'op.create_table("a", sa.Column("k", sa.Enum("x", "y", name="kind")))',
                'op.sync_enum_values("public", "kind", ["x", "z"], [("a", "k")], enum_values_to_rename=[])',
                'op.sync_enum_values(enum_schema="public", enum_name="kind", new_values=["w"], affected_columns=[])',
            ],
            """
            a
              k kind enum=kind:w
            head v3
            """,
        )

    def test_enumerations_without_values(self) -> None:
        """They have the values of the type that they name, if it is known."""
        self.check(
            [
                """
                sa.Enum("x", "y", name="kind").create(op.get_bind(), checkfirst=True)
                op.create_table("a", sa.Column("k", sa.Enum(name="kind")), sa.Column("l", sa.Enum(name="other")))
                """,
            ],
            """
            a
              k kind enum=kind:x,y
              l other enum=other: ?migration-missing-type
            head v1
            """,
            since="1.4",  # 1.3 asks the database first, so the column is in doubt there
        )

    def test_batches(self) -> None:
        """A batch changes the table in place, and names constraints by its convention."""
        self.check(
            [
                """
                op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True))
                op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("t_id", sa.Integer(), sa.ForeignKey("t.id")))
                """,
                """
                with op.batch_alter_table("a", naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s"}) as batch:
                    batch.drop_constraint("fk_a_t_id", type_="foreignkey")
                    batch.alter_column("t_id", nullable=False)
                    batch.add_column(sa.Column("n", sa.Integer()), insert_after="id")
                """,
            ],
            """
            a
              id INTEGER pk
              t_id INTEGER not-null
              n INTEGER
            t
              id INTEGER pk
            head v2
            """,
        )

    def test_dialects(self) -> None:
        """Versions run for each database, with every generation, and may ask for its driver."""
        body = """
            op.create_table("a", sa.Column("x", sa.Integer()))
            if op.get_bind().dialect.driver and op.get_bind().driver:
                op.create_index("ix", "a", ["x"])
            """
        for dialect in ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"):
            self.check(body, "a\n  x INTEGER\n  index [ix] x\nhead v1", dialect=dialect)

    def test_values_that_a_column_does_not_get(self) -> None:
        """PostgreSQL knows an enumeration by its name: `alter_column` with other values leaves those of the type."""
        add = 'op.create_table("a", sa.Column("k", sa.Enum("p", "q", name="kind")))'
        alter = 'op.alter_column("a", "k", type_=sa.Enum("p", "r", name="kind"))'
        rename = 'op.execute("ALTER TYPE kind RENAME TO old")'
        create = 'sa.Enum("p", "r", name="kind").create(op.get_bind(), checkfirst=False)'
        drop = 'sa.Enum(name="kind").drop(op.get_bind(), checkfirst=False)'
        for dialect, bodies, values in (
            ("postgresql", [add, alter], "p,q"),
            ("postgresql", [add, create.replace("False", "True"), alter], "p,q"),
            ("postgresql", [add, rename, create, alter], "p,r"),
            ("postgresql", [create, drop, add], "p,q"),
            ("mysql", [add, alter], "p,r"),
        ):
            with self.subTest(dialect=dialect, bodies=bodies):
                files = {"migrations/env.py": ENV}
                for number, body in enumerate(bodies, 1):
                    down = f"v{number - 1}" if number > 1 else None
                    files[f"migrations/versions/v{number}.py"] = version(f"v{number}", down, body)
                found = record(files, dialect=dialect)
                tables = [one for one in found if isinstance(one, frames.Table)]
                self.assertIn(f"enum=kind:{values}", show(found))
                self.assertEqual([one.reasons for one in tables], [[]])

    def test_what_a_statement_for_the_whole_column_resets(self) -> None:
        """MySQL and SQL Server state a column as a whole: what an operation does not repeat is lost."""
        create = """
            op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True),
                sa.Column("x", sa.Integer(), nullable=False, server_default="1", comment="text"))
            """
        keeps = ', existing_nullable=False, existing_server_default=sa.text("1"), existing_comment="text"'
        whole = "x BIGINT not-null comment=text server_default=1"
        for dialect, alter, expected in (
            ("mysql", '"x", type_=sa.BigInteger()', "x BIGINT"),
            ("mariadb", '"x", type_=sa.BigInteger(), existing_nullable=False', "x BIGINT not-null"),
            (
                "mysql",
                f'"x", type_=sa.BigInteger(){keeps}',
                "x BIGINT not-null comment=text server_default=1",
            ),
            ("mysql", '"x", server_default="3"', "x INTEGER not-null comment=text server_default=3"),
            ("mysql", '"id", type_=sa.BigInteger()', "id BIGINT pk"),
            ("mssql", '"x", type_=sa.BigInteger()', "x BIGINT comment=text server_default=1"),
            ("mssql", f'"x", type_=sa.BigInteger(){keeps}', whole),
            ("postgresql", '"x", type_=sa.BigInteger()', whole),
        ):
            with self.subTest(dialect=dialect, alter=alter):
                files = {
                    "migrations/env.py": ENV,
                    "migrations/versions/v1.py": version("v1", None, create),
                    "migrations/versions/v2.py": version("v2", "v1", f'op.alter_column("a", {alter})'),
                }
                lines = [line.strip() for line in show(record(files, dialect=dialect)).split("\n")]
                self.assertIn(expected, lines)

    def test_tables_that_a_batch_creates_anew(self) -> None:
        """SQLite: checks without a name are lost, and all that `copy_from` does not have; an added column leaves all."""
        create = """
            op.create_table("a", sa.Column("x", sa.Integer()), sa.CheckConstraint("x > 0"),
                sa.CheckConstraint("x > 1", name="named"))
            """
        anew = 'with op.batch_alter_table("a") as batch:\n    batch.alter_column("x", nullable=False)'
        add = 'with op.batch_alter_table("a") as batch:\n    batch.add_column(sa.Column("y", sa.Integer()))'
        given = anew.replace(
            '"a")', '"a", copy_from=sa.Table("a", sa.MetaData(), sa.Column("x", sa.Integer())))'
        )
        absent = f"from absent import table\n{anew.replace(')', ', copy_from=table)', 1)}"
        for dialect, body, is_kept, is_doubtful in (
            ("sqlite", anew, False, False),
            ("sqlite", add, True, False),
            ("sqlite", absent, True, True),
            ("postgresql", anew, True, False),
            ("postgresql", given, True, False),
        ):
            with self.subTest(dialect=dialect, body=body):
                files = {
                    "migrations/env.py": ENV,
                    "migrations/versions/v1.py": version("v1", None, create),
                    "migrations/versions/v2.py": version("v2", "v1", body),
                }
                head = show(record(files, dialect=dialect))
                self.assertIn("check [named] x > 1", head)
                self.assertEqual("x > 0" in head, is_kept)
                self.assertEqual("?migration-batch" in head, is_doubtful)

    def test_a_table_that_is_created_anew_from_another(self) -> None:
        """It has what `copy_from` has, and then what the batch does; indexes that it lacks are gone."""
        create = """
            op.create_table("a", sa.Column("x", sa.Integer()), sa.Column("y", sa.Integer()), sa.CheckConstraint("x > 0"))
            op.create_index("ix_x", "a", ["x"])
            op.create_index("ix_y", "a", ["y"])
            """
        anew = """
            before = sa.Table("a", sa.MetaData(), sa.Column("x", sa.Integer()), sa.Column("y", sa.String(5)),
                sa.CheckConstraint("x > 1", name="named"), sa.Index("ix_y", "y"))
            with op.batch_alter_table("a", recreate="always", copy_from=before) as batch:
                batch.add_column(sa.Column("z", sa.Integer()))
            """
        self.check(
            [create, anew],
            """
            a
              x INTEGER
              y VARCHAR(5)
              z INTEGER
              check [named] x > 1
              index [ix_y] y
            head v2
            """,
            dialect="sqlite",
        )

    def test_who_creates_a_type(self) -> None:
        """A type that a statement creates is created, whatever the columns with it say; one that nothing creates is not."""
        column = 'sa.Column("s", postgresql.ENUM("x", name="state", create_type=False))'
        table = f'op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True), {column})'
        statement = "op.execute(\"CREATE TYPE state AS ENUM ('x')\")"
        call = 'postgresql.ENUM("x", name="state").create(op.get_bind(), checkfirst=True)'
        header = (
            "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n"
        )
        for body, expected in (
            (table, [False]),
            (f"{statement}\n{table}", [True]),
            (f"{call}\n{table}", [True]),
            (table.replace("False", "True"), [True]),
        ):
            with self.subTest(body=body):
                files = {"migrations/env.py": ENV}
                files["migrations/versions/v1.py"] = version("v1", None, body, header)
                found = [frame for frame in record(files) if isinstance(frame, frames.NamedType)]
                self.assertEqual([frame.created for frame in found], expected)
