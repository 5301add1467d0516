"""Objects that block a change are dropped before it and recreated; includes findings of the generated oracle."""

import unittest
from typing import Any

from case import Case
from jobs import job, side
from native import native
from test_rendering import Json, change, column, column_type, index, table

_MADE: Json = {
    "made_by": "create_all",
    "event": "after_create",
    "target": None,
    "dialects": [],
    "condition": None,
}


def view(name: str, text: str) -> Json:
    """A view with a query."""
    own: Json = {
        "schema": None,
        "materialized": False,
        "reads": None,
        "indexes": [],
        "columns": [],
        "options": {},
    }
    return {"name": name, "sql": text, "postgresql": None, "creation": _MADE, **own}


def trigger(name: str, on: str, text: str) -> Json:
    """A trigger with a statement."""
    own = {"kind": "trigger", "schema": None, "postgresql": None, "creation": _MADE}
    return {"name": name, "table": on, "sql": text, **own}


def enum(name: str, values: list[str], columns: list[str]) -> Json:
    """A named type of PostgreSQL."""
    text = f"CREATE TYPE {name} AS ENUM ({', '.join(map(repr, values))})"
    own = {"kind": "enum", "schema": None, "metadata": "m", "created": True}
    return {"name": name, "values": values, "sql": text, "columns": columns, **own}


def of_enum(name: str, values: list[str], kind: str) -> Json:
    """The type of a column with a named type."""
    text = f"Enum({', '.join(map(repr, values))}, name={kind!r})"
    made = {
        **column_type("VARCHAR(9)", text=text),
        "postgresql": kind,
        "enum_name": kind,
        "enum_values": values,
    }
    return column(name, type=made)


def modified(of: Json, part: str, aspect: str, **sides: Any) -> Json:
    """A column that differs."""
    return change("modify", "column", of, part, aspects=[aspect], **sides)


def retyped(of: Json, part: str) -> Json:
    """A column with another type."""
    return modified(of, part, "type")


def key(*columns: str, name: str | None = None) -> Json:
    """A primary key."""
    return {"name": name, "columns": list(columns)}


def numbered(kind: str, name: str = "id", **given: Any) -> Json:
    """A column in a key."""
    return column(name, kind, nullable=False, primary_key=True, **given)


