"""What the history test reads from version files and diffs, and what it pairs."""

import unittest
from typing import Any

from agree import compare
from changes import changes
from classify import Sides, classify
from facts import Fact
from kinds import of_ddl
from migration import is_baseline, operations

HEAD = 'import sqlalchemy as sa\nfrom alembic import op\nrevision = "b"\ndown_revision = "a"\n\n\ndef upgrade():\n'


def read(*lines: str, before: str = "", dialect: str = "postgresql") -> list[str]:
    """What a version file with these lines in `upgrade` does."""
    return [str(fact) for fact in facts(*lines, before=before, dialect=dialect)]


def facts(*lines: str, before: str = "", dialect: str = "postgresql") -> list[Fact]:
    """The same, as facts."""
    return operations([before + HEAD + "".join(f"    {line}\n" for line in lines)], dialect)


def change(code: str, table: str, part: str | None, **others: Any) -> dict[str, Any]:
    """A change of a diff's JSON."""
    action, _, subject = code.partition("-")
    path = {"schema": None, "name": table, "part": part}
    return {
        "code": code, "action": action, "subject": subject.replace("-", "_"), "aspects": [], "path": path, "was": None,
        "effect": "database", "dialects": [], "certainty": "certain", "notes": [], "before": None, "after": None,
        **others,
    }  # fmt: skip


def column(name: str, *, nullable: bool = True, ddl: str = "INTEGER") -> dict[str, Any]:
    """A column of a document."""
    return {"name": name, "nullable": nullable, "type": {"postgresql": ddl}}


class VersionFiles(unittest.TestCase):
    """`upgrade`, read from its syntax."""

    def test_each_operation(self) -> None:
        self.assertEqual(
            read(
                'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True),',
                '    sa.ForeignKeyConstraint(["a"], ["u.id"]), sa.UniqueConstraint("a", name="q"))',
                'op.add_column("u", sa.Column("b", sa.Text(), sa.ForeignKey("v.id"), nullable=False))',
                'op.drop_column("u", "c")',
                'op.alter_column("u", "d", nullable=False, new_column_name="e")',
                'op.create_index(op.f("ix"), "u", ["f"], unique=False)',
                'op.create_index("ux", "u", [sa.text("lower(f)")], unique=True)',
                'op.drop_constraint("fk", "u", type_="foreignkey")',
                'op.rename_table("old", "new")',
            ),
            [
                "add table t",
                "add column t.id -> not null",
                "add foreign_key t (a) -> u",
                "add unique t.q (a)",
                "add column u.b -> not null",
                "add foreign_key u (b) -> v",
                "drop column u.c",
                "nullable column u.d -> not null",
                "rename column u.d -> e",
                "add index u.ix (f)",
                "add unique u.ux (lower(f))",
                "drop foreign_key u.fk",
                "rename table old -> new",
            ],
        )

    def test_batches_loops_helpers_and_names(self) -> None:
        self.assertEqual(
            read(
                'with op.batch_alter_table("t") as batch:',
                '    batch.create_unique_constraint("q", ["a", "b"])',
                'for name in ["u", "v"]:',
                "    add(name)",
                before='TABLE = "w"\ndef add(table):\n    op.add_column(table, sa.Column("c", sa.Text()))\n',
            ),
            ["add unique t.q (a, b)", "add column u.c -> null", "add column v.c -> null"],
        )

    def test_sql(self) -> None:
        self.assertEqual(
            read(
                'op.execute("UPDATE t SET a = 1; CREATE UNIQUE INDEX CONCURRENTLY i ON t (lower(a))")',
                """op.execute("ALTER TYPE kind ADD VALUE IF NOT EXISTS 'x'")""",
                """op.execute(sa.text('ALTER TABLE "t" ALTER COLUMN b SET NOT NULL, DROP COLUMN c'))""",
            ),
            [
                "add unique t.i (lower(a))",
                "add enum_value kind.x",
                "nullable column t.b -> not null",
                "drop column t.c",
            ],
        )

    def test_what_a_later_step_completes_or_undoes(self) -> None:
        self.assertEqual(
            read(
                'op.add_column("t", sa.Column("a", sa.Integer()))',
                'op.execute("UPDATE t SET a = 1")',
                'op.alter_column("t", "a", nullable=False)',
                'op.add_column("t", sa.Column("b", sa.Integer()))',
                'op.drop_column("t", "b")',
            ),
            ["add column t.a -> not null"],
        )

    def test_the_branch_of_the_database(self) -> None:
        lines = (
            'if op.get_bind().dialect.name == "mysql":',
            '    op.drop_constraint("t_ibfk_1", "t", type_="foreignkey")',
            "else:",
            '    op.drop_constraint("t_a_fkey", "t", type_="foreignkey")',
        )
        self.assertEqual(read(*lines), ["drop foreign_key t.t_a_fkey"])
        self.assertEqual(read(*lines, dialect="mysql"), ["drop foreign_key t.t_ibfk_1"])

    def test_the_first(self) -> None:
        self.assertTrue(is_baseline("down_revision: str | None = None\n"))
        self.assertFalse(is_baseline('down_revision = "a"\n'))


