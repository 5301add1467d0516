"""Constraints and indexes that differ only in their names."""

from typing import Any

from case import Case
from jobs import job, side
from native import native
from test_rendering import Json, change, column, foreign_key, index, table

#: For each kind, where a table has it, its other properties, and how PostgreSQL and MySQL rename it. None: it is
#: recreated.
_RENAMED: dict[str, tuple[str, Json, str | None]] = {
    "unique": (
        "unique",
        {"columns": ["other"], "deferrable": None, "initially": None, "options": {}},
        "INDEX",
    ),
    "check": ("checks", {"sql": "other > 0"}, None),
    "foreign_key": ("foreign_keys", {k: v for k, v in foreign_key(None).items() if k != "name"}, None),
    "index": ("indexes", {k: v for k, v in index("x").items() if k != "name"}, "INDEX"),
}


def sides(subject: str, old: str | None, new: str | None, **given: Any) -> tuple[Json, Json, Json]:
    """A table before and after, and the change of a name."""
    where, item, _ = _RENAMED[subject]
    before, after = ({**item, "name": name} for name in (old, new))
    tables = [table("t", column("other"), **{where: [one]}, **given) for one in (before, after)]
    edit = change(
        "modify",
        subject,
        tables[1],
        new or "x",
        aspects=["name"],
        before={subject: before},
        after={subject: after},
    )
    edit["path"]["schema"] = given.get("schema")
    return tables[0], tables[1], edit


class Names(Case):
    """The statements for a change of names."""

    def render(self, base: Json, head: Json, edit: Json, dialect: str, *, script: bool = False) -> list[Any]:
        """The frames without the first and the last."""
        edit = job(side([base]), side([head]), [edit], dialect, script=script)
        return list(native("2.1").run({"render": edit})[1:-1])

    def statements(
        self, subject: str, old: str | None, new: str | None, dialect: str, **given: Any
    ) -> list[str]:
        """The statements of one change."""
        base, head, edit = sides(subject, old, new, **given)
        steps = self.render(base, head, edit, dialect)
        return [" ".join(text.split()) for step in steps for text in step.statements]

    def test_postgresql_renames_all_of_them(self) -> None:
        for subject in _RENAMED:
            expected = 'ALTER TABLE t RENAME CONSTRAINT was_so TO "New"'
            if subject == "index":
                expected = 'ALTER INDEX was_so RENAME TO "New"'
            self.assertEqual(self.statements(subject, "was_so", "New", "postgresql"), [expected])

    def test_the_schema_is_that_of_the_table(self) -> None:
        self.assertEqual(
            [
                self.statements(subject, "a", "b", "postgresql", schema="app")
                for subject in ("unique", "index")
            ],
            [["ALTER TABLE app.t RENAME CONSTRAINT a TO b"], ["ALTER INDEX app.a RENAME TO b"]],
        )

    def test_a_name_that_the_database_gave(self) -> None:
        for subject, name in (("unique", "t_other_key"), ("foreign_key", "t_other_fkey")):
            rename = "ALTER TABLE t RENAME CONSTRAINT"
            self.assertEqual(self.statements(subject, None, "x", "postgresql"), [f"{rename} {name} TO x"])
            self.assertEqual(self.statements(subject, "x", None, "postgresql"), [f"{rename} x TO {name}"])
            self.assertEqual(self.statements(subject, None, name, "postgresql"), [])

    def test_mysql_renames_indexes(self) -> None:
        for subject, (_, _, how) in _RENAMED.items():
            found = self.statements(subject, "was_so", "is_so", "mysql")
            if how:
                self.assertEqual(found, [f"ALTER TABLE t RENAME {how} was_so TO is_so"])
            else:
                self.assertIn("DROP", found[0])

    def test_other_dialects_rebuild_it(self) -> None:
        for dialect in ("sqlite", "mssql", "oracle"):
            for subject in _RENAMED:
                found = " ".join(self.statements(subject, "was_so", "is_so", dialect))
                self.assertNotIn("RENAME CONSTRAINT", found)
                self.assertNotIn("ALTER INDEX", found)

    def test_a_script_goes_both_ways(self) -> None:
        base, head, edit = sides("unique", "was_so", "is_so")
        (found,) = self.render(base, head, edit, "postgresql", script=True)
        up, _, down = getattr(found, "text", "").partition("def downgrade")
        self.assertIn("RENAME CONSTRAINT was_so TO is_so", up)
        self.assertIn("RENAME CONSTRAINT is_so TO was_so", down)

    def test_constraints_that_differ_in_more_than_the_name_are_rebuilt(self) -> None:
        base, head, edit = sides("unique", "was_so", "is_so")
        edit["aspects"] = ["deferrable", "name"]
        steps = self.render(base, head, edit, "postgresql")
        text = " ".join(text for step in steps for text in step.statements)
        self.assertIn("DROP CONSTRAINT was_so", text)
        self.assertNotIn("RENAME", text)