class Dependents(Case):
    """Every test renders statements; no database is used."""

    def statements(
        self, base: Json, head: Json, changes: list[Json], dialect: str = "postgresql"
    ) -> list[str]:
        """The statements with normalized blanks; there must be no gaps."""
        found = native("2.1").run({"render": job(base, head, changes, dialect)})
        steps: list[Any] = found[1:-1]
        self.assertEqual([note.message for step in steps for note in step.notes if note.is_gap], [])
        return [" ".join(text.split()) for step in steps for text in step.statements]

    def test_a_new_table_is_numbered_whatever_its_type_is_elsewhere(self) -> None:
        kind = {**column_type("BIGINT", "x"), "sqlite": "INTEGER", "class": "x.Own", "repr": "Own()"}
        sequence: Json = {"schema": None, "name": "s", "options": {}}
        cases: list[tuple[Json, str, str]] = [
            ({}, "postgresql", "id BIGSERIAL NOT NULL"),
            ({}, "sqlite", "id INTEGER NOT NULL"),
            ({"sequence": sequence}, "mysql", "id BIGINT NOT NULL AUTO_INCREMENT"),
            ({"sequence": sequence}, "postgresql", "id BIGINT NOT NULL"),
        ]
        for given, dialect, expected in cases:
            made = table("t", {**numbered("BIGINT", **given), "type": kind}, primary_key=key("id"))
            added = change("add", "table", made, after={"table": made})
            (text,) = self.statements(side([]), side([made]), [added], dialect)
            self.assertIn(f"{expected},", text)

    def test_a_view_goes_while_a_column_of_it_changes(self) -> None:
        base, head = (table("t", column("a", kind), column("b")) for kind in ("INTEGER", "BIGINT"))
        views = [
            view("v", "SELECT a FROM t"),
            view("w", "SELECT count(*) FROM v"),
            view("x", "SELECT b FROM t"),
        ]
        found = self.statements(side([base], views=views), side([head], views=views), [retyped(head, "a")])
        alter = "ALTER TABLE t ALTER COLUMN a TYPE BIGINT"
        made = ["CREATE VIEW v AS SELECT a FROM t", "CREATE VIEW w AS SELECT count(*) FROM v"]
        self.assertEqual(found, ["DROP VIEW w", "DROP VIEW v", alter, *made])

    def test_a_function_that_the_code_makes_first_comes_first(self) -> None:
        made = table("t", column("a", server_default="f()"))
        text = "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'"
        for event, first in (
            ("before_create", text),
            ("after_create", "CREATE TABLE t ( a INTEGER DEFAULT f() )"),
        ):
            creation = {**_MADE, "event": event}
            one = {
                "kind": "function",
                "schema": None,
                "name": "f()",
                "table": None,
                "sql": text,
                "postgresql": None,
            }
            item = {**one, "creation": creation}
            changes = [
                change("add", "object", made, after={"object": item}),
                change("add", "table", made, after={"table": made}),
            ]
            self.assertEqual(self.statements(side([]), side([made], objects=[item]), changes)[0], first)

    def test_an_index_is_dropped_where_its_table_is(self) -> None:
        made = table("t", column("a"))
        for dialect, on, expected in (
            ("postgresql", "extra.v", ["DROP INDEX extra.ix"]),
            ("postgresql", "v", ["DROP INDEX ix"]),
            ("sqlite", "extra.t", ["DROP INDEX extra.ix"]),
            ("mysql", "extra.t", ["DROP INDEX ix ON extra.t"]),
            ("mssql", "t", ["DROP INDEX ix ON t"]),
        ):
            item: Json = {"kind": "index", "schema": None, "name": "ix", "table": on, "postgresql": None}
            item |= {"sql": f"CREATE INDEX ix ON {on} (a)", "creation": _MADE}
            gone = change("drop", "object", made, before={"object": item})
            found = self.statements(side([made], objects=[item]), side([made]), [gone], dialect)
            self.assertEqual(found, expected, (dialect, on))

    def test_a_generated_column_goes_with_what_is_on_it(self) -> None:
        computed = {"sql": "a * 2", "persisted": True}
        own = index("ix") | {"elements": [{"column": "g", "sql": "g"}]}
        base, head = (
            table("t", column("a", kind), column("g", computed=computed), indexes=[own])
            for kind in ("INTEGER", "NUMERIC")
        )
        found = self.statements(side([base]), side([head]), [retyped(head, "a")])
        self.assertEqual(
            found,
            [
                "DROP INDEX ix",
                "ALTER TABLE t DROP COLUMN g",
                "ALTER TABLE t ALTER COLUMN a TYPE NUMERIC",
                "ALTER TABLE t ADD COLUMN g INTEGER GENERATED ALWAYS AS (a * 2) STORED",
                "CREATE INDEX ix ON t (g)",
            ],
        )

    def test_a_condition_is_made_for_the_new_type(self) -> None:
        where = index("ix") | {
            "elements": [{"column": "b", "sql": "b"}],
            "options": {"postgresql_where": "a > 1"},
        }
        check = {"name": "ck", "sql": "t.a > 0"}
        plain = index("plain") | {"elements": [{"column": "a", "sql": "a"}]}
        base, head = (
            table("t", column("a", kind), column("b"), checks=[check], indexes=[where, plain])
            for kind in ("VARCHAR(9)", "INTEGER")
        )
        found = self.statements(side([base]), side([head]), [retyped(head, "a")])
        self.assertEqual(
            found,
            [
                "ALTER TABLE t DROP CONSTRAINT ck",
                "DROP INDEX ix",
                "ALTER TABLE t ALTER COLUMN a TYPE INTEGER USING a::INTEGER",
                "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0)",
                "CREATE INDEX ix ON t (b) WHERE a > 1",
            ],
        )

    def test_an_enum_is_rebuilt_under_its_columns(self) -> None:
        values, fewer = ["a", "b", "c"], ["a", "b"]
        check = {"name": "ck", "sql": "t.s <> 'a'"}
        default = {"server_default": "a", "server_default_literal": True}
        base = table("t", of_enum("s", values, "st") | default, of_enum("gone", values, "st"), checks=[check])
        head = table("t", of_enum("s", fewer, "st") | default, checks=[check])
        types = [enum("st", values, ["t.s", "t.gone"])], [enum("st", fewer, ["t.s"])]
        path = {"metadata": "m", "schema": None, "name": "st", "part": "c"}
        changes = [
            change("drop", "enum_value", head, before={"text": "c"}) | {"path": path},
            change("drop", "column", head, "gone", before={"column": base["columns"][1]}),
        ]
        found = self.statements(side([base], types=types[0]), side([head], types=types[1]), changes)
        self.assertEqual(
            found,
            [
                "ALTER TABLE t DROP CONSTRAINT ck",
                "ALTER TYPE st RENAME TO st_old",
                "CREATE TYPE st AS ENUM ('a', 'b')",
                "ALTER TABLE t ALTER COLUMN s DROP DEFAULT",
                "ALTER TABLE t ALTER COLUMN s TYPE st USING s::text::st",
                "ALTER TABLE t ALTER COLUMN s SET DEFAULT 'a'",
                "ALTER TABLE t ADD CONSTRAINT ck CHECK (s <> 'a')",
                "ALTER TABLE t DROP COLUMN gone",
                "DROP TYPE st_old",
            ],
        )

    def test_the_sequence_of_a_key_grows_with_it(self) -> None:
        base, head = (table("t", numbered(kind), primary_key=key("id")) for kind in ("INTEGER", "BIGINT"))
        found = self.statements(side([base]), side([head]), [retyped(head, "id")])
        self.assertEqual(
            found, ["ALTER TABLE t ALTER COLUMN id TYPE BIGINT", "ALTER SEQUENCE t_id_seq AS bigint"]
        )

    def test_numbers_from_a_sequence_and_from_an_identity(self) -> None:
        identity: Json = {"always": False, "start": None, "increment": None, "options": {}}
        serial = table("t", numbered("INTEGER"), primary_key=key("id"))
        own = table("t", numbered("INTEGER", identity=identity), primary_key=key("id"))
        there = self.statements(side([serial]), side([own]), [modified(own, "id", "identity")])
        self.assertEqual(there[:2], ["ALTER TABLE t ALTER COLUMN id DROP DEFAULT", "DROP SEQUENCE t_id_seq"])
        self.assertEqual(there[2], "ALTER TABLE t ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY")
        self.assertIn("pg_get_serial_sequence('t', 'id')", there[3])
        back = self.statements(side([own]), side([serial]), [modified(own, "id", "identity")])
        self.assertEqual(
            back[:4],
            [
                "ALTER TABLE t ALTER COLUMN id DROP IDENTITY",
                "CREATE SEQUENCE t_id_seq AS integer",
                "ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('t_id_seq'::regclass)",
                "ALTER SEQUENCE t_id_seq OWNED BY t.id",
            ],
        )

    def test_what_has_no_cast_goes_through_a_text(self) -> None:
        for before, after, using in (
            ("DATE", "INTEGER", "a::text::INTEGER"),
            ("BOOLEAN", "INTEGER", "a::INTEGER"),
            ("BOOLEAN", "BIGINT", "a::text::BIGINT"),
            ("VARCHAR(9)[]", "BIGINT", "a::text::BIGINT"),
            ("INTEGER[]", "BIGINT[]", "a::BIGINT[]"),
            ("TIMESTAMP WITH TIME ZONE", "INTERVAL", "a::text::INTERVAL"),
        ):
            base, head = (table("t", column("a", kind)) for kind in (before, after))
            (found,) = self.statements(side([base]), side([head]), [retyped(head, "a")])
            self.assertEqual(found, f"ALTER TABLE t ALTER COLUMN a TYPE {after} USING {using}")

    def test_a_foreign_key_gives_way_to_the_key_that_it_refers_to(self) -> None:
        nothing = dict.fromkeys(("ondelete", "onupdate", "deferrable", "initially", "match"))
        refers = {"name": "fk", "columns": ["o"], "targets": ["t.a"], "use_alter": False, **nothing}
        unique: Json = {"name": "uq", "columns": ["a"], "deferrable": None, "initially": None, "options": {}}
        other = table("u", column("o"), foreign_keys=[refers])
        base = table("t", column("a"), unique=[unique])
        head = table("t", numbered("INTEGER", "a"), primary_key=key("a", name="pk"))
        changes = [
            change(
                "modify",
                "primary_key",
                head,
                before={"primary_key": key()},
                after={"primary_key": key("a", name="pk")},
            ),
            change("drop", "unique", head, "uq", before={"unique": unique}),
        ]
        found = self.statements(side([base, other]), side([head, other]), changes)
        self.assertEqual(found[0], "ALTER TABLE u DROP CONSTRAINT fk")
        self.assertEqual(found[1], "ALTER TABLE t DROP CONSTRAINT uq")
        self.assertIn("ADD CONSTRAINT fk FOREIGN KEY(o) REFERENCES t (a)", found[-1])

    def test_a_unique_constraint_that_is_the_key_is_none_of_its_own(self) -> None:
        unique: Json = {"name": None, "columns": ["id"], "deferrable": None, "initially": None, "options": {}}
        base = table("t", numbered("INTEGER"), primary_key=key("id"), unique=[unique])
        head = table("t", numbered("INTEGER"), primary_key=key("id"))
        gone = change("drop", "unique", head, before={"unique": unique})
        self.assertEqual(self.statements(side([base]), side([head]), [gone]), [])
        self.assertNotEqual(self.statements(side([base]), side([head]), [gone], "sqlite"), [])

    def test_sqlite_takes_no_values_for_what_is_computed(self) -> None:
        computed = {"sql": "a * 2", "persisted": False}
        check = {"name": "ck", "sql": "g > 1"}
        base, head = (
            table("t", column("a", kind), column("g", computed=computed), checks=[check])
            for kind in ("INTEGER", "BIGINT")
        )
        views, triggers = (
            [view("v", "SELECT a FROM t")],
            [trigger("tr", "t", "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END")],
        )
        start, end = (side([one], views=views, objects=triggers) for one in (base, head))
        found = self.statements(start, end, [retyped(head, "a")], "sqlite")
        self.assertEqual(found[0], "DROP VIEW v")
        self.assertIn("g INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL", found[1])
        self.assertIn("CONSTRAINT ck CHECK (g > 1)", found[1])
        self.assertIn("INSERT INTO _alembic_tmp_t (a) SELECT", found[2])
        self.assertEqual(found[-2:], ["CREATE VIEW v AS SELECT a FROM t", triggers[0]["sql"]])

    def test_sqlite_keeps_the_name_and_the_order_of_a_key(self) -> None:
        columns = [numbered("INTEGER", "a"), numbered("INTEGER", "b")]
        base = table("t", *columns, column("c", "INTEGER"), primary_key=key("b", "a", name="pk"))
        head = table("t", *columns, column("c", "TEXT"), primary_key=key("b", "a", name="pk"))
        found = self.statements(side([base]), side([head]), [retyped(head, "c")], "sqlite")
        self.assertIn("CONSTRAINT pk PRIMARY KEY (b, a)", found[0])

    def test_names_are_cut_as_postgresql_cuts_them(self) -> None:
        from belljar_guest.render.default_names import object_name

        self.assertEqual(object_name("t", ["a", "b"], "fkey"), "t_a_b_fkey")
        # As the server named them.
        self.assertEqual(object_name("a" * 40, ["b" * 40], "key"), f"{'a' * 29}_{'b' * 29}_key")
        self.assertEqual(object_name("a" * 70, [], "pkey"), f"{'a' * 58}_pkey")


if __name__ == "__main__":
    unittest.main()
