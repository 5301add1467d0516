"""Models that are generated: what they look like, and that they come back."""

import ast
import tempfile
import unittest
from pathlib import Path
from typing import Any

from belljar_guest import frames
from case import Case
from native import native, plan_for
from render import tables
from test_rendering import column, column_type, foreign_key, index, table
from test_rendering_hostile import HOSTILE, variants, whole

Json = dict[str, Any]

#: Names that mean something to Python, to SQLAlchemy, or to whoever reads the file.
NAMES = (
    *HOSTILE,
    "class",
    "metadata",
    "__import__",
    "__table_args__",
    "sa",
    "Base",
    "int",
    "\\N{BULLET}",
    "{x}",
    "a\u202eb\u2066",
    "ﬁ",
    "имя",
    "1st",
    "x" * 200,
)

#: The calls that a file may consist of.
CALLS = {"relationship", "mapped_column"}


def column_of(name: str, kind: str = "INTEGER", **given: Any) -> Json:
    """A column with all fields of a document."""
    return {
        "key": None,
        "attribute": None,
        "onupdate": None,
        "foreign_keys": [],
        **column(name, kind, **given),
    }


def generated(*given: Json, style: str = "sqlalchemy") -> frames.Generated:
    """The models for tables."""
    job = {"style": style, "tables": list(given)}
    more: Json = {"sequences": [], "types": [], "views": [], "objects": [], "unresolved": []}
    _, found, _ = native("2.1").run({"generate": {**job, **more}})
    assert isinstance(found, frames.Generated)
    return found


def extracted(text: str) -> list[frames.Frame]:
    """What the models give when they run."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "models.py").write_text(text, encoding="utf-8")
        return native("2.1").run(plan_for(folder, ["models.py"]))


def keyed(name: str, *more: Json, **given: Any) -> Json:
    """A table with a primary key `id`."""
    key = {"name": None, "columns": ["id"]}
    first = column_of("id", primary_key=True, nullable=False)
    return {"class": None, **table(name, first, *more, primary_key=key, **given)}


class Generate(Case):
    """Small schemas."""

    def test_a_class_with_relationships(self) -> None:
        orders = keyed(
            "orders",
            column_of("billing_id", nullable=False),
            column_of("shipping_id"),
            foreign_keys=[
                {**foreign_key(None), "columns": [name], "targets": ["addresses.id"]}
                for name in ("billing_id", "shipping_id")
            ],
        )
        text = generated(keyed("addresses"), orders).files[0].text
        self.assertIn("class Address(Base):", text)
        self.assertIn('    billing: Mapped["Address"] = relationship(', text)
        self.assertIn('    shipping: Mapped["Address | None"] = relationship(', text)
        self.assertIn("    billing_orders: Mapped[list", text)
        self.assertIn('foreign_keys="[Order.shipping_id]"', text)
        found = extracted(text)
        self.assertEqual([one.name for one in tables(found)], ["addresses", "orders"])
        self.assertFalse([one for one in found if isinstance(one, (frames.Remark, frames.StatementSkipped))])

    def test_an_association_table(self) -> None:
        keys = [
            {**foreign_key(None), "columns": [f"{name}_id"], "targets": [f"{name}s.id"]}
            for name in ("user", "group")
        ]
        columns = [column_of(f"{name}_id", primary_key=True, nullable=False) for name in ("user", "group")]
        key = {"name": None, "columns": ["user_id", "group_id"]}
        link = {"class": None, **table("members", *columns, primary_key=key, foreign_keys=keys)}
        text = generated(keyed("users"), keyed("groups"), link).files[0].text
        self.assertIn("members = sa.Table(", text)
        self.assertIn('    groups: Mapped[list["Group"]] = relationship(', text)
        self.assertIn("secondary=members", text)
        self.assertEqual(len(tables(extracted(text))), 3)

    def test_what_is_not_known_is_a_comment(self) -> None:
        item = column_of("a", default={"kind": "callable", "text": "shop.now"})
        found = generated(keyed("t", item))
        self.assertIn("# not generated: `a`: the Python default shop.now", found.files[0].text)
        gap = found.gaps[0]
        self.assertEqual((gap.table, gap.part, gap.subject, gap.aspect), ("t", "a", "column", "default"))

    def test_two_runs_are_equal(self) -> None:
        given = [keyed(name) for name in ("b", "a", "c")]
        self.assertEqual(generated(*given), generated(*given))

    def test_both_styles_give_the_same_tables(self) -> None:
        given = keyed(
            "t",
            column_of("name", "VARCHAR(9)", comment="it's", server_default="x", server_default_literal=True),
            column_of(
                "kind", type=column_type("VARCHAR(3)", text="Enum('abc', name='n', native_enum=False)")
            ),
            schema="s",
            comment="c",
            checks=[{"name": "c", "sql": "name > 'a:b'", "options": {}}],
            indexes=[{**index("ix"), "elements": [{"column": "name", "sql": "name"}], "options": {}}],
        )
        found = [
            tables(extracted(generated(given, style=style).files[0].text))[0]
            for style in ("sqlalchemy", "tables")
        ]
        facts: list[Any] = [
            [
                [one.schema, one.comment, one.checks, one.indexes, one.primary_key],
                [(item.name, item.ty, item.nullable, item.server_default) for item in one.columns],
            ]
            for one in found
        ]
        self.assertEqual(facts[0], facts[1])
        self.assertEqual(found[0].checks[0].sql, "name > 'a:b'")


class Hostile(Case):
    """Names and texts that try to become code."""

    def assert_harmless(self, text: str) -> None:
        """The file consists of calls of SQLAlchemy, literals and classes."""
        for line in text.split("\n"):
            self.assertTrue(line.isprintable(), line)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                is_known = name in CALLS or name in ("SQLType", "DialectSQL", "compiles")
                is_own = name.startswith(("sa.", "postgresql.", "mysql.", "sqlite.", "mssql.", "oracle."))
                is_text = name == "element.others.get"
                self.assertTrue(is_known or is_own or is_text, name)
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
                known = ("typing", "datetime", "enum", "decimal", "uuid")
                self.assertIn((module or "").partition(".")[0], ("sqlalchemy", *known))

    def test_names(self) -> None:
        names = sorted(NAMES)
        for style in ("sqlalchemy", "tables"):
            with self.subTest(style=style):
                given = []
                for name in names:
                    other = {**foreign_key(None), "columns": [name], "targets": [f"{name}.id"]}
                    one = keyed(name, column_of(name), comment=name, foreign_keys=[other])
                    given.append({**one, "class": f"m:{name}"})
                text = generated(*given, style=style).files[0].text
                self.assert_harmless(text)
                found = tables(extracted(text))
                self.assertEqual([one.name for one in found], names)
                for back in found:
                    self.assertEqual([item.name for item in back.columns], ["id", back.name])
                    self.assertEqual(back.comment, back.name)

    def test_every_field(self) -> None:
        base = whole()
        base = {"class": None, **base, "columns": [{**column_of(""), **item} for item in base["columns"]]}
        for style in ("sqlalchemy", "tables"):
            for hostile in HOSTILE:
                given = [one for one in variants(base, hostile) if isinstance(one.get("options"), dict)]
                self.assertGreater(len(given), 20)
                self.assert_harmless(generated(*given, style=style).files[0].text)


if __name__ == "__main__":
    unittest.main()
