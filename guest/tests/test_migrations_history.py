"""The chain of version files and their `env.py`: what is wrong with it, and what it says."""

import textwrap

from belljar_guest import frames
from generated_history import ENV
from migration_case import HEADER, MigrationCase, record, show, version


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
            ("`b` and `c` are both heads", HEADER, HEADER, "a"),
            ("", HEADER + "branch_labels = ('left',)\n", HEADER + "branch_labels = ('right',)\n", "a"),
            ("", HEADER + "branch_labels = ('left',)\n", HEADER, "a"),
            ("", HEADER, HEADER, None),
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
        header = HEADER + "branch_labels = ('left',)\n"
        files = {
            "migrations/versions/a.py": version(
                "a", None, 'op.rename_table("made", "renamed")', HEADER + "depends_on = 'z'\n"
            ),
            "migrations/versions/z.py": version("z", None, self.create.format("made"), header),
        }
        found = record({"migrations/env.py": ENV, **files})
        self.assertEqual(show(found), "renamed\n  id INTEGER pk\nhead a z")


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
            HEADER + "revision = 'a'\ndown_revision = None\n"
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

    def test_more_databases_than_are_compared(self) -> None:
        """What is left out is said."""
        env = """
            from alembic import context
            for name in range({0}):
                context.configure(url="postgresql://x/%s" % name)
                context.run_migrations()
            """
        for number, is_said in ((8, False), (10, True)):
            files = {
                "migrations/env.py": textwrap.dedent(env.format(number)),
                "migrations/versions/v1.py": version("v1", None, "pass"),
            }
            found = record(files, dialect=None)
            self.assertEqual(len([one for one in found if isinstance(one, frames.RecordedHead)]), 8)
            self.assertEqual("the last 2 are not compared" in show(found), is_said)

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
