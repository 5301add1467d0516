"""Look-ups of the names of unnamed constraints in MySQL and MariaDB."""

import ast
from typing import Any

from case import Case
from jobs import job, side
from native import native
from test_rendering import Json, change, column, foreign_key, table

#: Characters that cause trouble when a name is written into a text, and that text into another.
_HOSTILE = "a'b`c\\d%e :f"

_PREPARED = ["PREPARE belljar FROM @belljar", "EXECUTE belljar", "DEALLOCATE PREPARE belljar"]


class Lookups(Case):
    """Unnamed constraints that are dropped."""

    def render(self, base: list[Json], head: list[Json], edit: Json, *, script: bool = False) -> list[Any]:
        """The frames without the first and the last."""
        given = job(side(base), side(head), [edit], "mysql", script=script)
        return list(native("2.1").run({"render": given})[1:-1])

    def statements(self, before: Json, after: Json, edit: Json) -> tuple[list[str], list[str]]:
        """The statements, and the gaps."""
        steps = self.render([before], [after], edit)
        statements = [" ".join(text.split()) for step in steps for text in step.statements]
        return statements, [note.message for step in steps for note in step.notes if note.is_gap]

    def of_checks(self, *checks: tuple[str | None, str], **given: Any) -> tuple[list[str], list[str]]:
        """The operations that drop the first of some checks."""
        items = [{"name": name, "sql": sql} for name, sql in checks]
        before, after = (table("t", column("a"), checks=one, **given) for one in (items, items[1:]))
        edit = change("drop", "check", after, "()", before={"check": items[0]})
        edit["path"]["schema"] = after["schema"]
        return self.statements(before, after, edit)

    def test_a_foreign_key_is_known_by_what_it_is(self) -> None:
        key = {**foreign_key(None), "columns": ["other", "more"], "targets": ["others.id", "others.no"]}
        same = {**key, "name": "it's"}
        columns = [column("other"), column("more")]
        before, after = (
            table("t", *columns, foreign_keys=keys)
            for keys in ([key, foreign_key(None), same], [foreign_key(None), same])
        )
        edit = change("drop", "foreign_key", after, "()", before={"foreign_key": key})
        (asked, *carried_out), gaps = self.statements(before, after, edit)
        self.assertEqual((carried_out[:3], gaps), (_PREPARED, []))
        self.assertEqual(
            asked,
            "SET @belljar = (SELECT concat('ALTER TABLE t DROP FOREIGN KEY `', replace(constraint_name, '`', '``'),"
            " '`') FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 't'"
            " AND referenced_table_schema = DATABASE() AND referenced_table_name = 'others'"
            " AND constraint_name NOT IN ('it''s') GROUP BY constraint_name HAVING count(*) = 2"
            " AND sum((ordinal_position, column_name, referenced_column_name)"
            " IN ((1, 'other', 'id'), (2, 'more', 'no'))) = 2)",
        )

    def test_the_only_check_without_a_name(self) -> None:
        (asked, *carried_out), gaps = self.of_checks((None, "a > 0"), ("known", "a > 1"))
        self.assertEqual((carried_out, gaps), (_PREPARED, []))
        self.assertIn("'ALTER TABLE t DROP CONSTRAINT `'", asked)
        self.assertIn("REGEXP '^CONSTRAINT_[0-9]+$|_chk_[0-9]+$' AND constraint_name NOT IN ('known')", asked)

    def test_one_of_several_checks_is_known_by_one_that_is_like_it(self) -> None:
        (made, asked, *carried_out), gaps = self.of_checks((None, "a > 0"), (None, "a > 1"), schema="s")
        self.assertEqual(made, "ALTER TABLE s.t ADD CONSTRAINT belljar_twin CHECK (a > 0)")
        self.assertIn("'`, DROP CONSTRAINT belljar_twin') FROM", asked)
        self.assertIn("constraint_name NOT IN ('belljar_twin') GROUP BY constraint_name", asked)
        self.assertIn("HAVING count(*) = 1 AND max(check_clause) = (SELECT check_clause FROM", asked)
        self.assertIn("table_schema = 's' AND table_name = 't'", asked)
        self.assertEqual((carried_out, gaps), (_PREPARED, []))

    def test_two_that_are_alike_are_left(self) -> None:
        statements, gaps = self.of_checks((None, "a > 0"), (None, "a > 0"))
        self.assertEqual((statements, len(gaps)), ([], 1))
        self.assertIn("there is another one like it", gaps[0])

    def test_a_name_that_is_certain_is_not_asked_for(self) -> None:
        statements, _ = self.of_checks(("c", "a > 0"), (None, "a > 1"))
        self.assertEqual(statements, ["ALTER TABLE t DROP CONSTRAINT c"])

    def test_names_stay_names(self) -> None:
        keys = [{**foreign_key(None), "columns": [_HOSTILE]}, foreign_key(None)]
        before, after = (
            table(_HOSTILE, column(_HOSTILE), column("other"), foreign_keys=some) for some in (keys, keys[1:])
        )
        edit = change("drop", "foreign_key", after, "()", before={"foreign_key": keys[0]})
        (asked, *_), gaps = self.statements(before, after, edit)
        self.assertEqual(gaps, [])
        self.assertIn("concat('ALTER TABLE `a''b``c\\\\d%e :f` DROP FOREIGN KEY `'", asked)
        self.assertIn("((1, 'a''b`c\\\\d%e :f', 'id'))", asked)
        (found,) = self.render([before], [after], edit, script=True)
        executed = [
            ast.literal_eval(call.args[0])
            for call in ast.walk(ast.parse(found.text))
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "op.execute"
        ]
        self.assertEqual([text for text in executed if not text.startswith("SET")], _PREPARED)
        # A colon there is no parameter of `text()`.
        self.assertIn(asked.replace(" :f", " \\:f"), executed)
