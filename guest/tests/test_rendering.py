"""Changes as statements and as a script."""

import ast
import re
import unittest
from typing import Any

from belljar_guest import frames
from case import Case
from jobs import job, side
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
    """A type that every dialect renders in the same way."""
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


def foreign_key(name: str | None) -> Json:
    """A foreign key from `other`."""
    nothing = dict.fromkeys(("ondelete", "onupdate", "deferrable", "initially", "match"))
    return {"name": name, "columns": ["other"], "targets": ["others.id"], "use_alter": False, **nothing}


def index(name: str) -> Json:
    """An index on `other`."""
    element = {"column": "other", "sql": "other"}
    return {"name": name, "unique": False, "elements": [element], "options": {}}


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
        found = native("2.1").run({"render": job(side(base), side(head), changes, dialect, script=script)})
        self.assertIsInstance(found[0], frames.Hello)
        self.assertIsInstance(found[-1], frames.Done)
        return found[1:-1]

    def created(self, *made: Json, dialect: str = "postgresql") -> tuple[list[str], list[str]]:
        """The result of new tables, with normalized blanks, and the gaps."""
        changes = [change("add", "table", item, after={"table": item}) for item in made]
        steps: list[Any] = self.render([], list(made), changes, dialect=dialect)
        statements = [" ".join(text.split()) for step in steps for text in step.statements]
        return statements, [note.message for step in steps for note in step.notes if note.is_gap]

    def test_a_default_is_a_literal_or_sql(self) -> None:
        for given, expected in (
            ({"server_default": "now()", "server_default_literal": True}, "DEFAULT 'now()'"),
            ({"server_default": "now()"}, "DEFAULT now()"),
            ({"server_default": "':x' || '50%'"}, "DEFAULT ':x' || '50%'"),
        ):
            statements, gaps = self.created(table("t", column("a", "VARCHAR(9)", **given)))
            self.assertEqual((statements, gaps), ([f"CREATE TABLE t ( a VARCHAR(9) {expected} )"], []))

    def test_a_dialect_makes_its_own_constraints_by_its_own_names(self) -> None:
        given: Json = {
            "checks": [
                {"name": None, "sql": "b IN (0, 1)", "dialects": ["sqlite"]},
                {"name": "c", "sql": "b > 0", "options": {"deferrable": "True", "initially": "DEFERRED"}},
            ],
            "unique": [
                {
                    "columns": ["b"],
                    "name": "long_name",
                    "names": {"postgresql": "short"},
                    "options": {},
                    "deferrable": None,
                    "initially": None,
                }
            ],
            "primary_key": {"name": None, "columns": ["a"], "options": {"mssql_clustered": "False"}},
        }
        key = column("a", nullable=False, primary_key=True, autoincrement="false")
        made = table("t", key, column("b", options={"system": "False"}), **given)
        deferred = "CONSTRAINT c CHECK (b > 0) DEFERRABLE INITIALLY DEFERRED"
        for dialect, constraints in (
            ("postgresql", ["PRIMARY KEY (a)", "CONSTRAINT short UNIQUE (b)", deferred]),
            (
                "sqlite",
                ["PRIMARY KEY (a)", "CONSTRAINT long_name UNIQUE (b)", "CHECK (b IN (0, 1))", deferred],
            ),
            ("mssql", ["PRIMARY KEY NONCLUSTERED (a)", "CONSTRAINT long_name UNIQUE (b)", deferred]),
        ):
            with self.subTest(dialect):
                statements, gaps = self.created(made, dialect=dialect)
                found = re.findall(
                    r"(?:CONSTRAINT|PRIMARY|CHECK) .*?(?=, (?:CONSTRAINT|CHECK|PRIMARY)| \)$)", statements[0]
                )
                self.assertEqual((sorted(found), gaps), (sorted(constraints), []))

    def test_a_change_of_another_dialect_is_none(self) -> None:
        check: Json = {"name": "c", "sql": "a IN (0, 1)", "dialects": ["sqlite", "oracle"]}
        before, after = table("t", column("a")), table("t", column("a"), checks=[check])
        changes = [change("add", "check", after, "c", after={"check": check})]
        for dialect, expected in (
            ("postgresql", []),
            ("oracle", ["ALTER TABLE t ADD CONSTRAINT c CHECK (a IN (0, 1))"]),
        ):
            with self.subTest(dialect):
                steps: list[Any] = self.render([before], [after], changes, dialect=dialect)
                found = [text for step in steps for text in step.statements if text != "/"]
                self.assertEqual(found, expected)

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

    def test_what_can_not_be_determined_is_no_statement(self) -> None:
        lost = table("t", column("a"))
        unsure = change("missing", "table", lost, before={"table": lost}, certainty="cannot_tell")
        (step,) = self.render([lost], [], [unsure])
        self.assertEqual(getattr(step, "statements", None), [])
        self.assertIn("can't be determined", getattr(step, "notes", [])[0].message)

    def test_a_check_without_a_name_has_the_one_of_its_column(self) -> None:
        check = {"name": None, "sql": "t.a > 0"}
        base, head = table("t", column("a"), checks=[check]), table("t", column("a"))
        gone = change("drop", "check", head, "a > 0", before={"check": check})
        (step,) = self.render([base], [head], [gone])
        self.assertEqual(getattr(step, "statements", None), ["ALTER TABLE t DROP CONSTRAINT t_a_check"])
        other = {"name": None, "sql": "t.a < 9"}
        two = table("t", column("a"), checks=[check, other])
        (unsure,) = self.render([two], [table("t", column("a"), checks=[other])], [gone])
        self.assertEqual(getattr(unsure, "statements", None), [])
        (back,) = self.render([head], [base], [change("add", "check", base, "a > 0", after={"check": check})])
        self.assertEqual(getattr(back, "statements", None), ["ALTER TABLE t ADD CHECK (a > 0)"])

    def in_mysql(
        self, base: Json | list[Json], head: Json | list[Json], *changes: Json
    ) -> tuple[list[str], list[str]]:
        """The result of changes in MySQL, and the gaps."""
        before, after = (side if isinstance(side, list) else [side] for side in (base, head))
        steps: list[Any] = self.render(before, after, list(changes), dialect="mysql")
        statements = [" ".join(text.split()) for step in steps for text in step.statements]
        return statements, [note.message for step in steps for note in step.notes if note.is_gap]

    def test_mysql_and_mariadb_drop_a_check_alike(self) -> None:
        check = {"name": "c", "sql": "a > 0"}
        base, head = table("t", column("a"), checks=[check]), table("t", column("a"))
        gone = change("drop", "check", head, "c", before={"check": check})
        self.assertEqual(self.in_mysql(base, head, gone), (["ALTER TABLE t DROP CONSTRAINT c"], []))

    def test_mysql_keeps_numbering_rows(self) -> None:
        for kind in ("BIGINT UNSIGNED", "INTEGER(11)", "TINYINT"):
            base, head = (
                table(
                    "t",
                    column("id", kind, nullable=False, primary_key=True, comment=text),
                    primary_key={"name": None, "columns": ["id"]},
                )
                for text in (None, "c")
            )
            edit = change("modify", "column", head, "id", aspects=["comment"])
            expected = f"ALTER TABLE t MODIFY id {kind} NOT NULL AUTO_INCREMENT COMMENT 'c'"
            self.assertEqual(self.in_mysql(base, head, edit), ([expected], []))

    def test_mysql_renames_a_column_as_it_is(self) -> None:
        base = head = table("t", column("new", comment="c"))
        was = {"metadata": "m", "schema": None, "name": "t", "part": "old"}
        edit = change("rename", "column", head, "new", was=was)
        self.assertEqual(self.in_mysql(base, head, edit), (["ALTER TABLE t RENAME COLUMN old TO new"], []))

    def test_a_table_and_its_column_are_renamed_back(self) -> None:
        base = head = table("new", column("b"))
        path = {"metadata": "m", "schema": None, "name": "old", "part": None}
        changes = [
            change("rename", "table", head, was=path),
            change("rename", "column", head, "b", was={**path, "part": "a"}),
        ]
        for dialect in ("postgresql", "mysql", "sqlite"):
            (found,) = self.render([base], [head], changes, dialect=dialect, script=True)
            text = getattr(found, "text", "")
            back = text.partition("def downgrade")[2]
            self.assertEqual(getattr(found, "gaps", None), 0)
            self.assertLess(
                back.index("op.rename_table('new', 'old')"), back.index("'a'" if dialect != "mysql" else " a")
            )

    def test_mysql_has_moments_without_parentheses(self) -> None:
        for text, expected in (
            (
                "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
                "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
            ),
            ("CURRENT_TIMESTAMP(6)", "CURRENT_TIMESTAMP(6)"),
            ("concat('ON UPDATE', 'b')", "(concat('ON UPDATE', 'b'))"),
        ):
            base, head = table("t"), table("t", column("a", "DATETIME", server_default=text))
            edit = change("add", "column", head, "a", after={"column": head["columns"][0]})
            self.assertEqual(
                self.in_mysql(base, head, edit),
                ([f"ALTER TABLE t ADD COLUMN a DATETIME DEFAULT {expected}"], []),
            )

    def test_mysql_restates_a_moment_that_loses_its_default(self) -> None:
        base, head = (table("t", column("a", "DATETIME", server_default=text)) for text in ("now()", None))
        edit = change("modify", "column", head, "a", aspects=["server_default"])
        self.assertEqual(self.in_mysql(base, head, edit), (["ALTER TABLE t MODIFY a DATETIME NULL"], []))

    def test_mysql_numbers_by_the_first_column_of_a_key(self) -> None:
        columns = [
            column(name, nullable=False, primary_key=True, autoincrement=given)
            for name, given in (("a", "auto"), ("b", "true"))
        ]
        made = table("t", *columns, primary_key={"name": None, "columns": ["a", "b"]})
        edit = change("add", "table", made, after={"table": made})
        (statement,), _ = self.in_mysql([], [made], edit)
        self.assertIn("PRIMARY KEY (b, a)", statement)

    def test_the_index_of_mysql_goes_with_its_key(self) -> None:
        key = foreign_key("fk")
        for indexes, more in (([], ["DROP INDEX fk ON t"]), ([index("ix")], [])):
            base = table("t", column("other"), foreign_keys=[key], indexes=indexes)
            head = table("t", column("other"), indexes=indexes)
            gone = change("drop", "foreign_key", head, "fk", before={"foreign_key": key})
            self.assertEqual(
                self.in_mysql(base, head, gone), (["ALTER TABLE t DROP FOREIGN KEY fk", *more], [])
            )

    def test_a_key_of_mysql_keeps_an_index(self) -> None:
        key, own = foreign_key("fk"), index("ix")
        base, head = (
            table("t", column("other"), foreign_keys=[key], indexes=indexes) for indexes in ([own], [])
        )
        gone = change("drop", "index", head, "ix", before={"index": own})
        self.assertEqual(
            self.in_mysql(base, head, gone), (["CREATE INDEX fk ON t (other)", "DROP INDEX ix ON t"], [])
        )

    def test_mysql_puts_one_primary_key_for_another(self) -> None:
        base, head = (
            table("t", column("a"), column("b"), primary_key={"name": None, "columns": names})
            for names in (["a"], ["a", "b"])
        )
        sides = [{"primary_key": side["primary_key"]} for side in (base, head)]
        edit = change("modify", "primary_key", head, before=sides[0], after=sides[1])
        expected = "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (a, b)"
        # A column that numbers rows as the only one of its key loses that before the key is dropped.
        self.assertEqual(
            self.in_mysql(base, head, edit)[0], ["ALTER TABLE t MODIFY a INTEGER NOT NULL", expected]
        )

    def test_mysql_has_the_column_that_numbers_rows_first_in_a_new_key(self) -> None:
        base, head = (
            table(
                "t",
                column("a"),
                column("b", autoincrement="true", primary_key=True),
                primary_key={"name": None, "columns": names},
            )
            for names in (["b"], ["a", "b"])
        )
        sides = [{"primary_key": side["primary_key"]} for side in (base, head)]
        edit = change("modify", "primary_key", head, before=sides[0], after=sides[1])
        expected = "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (b, a)"
        self.assertEqual(self.in_mysql(base, head, edit)[0][-1:], [expected])

    def test_mysql_changes_a_type_without_its_foreign_key(self) -> None:
        base, head = (
            [
                table("others", column("id", kind, nullable=False)),
                table("t", column("other", kind), foreign_keys=[foreign_key("fk")]),
            ]
            for kind in ("INTEGER", "BIGINT")
        )
        edit = [
            change("modify", "column", side, part, aspects=["type"])
            for side, part in zip(head, ("id", "other"), strict=True)
        ]
        statements, gaps = self.in_mysql(base, head, *edit)
        self.assertEqual(
            (statements[0], statements[-1], len(statements), gaps),
            (
                "ALTER TABLE t DROP FOREIGN KEY fk",
                "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY(other) REFERENCES others (id)",
                4,
                [],
            ),
        )
        for tables in (base, head):
            tables[1]["foreign_keys"] = [foreign_key(None)]
        self.assertIn("ALTER TABLE t DROP FOREIGN KEY t_ibfk_1", self.in_mysql(base, head, *edit)[0])
        for tables in (base, head):
            tables[1]["foreign_keys"] = [foreign_key(None), {**foreign_key(None), "targets": ["more.id"]}]
        # The names of both are looked up in the database.
        statements, gaps = self.in_mysql(base, head, *edit)
        self.assertEqual((len(statements), gaps), (2 * 4 + 2 + 2, []))
        for tables in (base, head):
            tables[1]["foreign_keys"] = [foreign_key(None), {**foreign_key(None), "ondelete": "CASCADE"}]
        statements, gaps = self.in_mysql(base, head, *edit)
        self.assertEqual((statements, len(gaps)), ([], 2))


if __name__ == "__main__":
    unittest.main()