class Pairs(unittest.TestCase):
    """What of both sides is the same."""

    def compared(self, lines: list[str], found: list[dict[str, Any]]) -> tuple[int, list[str], list[str]]:
        result = compare(facts(*lines), changes({"changes": found}, "postgresql"))
        return len(result.both), [str(fact) for fact in result.file], [str(fact) for fact in result.diff]

    def test_the_same(self) -> None:
        lines = ['op.add_column("t", sa.Column("a", sa.Integer()))', 'op.drop_column("t", "b")']
        found = [
            change("add-column", "t", "a", after={"column": column("a")}),
            change("drop-column", "t", "b", before={"column": column("b")}),
        ]
        self.assertEqual(self.compared(lines, found), (2, [], []))

    def test_what_one_side_alone_has(self) -> None:
        lines = ['op.add_column("t", sa.Column("a", sa.Integer()))']
        found = [change("add-column", "t", "b", after={"column": column("b")})]
        self.assertEqual(
            self.compared(lines, found), (0, ["add column t.a -> null"], ["add column t.b -> null"])
        )

    def test_null_and_type_are_one_disagreement(self) -> None:
        for one, count in ((column("a", nullable=False), "null"), (column("a", ddl="BIGINT"), "kinds")):
            added = changes(
                {"changes": [change("add-column", "t", "a", after={"column": one})]}, "postgresql"
            )
            result = compare(facts('op.add_column("t", sa.Column("a", sa.Integer()))'), added)
            self.assertEqual((len(result.both), result.file, result.diff), (0, [], []))
            self.assertEqual(len(getattr(result, count)), 1)

    def test_types_as_they_are_written(self) -> None:
        kinds = {
            "sa.DateTime(True)": "TIMESTAMP WITH TIME ZONE",
            "sa.DateTime(timezone=True)": "TIMESTAMP WITH TIME ZONE",
            "sa.DateTime()": "TIMESTAMP",
            "sa.String(length=40)": "VARCHAR(40)",
            "sa.String(LENGTH)": None,
            "postgresql.JSONB(astext_type=sa.Text())": "JSONB",
            "app.types.Money()": None,
        }
        for text, kind in kinds.items():
            self.assertEqual(facts(f'op.add_column("t", sa.Column("a", {text}))')[0].kind, kind, text)
        self.assertEqual(of_ddl("TIMESTAMP WITHOUT TIME ZONE"), "TIMESTAMP")
        self.assertIsNone(of_ddl("customer_kind"))

    def test_a_rename_by_hand_is_one_disagreement(self) -> None:
        lines = ['op.add_column("t", sa.Column("new", sa.Text()))', 'op.drop_column("t", "old")']
        path = {"schema": None, "name": "t", "part": "old"}
        found = [
            change("rename-column", "t", "new", was=path),
            change("modify-column", "t", "new", aspects=["type"]),
        ]
        result = compare(facts(*lines), changes({"changes": found}, "postgresql"))
        self.assertEqual((result.file, result.diff, len(result.hand)), ([], [], 1))

    def test_a_unique_index_is_a_unique_constraint(self) -> None:
        index = {"name": "ux", "columns": ["a"], "elements": [{"column": "a", "sql": "a"}], "unique": True}
        found = [change("add-index", "t", "ux", after={"index": index})]
        self.assertEqual(self.compared(['op.create_unique_constraint("q", "t", ["a"])'], found), (1, [], []))

    def test_the_database_names_what_the_models_do_not(self) -> None:
        key = {"name": None, "columns": ["a"], "targets": ["u.id"]}
        found = [change("drop-foreign-key", "t", None, before={"foreign_key": key})]
        lines = ['op.drop_constraint("t_a_fkey", "t", type_="foreignkey")']
        self.assertEqual(self.compared(lines, found), (1, [], []))

    def test_other_columns_are_another_index(self) -> None:
        index = {"name": "ix", "columns": ["a"], "elements": [{"column": "a", "sql": "a"}], "unique": False}
        found = [change("add-index", "t", "ix", after={"index": index})]
        both, file, diff = self.compared(['op.create_index("ix", "t", ["b"])'], found)
        self.assertEqual((both, len(file), len(diff)), (0, 1, 1))

    def test_a_list_of_values_has_those_that_are_new(self) -> None:
        lines = ['op.sync_enum_values("public", "kind", ["a", "b"], [])']
        added = [change("add-enum-value", "kind", "b", after={"text": "b"})]
        self.assertEqual(self.compared(lines, added), (1, [], []))
        others = [change("add-enum-value", "kind", "c", after={"text": "c"})]
        self.assertEqual(self.compared(lines, others)[0], 0)

    def test_an_expression_that_is_not_read_may_be_any(self) -> None:
        elements = [{"column": "a", "sql": "a"}, {"column": None, "sql": "id DESC"}]
        index = {"name": "ix", "columns": ["a"], "elements": elements, "unique": False}
        found = [change("add-index", "t", "ix", after={"index": index})]
        self.assertEqual(self.compared(['op.create_index("ix", "t", ["a", made()])'], found), (1, [], []))

    def test_an_undetermined_change_is_no_agreement(self) -> None:
        found = change("missing-table", "t", None, certainty="cannot_tell", notes=[{"code": "unresolved"}])
        facts = changes({"changes": [found]}, "postgresql")
        self.assertEqual([fact.doubt for fact in facts], ["unresolved"])

    def test_information_and_other_databases_are_left_out(self) -> None:
        found = [
            change("add-class", "t", None, effect="information"),
            change("modify-column", "t", "a", aspects=["type"], dialects=["oracle"]),
        ]
        self.assertEqual(changes({"changes": found}, "postgresql"), [])


class Classes(unittest.TestCase):
    """Why they disagree."""

    def of(self, fact: Fact, side: str, lines: list[str], others: list[Fact]) -> str:
        empty: dict[str, Any] = {"tables": [], "unresolved": []}
        return classify(fact, side, Sides(empty, empty, lines, others))

    def test_where_the_reason_is(self) -> None:
        fact = Fact("add", "column", "t", "colour")
        self.assertEqual(self.of(fact, "diff", ["+    colour = Column(Text)"], []), "no-migration")
        self.assertEqual(self.of(fact, "diff", ["+    colour = Column(Text)"], [fact]), "elsewhere")
        self.assertEqual(self.of(fact, "file", ["+    size = Column(Text)"], []), "database-only")

    def test_what_nothing_explains_is_open(self) -> None:
        fact = Fact("add", "column", "t", "colour")
        self.assertEqual(self.of(fact, "diff", ["+    size = Column(Text)"], []), "open")
        self.assertEqual(self.of(fact, "file", ["+    colour = Column(Text)"], []), "open")


if __name__ == "__main__":
    unittest.main()
