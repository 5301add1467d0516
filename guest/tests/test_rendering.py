"""Changes as statements and as a script."""

import ast
import unittest
from typing import Any

from belljar_guest import frames
from case import Case
from native import native

Json = dict[str, Any]


def column(name: str, kind: str = "INTEGER", **given: Any) -> Json:
    """A column of a document."""
    return {
        "name": name,
        "type": column_type(kind),
        "nullable": True,
        "primary_key": False,
        "autoincrement": "auto",
        "server_default": None,
        "server_onupdate": None,
        "default": None,
        "computed": None,
        "identity": None,
        "sequence": None,
        "comment": None,
        **given,
    }


def column_type(kind: str, module: str = "sqlalchemy.sql.sqltypes", text: str | None = None) -> Json:
    """A type that every dialect renders the same."""
    texts = dict.fromkeys(("postgresql", "mysql", "sqlite", "mssql", "oracle"), kind)
    repr_of = text or (kind if kind.endswith(")") else f"{kind}()")
    return {"class": kind, "module": module, "repr": repr_of, "enum_values": None, "enum_name": None, **texts}


def table(name: str, *columns: Json, **given: Any) -> Json:
    """A table of a document."""
    lists: Json = {
        kind: [] for kind in ("unique", "foreign_keys", "checks", "indexes", "excludes", "prefixes")
    }
    key: Json = {"name": None, "columns": []}
    own = {"schema": None, "metadata": "m", "comment": None, "options": {}, "primary_key": key}
    return {"name": name, "columns": list(columns), **lists, **own, **given}


def change(action: str, subject: str, of: Json, part: str | None = None, **given: Any) -> Json:
    """A change of a diff."""
    return {
        "code": f"{action}-{subject}",
        "action": action,
        "subject": subject,
        "aspects": [],
        "path": {"metadata": "m", "schema": None, "name": of["name"], "part": part},
        "was": None,
        "effect": "database",
        "certainty": "certain",
        "notes": [],
        "before": None,
        "after": None,
        **given,
    }


