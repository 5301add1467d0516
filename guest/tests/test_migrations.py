"""Version files of Alembic: the recorded head against real Alembic, and what is in doubt."""

import json
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path
from typing import Any

from case import GENERATIONS, write
from generated_history import ENV, History

import sites  # isort: skip
from belljar_guest import frames
from native import native
from render import line, table_lines

_HEADER = "from alembic import op\nimport sqlalchemy as sa\n"


def version(revision: str, down: str | None, body: str, header: str = _HEADER) -> str:
    """A version file."""
    down_text = "None" if down is None else repr(down)
    text = textwrap.indent(textwrap.dedent(body).strip() or "pass", "    ")
    return f"{header}revision = {revision!r}\ndown_revision = {down_text}\n\ndef upgrade():\n{text}\n"


def record(
    files: dict[str, str], generation: str = GENERATIONS[-1], dialect: str | None = "postgresql", **given: Any
) -> list[frames.Frame]:
    """Run the version files among some files."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        versions = sorted(name for name in files if "/versions" in name and name.endswith(".py"))
        plan = {
            "name": "migrations",
            "script": "migrations",
            "versions": versions,
            "dialect": dialect,
            **{key: value for key, value in given.items() if key != "left_out"},
        }
        return native(generation).run(
            {
                "base": folder,
                "roots": [""],
                "targets": [],
                "ddl": [],
                "left_out": given.get("left_out", []),
                "migrations": plan,
            }
        )


def show(found: list[frames.Frame]) -> str:
    """Render the tables, the doubts of the head, and problems."""
    done = next(frame for frame in found if isinstance(frame, frames.Done))
    tables = {frame.serial: frame for frame in found if isinstance(frame, frames.Table)}
    lines: list[str] = []
    for serial in sorted(done.tables, key=lambda it: (tables[it].schema or "", tables[it].name)):
        lines += table_lines(tables[serial])
    for frame in found:
        if isinstance(frame, frames.Remark):
            lines.append(f"remark {frame.code} {frame.message}")
        if isinstance(frame, frames.RecordedHead):
            lines.append(line("head", frame.heads, frame))
    return "\n".join(lines)


class MigrationCase(unittest.TestCase):
    """The base class of the tests."""

    maxDiff = None

    def check(self, bodies: str | list[str], expected: str, **given: Any) -> None:
        """Record a chain of versions with these bodies, and compare the head."""
        every = [bodies] if isinstance(bodies, str) else bodies
        files = {"migrations/env.py": ENV}
        for number, body in enumerate(every, 1):
            down = f"v{number - 1}" if number > 1 else None
            files[f"migrations/versions/v{number}.py"] = version(f"v{number}", down, body)
        files |= given.pop("files", {})
        wanted = textwrap.dedent(expected).strip("\n")
        since = given.pop("since", "1.3")
        for generation in [it for it in GENERATIONS if it >= since]:
            with self.subTest(generation=generation):
                self.assertEqual(show(record(files, generation, **given)), wanted)


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


class Chains(MigrationCase):
    """What is wrong with a chain."""

    create = 'op.create_table("{0}", sa.Column("id", sa.Integer(), primary_key=True))'

    def test_a_missing_revision(self) -> None:
        """What does not follow it is in doubt, what does is not."""
        files = {
            "migrations/versions/a.py": version("a", None, self.create.format("first")),
            "migrations/versions/c.py": version("c", "b", self.create.format("third")),
        }
        found = show(record({"migrations/env.py": ENV, **files}))
        self.assertEqual(
            found,
            textwrap.dedent(
                """
                first ?migration-missing
                  id INTEGER pk
                third
                  id INTEGER pk
                remark migration-missing `c` follows the revision `b`, which no file has
                head a c ?migration-missing
                """
            ).strip(),
        )

    def test_a_circle_and_a_duplicate(self) -> None:
        """The rest still runs."""
        files = {
            "migrations/versions/a.py": version("a", None, self.create.format("first")),
            "migrations/versions/a2.py": version("a", None, self.create.format("other")),
            "migrations/versions/x.py": version("x", "y", self.create.format("second")),
            "migrations/versions/y.py": version("y", "x", self.create.format("third")),
        }
        found = record({"migrations/env.py": ENV, **files})
        text = show(found)
        self.assertIn("first\n  id INTEGER pk", text)
        self.assertIn("remark migration-duplicate the revision `a` is also that of", text)
        self.assertIn("remark migration-circle these revisions follow each other in a circle: `x`, `y`", text)
        self.assertIn("head a ?migration-circle", text)

    def test_heads_of_one_tree(self) -> None:
        """Two heads are a problem, unless labels distinguish them or they have nothing in common."""
        body = self.create.format("first")
        for text, header_b, header_c, down_c in (
            ("`b` and `c` are both heads", _HEADER, _HEADER, "a"),
            ("", _HEADER + "branch_labels = ('left',)\n", _HEADER + "branch_labels = ('right',)\n", "a"),
            ("", _HEADER + "branch_labels = ('left',)\n", _HEADER, "a"),
            ("", _HEADER, _HEADER, None),
        ):
            with self.subTest(text=text, down=down_c):
                files = {
                    "migrations/versions/a.py": version("a", None, body),
                    "migrations/versions/b.py": version("b", "a", "pass", header_b),
                    "migrations/versions/c.py": version("c", down_c, "pass", header_c),
                }
                found = show(record({"migrations/env.py": ENV, **files}))
                self.assertIn("head b c", found)
                self.assertEqual("remark migration-heads" in found, bool(text), found)
                self.assertIn(text, found)

    def test_branches_labels_and_dependencies(self) -> None:
        """A version runs after what it depends on, whatever the branch."""
        header = _HEADER + "branch_labels = ('left',)\n"
        files = {
            "migrations/versions/a.py": version(
                "a", None, 'op.rename_table("made", "renamed")', _HEADER + "depends_on = 'z'\n"
            ),
            "migrations/versions/z.py": version("z", None, self.create.format("made"), header),
        }
        found = record({"migrations/env.py": ENV, **files})
        self.assertEqual(show(found), "renamed\n  id INTEGER pk\nhead a z")


class Doubts(MigrationCase):
    """What can't be known."""

    create = """
        op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("x", sa.Integer()))
        op.create_table("b", sa.Column("id", sa.Integer(), primary_key=True))
        """

    exact = """
        a
          id INTEGER pk
          x INTEGER
        b
          id INTEGER pk
        head v2
        """

    def test_answers_from_the_recorded_schema(self) -> None:
        """An inspector answers, and nothing is in doubt."""
        for body in (
            'if "a" not in sa.inspect(op.get_bind()).get_table_names():\n    op.drop_table("b")',
            'if not sa.inspect(op.get_bind()).has_table("a"):\n    op.drop_table("b")',
            (
                'names = [c["name"] for c in sa.inspect(op.get_bind()).get_columns("a")]\n'
                'if "x" not in names:\n    op.drop_table("b")'
            ),
            (
                'table = sa.Table("a", sa.MetaData(), autoload_with=op.get_bind())\n'
                'if "x" not in table.c:\n    op.drop_table("b")'
            ),
            'if op.get_bind().dialect.name != "postgresql":\n    op.drop_table("b")',
        ):
            with self.subTest(body=body):
                self.check([self.create, body], self.exact)

    def test_engines_that_a_version_makes(self) -> None:
        """An engine of its own answers from the recorded schema, whether its URL is known or not."""
        for url in (
            "op.get_context().config.get_main_option('sqlalchemy.url')",
            "'postgresql://h/d'",
            "None",
        ):
            with self.subTest(url=url):
                self.check(
                    [
                        self.create,
                        f"""
                        engine = sa.create_engine({url})
                        if not sa.inspect(engine).has_table("a"):
                            op.drop_table("b")
                        with engine.connect() as connection:
                            connection.execute(sa.text("UPDATE a SET x = 1"))
                        """,
                    ],
                    self.exact,
                    since="1.4",
                )

    def test_data_steps_are_of_no_consequence(self) -> None:
        """Queries that decide about data alone, sessions, and what is absent."""
        for body in (
            'for row in op.get_bind().execute(sa.text("SELECT id FROM a")):\n    op.execute(f"UPDATE a SET x = {row.id}")',
            (
                "from sqlalchemy.orm import Session\nsession = Session(bind=op.get_bind())\n"
                'if session.execute(sa.text("SELECT 1")).scalar():\n    session.add(1)\nsession.commit()'
            ),
            'op.bulk_insert(sa.table("a", sa.column("x")), [{"x": 1}])',
            "from absent import seed\nseed(op.get_bind())",
        ):
            with self.subTest(body=body):
                self.check([self.create, body], self.exact)

    def test_a_condition_on_data(self) -> None:
        """The tables of the operations that it decides about are in doubt."""
        for body in (
            'if op.get_bind().execute(sa.text("SELECT count(*) FROM a")).scalar():\n    op.drop_column("a", "x")',
            'found = op.get_bind().execute(sa.text("SELECT id FROM a")).fetchall()\nif found:\n    op.drop_column("a", "x")',
            'found = op.get_bind().execute(sa.text("SELECT id FROM a")).first()\nif not found:\n    return\nop.drop_column("a", "x")',
            'from absent import flag\nif not flag:\n    op.drop_column("a", "x")',
        ):
            with self.subTest(body=body):
                found = show(
                    record(
                        {
                            "migrations/env.py": ENV,
                            "migrations/versions/v1.py": version("v1", None, self.create),
                            "migrations/versions/v2.py": version("v2", "v1", body),
                        }
                    )
                )
                self.assertIn("a ?migration-condition", found)
                self.assertIn("b\n  id INTEGER pk", found)

    def test_a_helper_with_the_names_of_a_version(self) -> None:
        """What a helper may change is what the version names that calls it."""
        helper = """
            import sqlalchemy as sa
            from alembic import op

            def drop_keys(table):
                for key in sa.inspect(op.get_bind()).get_foreign_keys(table):
                    if key["name"]:
                        op.drop_constraint(key["name"], table, type_="foreignkey")
            """
        create = """
            op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True))
            op.create_table("b", sa.Column("x", sa.Integer(), sa.ForeignKey("a.id")))
            op.create_table("c", sa.Column("x", sa.Integer()))
            """
        found = record(
            {
                "helper.py": textwrap.dedent(helper),
                "migrations/env.py": ENV,
                "migrations/versions/v1.py": version("v1", None, create),
                "migrations/versions/v2.py": version(
                    "v2", "v1", 'drop_keys("b")', f"{_HEADER}from helper import drop_keys\n"
                ),
            },
            dialect="mysql",
        )
        doubtful = [one.name for one in found if isinstance(one, frames.Table) and one.reasons]
        self.assertEqual(doubtful, ["b"])

    def test_a_guess_in_another_module(self) -> None:
        """What a version imports may depend on something absent."""
        files = {
            "helper.py": "from absent import settings\nSIZE = int(settings.size)\nPLAIN = 7\n",
            "migrations/env.py": ENV,
        }
        for name, is_doubtful in (("SIZE", True), ("PLAIN", False)):
            with self.subTest(name=name):
                body = f'op.create_table("a", sa.Column("x", sa.String({name})))'
                text = version("v1", None, body, f"{_HEADER}from helper import {name}\n")
                found = record({**files, "migrations/versions/v1.py": text})
                tables = [frame for frame in found if isinstance(frame, frames.Table)]
                doubts = [*tables[0].reasons, *tables[0].columns[0].reasons]
                self.assertEqual([reason.code for reason in doubts], ["guess"] * is_doubtful)

    def test_a_version_that_fails_half_way(self) -> None:
        """The statements behind it run; what the failing one names is in doubt."""
        self.check(
            [
                self.create,
                """
                op.add_column("b", sa.Column("y", sa.Integer()))
                op.add_column("a", sa.Column("z", undefined))
                op.add_column("b", sa.Column("w", sa.Integer()))
                """,
            ],
            """
            a ?migration-failed
              id INTEGER pk
              x INTEGER
            b
              id INTEGER pk
              y INTEGER
              w INTEGER
            head v2
            """,
        )

    def test_a_version_that_is_left_out(self) -> None:
        """What it names is in doubt, and the chain goes on."""
        files = {
            "migrations/env.py": ENV,
            "migrations/versions/v1.py": version("v1", None, self.create),
            "migrations/versions/v2.py": version("v2", "v1", 'op.drop_column("a", "x")'),
            "migrations/versions/v3.py": version(
                "v3", "v2", 'op.add_column("b", sa.Column("y", sa.Integer()))'
            ),
        }
        found = show(record(files, left_out=["migrations/versions/v2.py"]))
        self.assertIn("a ?migration-not-run", found)
        self.assertIn("b\n  id INTEGER pk\n  y INTEGER", found)
        self.assertIn("head v3 ?migration-not-run", found)

    def test_what_no_version_creates(self) -> None:
        """A table that is only changed."""
        self.check(
            'op.add_column("gone", sa.Column("x", sa.Integer()))',
            """
            gone ?migration-missing-table
              x INTEGER
            head v1 ?migration-missing-table
            """,
        )

    def test_hostile_versions(self) -> None:
        """Exits, forged state and odd values end nothing."""
        for body in (
            "import sys\nsys.exit(3)",
            "raise BaseException",
            "op.create_table(3, sa.Column(4))",
            "op.get_context().impl = None",
            "op.execute(object())",
            'op.create_index(None, "a", [])',
            "class T:\n    __class__ = property(lambda self: 1 / 0)\nop.execute(T())",
        ):
            with self.subTest(body=body):
                found = record(
                    {
                        "migrations/env.py": ENV,
                        "migrations/versions/v1.py": version("v1", None, self.create),
                        "migrations/versions/v2.py": version("v2", "v1", body),
                        "migrations/versions/v3.py": version(
                            "v3", "v2", 'op.create_table("c", sa.Column("id", sa.Integer()))'
                        ),
                    }
                )
                self.assertIn("c\n  id INTEGER", show(found))
                self.assertIsInstance(found[-1], frames.Done)


