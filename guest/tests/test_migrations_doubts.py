"""Version files whose effect can't be known: which tables are in doubt, and which are not."""

import textwrap

from belljar_guest import frames
from generated_history import ENV
from migration_case import HEADER, MigrationCase, record, show, version


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
                    "v2", "v1", 'drop_keys("b")', f"{HEADER}from helper import drop_keys\n"
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
                text = version("v1", None, body, f"{HEADER}from helper import {name}\n")
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

    def test_ways_in_which_an_answer_decides(self) -> None:
        """Whatever an answer passes through, what it decides about is in doubt."""
        ask = 'op.get_bind().execute(sa.text("SELECT 1"))'
        drop = 'op.drop_column("a", "x")'
        for body in (
            f"if {ask}.rowcount == 0:\n    {drop}",
            f"n = 0\nfor row in {ask}:\n    n += 1\nif n > 0:\n    {drop}",
            f"n = 0\nif 1 > 2:\n    pass\nelif {ask}.scalar():\n    n = 1\nif n:\n    {drop}",
            f"{ask}.scalar() and {drop}",
            f'd = {{}}\nd["n"] = {ask}.scalar()\nif d["n"]:\n    {drop}',
            f"class S: pass\nS.n = {ask}.scalar()\nif S.n:\n    {drop}",
            f"try:\n    {ask}.one()\n    {drop}\nexcept Exception:\n    pass",
            f"try:\n    n = {ask}.first()[0]\n    {drop}\nexcept Exception:\n    pass",
            f'if "s" in sa.inspect(op.get_bind()).get_schema_names():\n    {drop}',
        ):
            with self.subTest(body=body):
                self._check_doubtful(body)

    def test_loops_over_rows(self) -> None:
        """A loop that repeats a statement until it finds no row decides nothing about what follows it."""
        update = 'sa.text("UPDATE a SET x = 1 WHERE id IN (SELECT id FROM a WHERE x IS NULL LIMIT 1000)")'
        run = f"op.get_bind().execute({update})"
        drop = 'op.drop_column("a", "x")'
        other = 'op.get_bind().execute(sa.text("UPDATE a SET x = 2")).rowcount'
        for body in (
            f"while True:\n    r = {run}\n    if r.rowcount == 0:\n        break",
            f"while True:\n    r = {run}\n    if not r.rowcount:\n        break",
            f"while True:\n    r = {run}\n    if r.rowcount < 1000:\n        break",
            f"size = 1000\nwhile True:\n    n = {run}.rowcount\n    if n != size:\n        break",
            f"while {run}.rowcount > 0:\n    pass",
            f"n = 1\nwhile n:\n    n = {run}.rowcount\n    print(n)",
            f"total, n = 0, 1\nwhile n > 0:\n    n = {run}.rowcount\n    total += n\nprint(total)",
        ):
            with self.subTest(body=body):
                self._check_certain(f"{body}\n{drop}")
        for body in (
            # Other ends.
            f"i = 0\nwhile True:\n    r = {run}\n    i += 1\n    if r.rowcount == 0 or i > 9:\n        break",
            f"i = 0\nwhile i < 9:\n    r = {run}\n    i += 1\n    if r.rowcount == 0:\n        break",
            f"for i in range(9):\n    if {run}.rowcount == 0:\n        break",
            f"while True:\n    r = {run}\n    if r.rowcount == 0:\n        return",
            f"while True:\n    r = {run}\n    if r.rowcount > 0:\n        break",
            # What else the number decides.
            f"n = 1\nwhile n:\n    n = {run}.rowcount\n    if n == 5:\n        {drop}",
            f"t, n = 0, 1\nwhile n:\n    n = {run}.rowcount\n    t += n\nif t:\n    {drop}",
            f"t, n = 0, 1\nwhile n:\n    n = {run}.rowcount\n    t += n\nu = t\nif u:\n    {drop}",
            f"while True:\n    r = {run}\n    if r.rowcount == 0:\n        break\nif r.rowcount:\n    {drop}",
            f"n = 1\nwhile n:\n    n = {run}.rowcount\n    m = {other}\nif m:\n    {drop}",
            f"{run}\nif {other}:\n    {drop}",
        ):
            with self.subTest(body=body):
                self._check_doubtful(body if drop in body else f"{body}\n{drop}")

    def test_a_function_with_a_loop_over_rows(self) -> None:
        """It may be called for several tables."""
        helper = (
            "def fill(table):\n    n = 1\n    while n:\n"
            '        n = op.get_bind().execute(sa.text(f"UPDATE {table} SET x = 1 LIMIT 10")).rowcount\n'
        )
        self._check_certain('fill("a")\nfill("b")\nop.drop_column("a", "x")', f"{HEADER}{helper}")

    def test_what_is_absent_and_changes_something(self) -> None:
        """Guesses in a helper, names that a failure leaves without a value, and statements that are absent."""
        helper = (
            "from alembic import op\nfrom absent import flag\n"
            "def go(table):\n    if flag:\n        op.drop_column(table, 'x')\n"
        )
        for body in (
            'from helper import go\ngo("a")',
            'cur = op.get_bind().strange()\ncur.execute("ALTER TABLE a DROP COLUMN x")',
            'for name in ("x",):\n    op.drop_column(TABLE, undefined)',
        ):
            with self.subTest(body=body):
                self._check_doubtful(body, {"helper.py": helper}, _HEADER_WITH_NAME)
        for body, is_doubtful in (
            ("from absent import sql\nop.execute(sql)", True),
            ("from absent import sql\nop.execute(sql.create_view())", True),
            ("from absent import table\nop.execute(table.insert().values(x=1))", False),
            ("try:\n    op.get_bind().strange()\nexcept Exception:\n    pass", True),
            ('op.get_bind().connection.cursor().execute("UPDATE a SET x = 1")', False),
        ):
            with self.subTest(body=body):
                head = show(record(self._files(body, {}, HEADER)))
                self.assertEqual("head v2 ?" in head, is_doubtful, head)

    def test_the_cursor_of_a_driver(self) -> None:
        """Its statements are those of the connection."""
        body = 'cur = op.get_bind().connection.cursor()\ncur.execute("ALTER TABLE a DROP COLUMN x")'
        self.check([self.create, body], self.exact.replace("  x INTEGER\n        ", ""))

    def _files(self, body: str, more: dict[str, str], header: str) -> dict[str, str]:
        return {
            "migrations/env.py": ENV,
            "migrations/versions/v1.py": version("v1", None, self.create),
            "migrations/versions/v2.py": version("v2", "v1", body, header),
            **more,
        }

    def _check_certain(self, body: str, header: str = HEADER) -> None:
        head = show(record(self._files(body, {}, header)))
        self.assertNotIn("?migration-", head)
        self.assertNotIn("  x ", head)

    def _check_doubtful(self, body: str, more: dict[str, str] | None = None, header: str = HEADER) -> None:
        head = show(record(self._files(body, more or {}, header)))
        self.assertIn("a ?migration-", head)
        self.assertIn("b\n  id INTEGER pk", head)


#: The table of a version, outside of its function.
_HEADER_WITH_NAME = f'{HEADER}TABLE = "a"\n'