class Rendering(Case):
    """Every test renders with the newest generation, as the host does."""

    def render(
        self,
        base: list[Json],
        head: list[Json],
        changes: list[Json],
        *,
        dialect: str = "postgresql",
        script: bool = False,
    ) -> list[frames.Frame]:
        """The frames without the first and the last."""
        sides = [{"tables": tables, "types": [], "others": []} for tables in (base, head)]
        job = {
            "base": sides[0],
            "head": sides[1],
            "changes": changes,
            "dialects": [dialect],
            "script": script,
        }
        found = native("2.1").run({"render": job})
        self.assertIsInstance(found[0], frames.Hello)
        self.assertIsInstance(found[-1], frames.Done)
        return found[1:-1]

    def created(self, *made: Json, dialect: str = "postgresql") -> tuple[list[str], list[str]]:
        """What new tables become, with blanks as one, and what is left out."""
        changes = [change("add", "table", item, after={"table": item}) for item in made]
        steps: list[Any] = self.render([], list(made), changes, dialect=dialect)
        statements = [" ".join(text.split()) for step in steps for text in step.statements]
        return statements, [note.message for step in steps for note in step.notes if note.is_gap]

    def test_a_default_is_a_literal_or_sql(self) -> None:
        for given, expected in (
            ({"server_default": "now()", "server_default_literal": True}, "DEFAULT 'now()'"),
            ({"server_default": "now()"}, "DEFAULT now()"),
            ({"server_default": "':x' || '50%%'"}, "DEFAULT ':x' || '50%'"),
        ):
            statements, gaps = self.created(table("t", column("a", "VARCHAR(9)", **given)))
            self.assertEqual((statements, gaps), ([f"CREATE TABLE t ( a VARCHAR(9) {expected} )"], []))

    def test_what_a_stand_in_had_a_part_in_is_left_out(self) -> None:
        statements, gaps = self.created(
            table("t", column("a", server_default="⟪acme.number⟫")), table("other", column("b"))
        )
        self.assertEqual(statements, ["CREATE TABLE other ( b INTEGER )"])
        self.assertEqual(len(gaps), 1)
        self.assertIn("its server default is `⟪acme.number⟫`, which is not known", gaps[0])

    def test_a_type_is_read_and_never_evaluated(self) -> None:
        for text in (
            "__import__('os')",
            "Text(length=__import__('os').getpid())",
            "(" * 5000,
            "x.y()",
            "PickleType()",
        ):
            odd = column("a", "ODD")
            odd["type"]["repr"] = text
            self.assertEqual(self.created(table("t", odd)), (["CREATE TABLE t ( a ODD )"], []))

    def test_a_type_of_a_repository_is_what_its_text_is(self) -> None:
        own = column_type("VARCHAR(32)", "app.types", "Token(length=7)")
        made = table("t", column("a", type={**own, "oracle": "VARCHAR2(32 CHAR)"}))
        (found,) = self.render([], [made], [change("add", "table", made, after={"table": made})], script=True)
        self.assertIn("sa.Column('a', sa.String(length=32), nullable=True)", getattr(found, "text", ""))

    def test_tables_in_a_circle(self) -> None:
        def key(to: str) -> Json:
            names = ("name", "ondelete", "onupdate", "deferrable", "initially", "match")
            return {"columns": ["other"], "targets": [f"{to}.id"], "use_alter": False, **dict.fromkeys(names)}

        one, two = (
            table(name, column("id"), column("other"), foreign_keys=[key(other)])
            for name, other in (("one", "two"), ("two", "one"))
        )
        statements, gaps = self.created(one, two)
        self.assertEqual(gaps, [])
        self.assertEqual(
            [text.partition(" (")[0] for text in statements],
            ["CREATE TABLE one", "CREATE TABLE two", "ALTER TABLE one ADD FOREIGN KEY(other) REFERENCES two"],
        )

    def test_a_script_is_python_whatever_the_names(self) -> None:
        for name in ("a\"b'c\n#", "x'); import os #", "\\", "é⟨"):
            made = table(name, column(name, comment=name, server_default=name, server_default_literal=True))
            notes = [
                {"message": f"{name}\nimport os", "side": None, "place": None, "hint": None, "code": "x"}
            ]
            added = change("add", "table", made, after={"table": made}, certainty="likely", notes=notes)
            for dialect in ("postgresql", "sqlite", "mysql"):
                (found,) = self.render([], [made], [added], dialect=dialect, script=True)
                tree = ast.parse(getattr(found, "text", ""))
                imports = [
                    ast.unparse(node)
                    for node in ast.walk(tree)
                    if isinstance(node, (ast.Import, ast.ImportFrom))
                ]
                self.assertEqual(imports, ["import sqlalchemy as sa", "from alembic import op"])

    def test_what_can_not_be_told_is_no_statement(self) -> None:
        lost = table("t", column("a"))
        unsure = change("missing", "table", lost, before={"table": lost}, certainty="cannot_tell")
        (step,) = self.render([lost], [], [unsure])
        self.assertEqual(getattr(step, "statements", None), [])
        self.assertIn("can't be told", getattr(step, "notes", [])[0].message)

    def test_a_check_without_a_name_has_no_certain_one(self) -> None:
        check = {"name": None, "sql": "t.a > 0"}
        base, head = table("t", column("a"), checks=[check]), table("t", column("a"))
        gone = change("drop", "check", head, "a > 0", before={"check": check})
        (step,) = self.render([base], [head], [gone])
        self.assertEqual(getattr(step, "statements", None), [])
        (back,) = self.render([head], [base], [change("add", "check", base, "a > 0", after={"check": check})])
        self.assertEqual(getattr(back, "statements", None), ["ALTER TABLE t ADD CHECK (a > 0)"])


if __name__ == "__main__":
    unittest.main()