class Environments(MigrationCase):
    """What `env.py` says."""

    def test_targets_filters_and_conventions(self) -> None:
        """The models that it names, what it leaves out, and how it names constraints."""
        env = """
            from alembic import context
            import sqlalchemy as sa
            metadata = sa.MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"})
            sa.Table("a", metadata, sa.Column("id", sa.Integer(), primary_key=True))
            def include(object, name, type_, reflected, compare_to):
                return name != "kept"
            def offline():
                context.configure(url="mysql://x/y", target_metadata=metadata, include_object=include)
                with context.begin_transaction():
                    context.run_migrations()
            if context.is_offline_mode():
                offline()
            else:
                raise RuntimeError
            """
        files = {
            "migrations/env.py": env,
            "migrations/versions/a.py": version(
                "a",
                None,
                """
                op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True), sa.UniqueConstraint("id"))
                op.create_table("kept", sa.Column("id", sa.Integer(), primary_key=True))
                """,
            ),
        }
        found = record(files, dialect=None)
        head = next(frame for frame in found if isinstance(frame, frames.RecordedHead))
        self.assertEqual((head.dialect, head.targets, head.has_targets), ("mysql", ["a"], True))
        self.assertEqual(head.ignored, ["alembic_version", "kept"])
        table = next(frame for frame in found if isinstance(frame, frames.Table) and frame.name == "a")
        self.assertEqual([item.name for item in table.unique], ["uq_a_id"])

    def test_an_environment_that_configures_nothing(self) -> None:
        """The names that every `env.py` has by convention say what it would configure."""
        env = """
            import sqlalchemy as sa
            from alembic import context
            target_metadata = sa.MetaData()
            sa.Table("a", target_metadata, sa.Column("id", sa.Integer, primary_key=True))
            def include_object(object, name, type_, reflected, compare_to):
                return name != "left"
            raise RuntimeError("no server")
            """
        body = 'op.create_table("left", sa.Column("id", sa.Integer()))'
        for text, targets, ignored in (
            (env, ["a"], ["alembic_version", "left"]),
            (env.replace("= sa.MetaData()", "= object()"), [], ["alembic_version", "left"]),
        ):
            files = {
                "migrations/env.py": textwrap.dedent(text),
                "migrations/versions/v1.py": version("v1", None, body),
            }
            found = record(files)
            head = next(frame for frame in found if isinstance(frame, frames.RecordedHead))
            self.assertEqual((head.targets, head.ignored), (targets, ignored))
            self.assertEqual("migration-environment" in show(found), not targets)

    def test_several_databases(self) -> None:
        """A head for each call of `run_migrations`, with its arguments."""
        env = """
            from alembic import context
            for name in ("one", "two"):
                context.configure(url=f"postgresql://x/{name}")
                context.run_migrations(engine_name=name)
            """
        text = (
            _HEADER + "revision = 'a'\ndown_revision = None\n"
            "def upgrade(engine_name):\n"
            "    globals()[f'upgrade_{engine_name}']()\n"
            "def upgrade_one():\n"
            "    op.create_table('a', sa.Column('id', sa.Integer(), primary_key=True))\n"
            "def upgrade_two():\n"
            "    op.create_table('b', sa.Column('id', sa.Integer(), primary_key=True))\n"
        )
        found = record({"migrations/env.py": env, "migrations/versions/a.py": text}, dialect=None)
        tables = [(frame.metadata, frame.name) for frame in found if isinstance(frame, frames.Table)]
        self.assertEqual(tables, [("migrations", "a"), ("migrations#2", "b")])
        heads = [frame.metadata for frame in found if isinstance(frame, frames.RecordedHead)]
        self.assertEqual(heads, ["migrations", "migrations#2"])

    def test_places(self) -> None:
        """A table has the place that creates it, a column that of the operation that decides about it last."""
        files = {
            "migrations/env.py": ENV,
            "migrations/versions/v1.py": version(
                "v1", None, 'op.create_table("a", sa.Column("x", sa.Integer()), sa.Column("y", sa.Integer()))'
            ),
            "migrations/versions/v2.py": version("v2", "v1", '\nop.alter_column("a", "x", nullable=False)'),
        }
        table = next(frame for frame in record(files) if isinstance(frame, frames.Table))
        self.assertEqual(table.place, frames.Place("migrations/versions/v1.py", 7))
        places = {column.name: column.place for column in table.columns}
        self.assertEqual(places["x"], frames.Place("migrations/versions/v2.py", 7))
        self.assertEqual(places["y"], frames.Place("migrations/versions/v1.py", 7))
