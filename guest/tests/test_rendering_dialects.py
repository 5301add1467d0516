"""What a document has for one dialect alone, and the requirements of MySQL for numbering and keys, as statements."""

from typing import Any

from test_rendering import Json, Rendering, change, column, foreign_key, table


class Dialects(Rendering):
    """Separate from the tests of all dialects, which run in their own class."""

    def statements_and_gaps(
        self, dialect: str, base: list[Json], head: list[Json], *changes: Json
    ) -> tuple[list[str], list[str]]:
        """The statements, and the gaps."""
        steps: list[Any] = self.render(base, head, list(changes), dialect=dialect)
        statements = [" ".join(text.split()) for step in steps for text in step.statements]
        return statements, [note.message for step in steps for note in step.notes if note.is_gap]

    def test_texts_that_a_dialect_writes_otherwise(self) -> None:
        made = table(
            "t",
            column(
                "d",
                "DATETIME",
                server_default="TIMEZONE('utc', now())",
                options={"server_default:mssql": "GETUTCDATE()"},
            ),
            column(
                "C",
                computed={"sql": '"B" + 1', "persisted": None},
                options={"computed:mssql": "[B] + 1", "computed:mysql": "`B` + 1"},
            ),
            checks=[{"name": "c", "sql": 't."B" > 0', "options": {"sql:mssql": "[B] > 0"}}],
            indexes=[
                {
                    "name": "i",
                    "unique": False,
                    "elements": [{"column": None, "sql": 'lower("B")'}],
                    "options": {"element 0:mssql": "lower([B])"},
                }
            ],
        )
        statements, gaps = self.created(made, dialect="mssql")
        self.assertEqual(gaps, [])
        text = "; ".join(statements)
        for part in ("DEFAULT GETUTCDATE()", "AS ([B] + 1)", "CHECK ([B] > 0)", "(lower([B]))"):
            self.assertIn(part, text)
        self.assertIn("DEFAULT TIMEZONE('utc', now())", "; ".join(self.created(made)[0]))

    def test_a_default_that_differs_in_one_dialect(self) -> None:
        base, head = (
            table(
                "t", column("d", "DATETIME", server_default="now()", options={"server_default:mysql": text})
            )
            for text in ("CURRENT_TIMESTAMP", "LOCALTIME")
        )
        modified = change(
            "modify", "column", head, "d", aspects=["options"], before={"list": []}, after={"list": []}
        )
        self.assertEqual(self.statements_and_gaps("postgresql", [base], [head], modified), ([], []))
        statements, gaps = self.statements_and_gaps("mysql", [base], [head], modified)
        self.assertEqual(gaps, [])
        self.assertIn("LOCALTIME", "".join(statements))

    def test_mariadb_has_its_own_words(self) -> None:
        made = table(
            "t",
            column("v", "VARCHAR(20)", options={"server_default:mariadb": "'m'"}, server_default="'p'"),
            options={"mysql_engine": "InnoDB", "mariadb_engine": "Aria"},
        )
        made["columns"][0]["type"]["mariadb"] = "VARCHAR(30)"
        self.assertEqual(
            self.created(made, dialect="mariadb"),
            (["CREATE TABLE t ( v VARCHAR(30) DEFAULT 'm' )ENGINE=Aria"], []),
        )
        self.assertEqual(
            self.created(made, dialect="mysql"),
            (["CREATE TABLE t ( v VARCHAR(20) DEFAULT 'p' )ENGINE=InnoDB"], []),
        )

    def test_a_name_without_quotes_is_folded(self) -> None:
        made = table("Users", column("Id", options={"quote": "False"}), options={"quote": "False"})
        self.assertEqual(self.created(made), (["CREATE TABLE Users ( Id INTEGER )"], []))
        more = table(
            "Users", column("Id", options={"quote": "False"}), column("b"), options={"quote": "False"}
        )
        added = change("add", "column", more, "b", after={"column": more["columns"][1]})
        self.assertEqual(
            self.statements_and_gaps("postgresql", [made], [more], added),
            (["ALTER TABLE Users ADD COLUMN b INTEGER"], []),
        )
        plain = table("Users", column("Id"))
        self.assertEqual(self.created(plain), (['CREATE TABLE "Users" ( "Id" INTEGER )'], []))
        self.assertEqual(
            self.created(table("a", column("b"), options={"quote": "True"}), dialect="oracle")[0],
            ['CREATE TABLE "a" ( b INTEGER )'],
        )

    def test_comments_on_constraints(self) -> None:
        check = {"name": "c", "sql": "a > 0", "options": {"comment": "it's"}}
        base, head = (
            table("t", column("a"), checks=[{**check, "options": {}}]),
            table("t", column("a"), checks=[check]),
        )
        comment = "COMMENT ON CONSTRAINT c ON t IS 'it''s'"
        self.assertEqual(self.created(head)[0][1:], [comment])
        other = change(
            "modify",
            "check",
            head,
            "c",
            aspects=["options"],
            before={"check": base["checks"][0]},
            after={"check": check},
        )
        self.assertEqual(self.statements_and_gaps("postgresql", [base], [head], other), ([comment], []))
        back = {**other, "before": other["after"], "after": other["before"]}
        self.assertEqual(
            self.statements_and_gaps("postgresql", [head], [base], back)[0],
            ["COMMENT ON CONSTRAINT c ON t IS NULL"],
        )
        self.assertEqual(self.statements_and_gaps("mysql", [base], [head], other), ([], []))

    def test_mysql_numbers_by_another_key(self) -> None:
        def side(*key: str) -> Json:
            columns = [column(name, nullable=False, primary_key=name in key) for name in ("id", "no")]
            return table("t", *columns, primary_key={"name": None, "columns": list(key)})

        base, head = side("id"), side("id", "no")
        other = change(
            "modify",
            "primary_key",
            head,
            before={"primary_key": base["primary_key"]},
            after={"primary_key": head["primary_key"]},
        )
        statements, gaps = self.statements_and_gaps("mysql", [base], [head], other)
        wanted = [
            "ALTER TABLE t MODIFY id INTEGER NOT NULL",
            "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, no)",
        ]
        self.assertEqual((statements, gaps), (wanted, []))
        back = {**other, "before": other["after"], "after": other["before"]}
        statements, gaps = self.statements_and_gaps("mysql", [head], [base], back)
        wanted = [
            "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id)",
            "ALTER TABLE t MODIFY id INTEGER NOT NULL AUTO_INCREMENT",
        ]
        self.assertEqual((statements, gaps), (wanted, []))

    def test_mysql_numbers_the_rows_of_a_column_with_a_sequence(self) -> None:
        def side(**given: Any) -> Json:
            own = column("id", nullable=False, primary_key=True, **given)
            return table("t", own, primary_key={"name": None, "columns": ["id"]})

        sequence: Json = {"name": "s", "options": {}}
        with_it, never = side(sequence=sequence), side(autoincrement="false")
        for base, head, expected in (
            (with_it, never, ["ALTER TABLE t MODIFY id INTEGER NOT NULL"]),
            (never, with_it, ["ALTER TABLE t MODIFY id INTEGER NOT NULL AUTO_INCREMENT"]),
            (with_it, side(), []),
        ):
            reported = change("modify", "column", head, "id", aspects=["sequence"])
            self.assertEqual(self.statements_and_gaps("mysql", [base], [head], reported)[0], expected)

    def test_mysql_adds_a_column_with_its_key(self) -> None:
        base = table("t", column("a", nullable=False))
        new = column("id", nullable=False, primary_key=True, comment="AUTO it's")
        head = table("t", column("a", nullable=False), new, primary_key={"name": None, "columns": ["id"]})
        changes = [
            change("add", "column", head, "id", after={"column": new}),
            change(
                "modify",
                "primary_key",
                head,
                before={"primary_key": base["primary_key"]},
                after={"primary_key": head["primary_key"]},
            ),
        ]
        statements, gaps = self.statements_and_gaps("mysql", [base], [head], *changes)
        wanted = "ALTER TABLE t ADD COLUMN id INTEGER NOT NULL AUTO_INCREMENT COMMENT 'AUTO it''s', ADD PRIMARY KEY (id)"
        self.assertEqual((statements, gaps), ([wanted], []))

    def test_innodb_names_the_only_key_without_a_name(self) -> None:
        def side(*keys: Json) -> Json:
            return table("t", column("other"), foreign_keys=list(keys))

        key = foreign_key(None)
        gone = change("drop", "foreign_key", side(), "(other)", before={"foreign_key": key})
        statements, gaps = self.statements_and_gaps("mysql", [side(key)], [side()], gone)
        self.assertEqual((statements[0], gaps), ("ALTER TABLE t DROP FOREIGN KEY t_ibfk_1", []))
        two = {**foreign_key(None), "ondelete": "CASCADE"}
        _, gaps = self.statements_and_gaps("mysql", [side(key, two)], [side(two)], gone)
        self.assertIn("it has no name, and there is another one like it", gaps[0])
        # So its target table can't be dropped either.
        others = table("others", column("id"))
        away = change("drop", "table", others, before={"table": others})
        statements, gaps = self.statements_and_gaps(
            "mysql", [side(key, two), others], [side(two)], gone, away
        )
        self.assertEqual((statements, len(gaps)), ([], 2))
        statements, gaps = self.statements_and_gaps("mysql", [side(key), others], [side()], gone, away)
        self.assertEqual((statements[-1], gaps), ("DROP TABLE others", []))

    def test_a_foreign_key_keeps_an_index_of_its_name(self) -> None:
        def side(*unique: Json) -> Json:
            return table("t", column("other"), foreign_keys=[foreign_key(None)], unique=list(unique))

        wide: Json = {"columns": ["other", "id"], "name": None, "deferrable": None, "initially": None}
        wide["options"] = {}
        gone = change("drop", "unique", side(), "(other, id)", before={"unique": wide})
        found = self.statements_and_gaps("mysql", [side(wide)], [side()], gone)
        wanted = [
            "CREATE INDEX other_2 ON t (other)",
            "ALTER TABLE t DROP INDEX other",
            "ALTER TABLE t RENAME INDEX other_2 TO other",
        ]
        self.assertEqual(found, (wanted, []))
        # Another index begins with the column at the end: this one is temporary.
        one = {**wide, "columns": ["other"], "name": "one"}
        exchanged = change(
            "modify", "unique", side(), "(other)", before={"unique": wide}, after={"unique": one}
        )
        statements, gaps = self.statements_and_gaps("mysql", [side(wide)], [side(one)], exchanged)
        self.assertEqual((statements[-1], gaps), ("DROP INDEX other_2 ON t", []))

    def test_mysql_changes_a_computed_column_in_place(self) -> None:
        def side(sql: str, kind: str = "INTEGER", *, persisted: bool = True) -> Json:
            computed = {"sql": sql, "persisted": persisted}
            element = {"column": "c", "sql": "c"}
            index = {"name": "i", "unique": False, "elements": [element], "options": {}}
            return table("t", column("a"), column("c", kind, computed=computed), indexes=[index])

        base = side("a + 1")
        other = change(
            "modify",
            "column",
            base,
            "c",
            aspects=["computed"],
            before={"computed": {}},
            after={"computed": {}},
        )
        found = self.statements_and_gaps("mysql", [base], [side("a + 2")], other)
        self.assertEqual(
            found, (["ALTER TABLE t MODIFY COLUMN c INTEGER GENERATED ALWAYS AS (a + 2) STORED"], [])
        )
        retyped = {**other, "aspects": ["type"]}
        found = self.statements_and_gaps("mysql", [base], [side("a + 1", "BIGINT")], retyped)
        self.assertEqual(
            found, (["ALTER TABLE t MODIFY COLUMN c BIGINT GENERATED ALWAYS AS (a + 1) STORED"], [])
        )
        statements, gaps = self.statements_and_gaps("mysql", [base], [side("a + 1", persisted=False)], other)
        self.assertEqual(
            (statements[0], statements[-1], gaps), ("DROP INDEX i ON t", "CREATE INDEX i ON t (c)", [])
        )

    def test_mysql_renames_the_index_of_a_key_with_its_column(self) -> None:
        base = table("t", column("other"), foreign_keys=[foreign_key(None)])
        renamed = change(
            "rename",
            "column",
            base,
            "other",
            was={"metadata": "m", "schema": None, "name": "t", "part": "old"},
        )
        statements, gaps = self.statements_and_gaps("mysql", [base], [base], renamed)
        self.assertEqual(
            (statements, gaps),
            (["ALTER TABLE t RENAME COLUMN old TO other", "ALTER TABLE t RENAME INDEX old TO other"], []),
        )
        unique: Any = {
            "columns": ["other"],
            "name": None,
            "deferrable": None,
            "initially": None,
            "options": {},
        }
        for name, count in ((None, 2), ("uq", 1)):
            base = table("t", column("other"), unique=[{**unique, "name": name}])
            self.assertEqual(len(self.statements_and_gaps("mysql", [base], [base], renamed)[0]), count)

    def test_mysql_changes_a_type_under_a_key_that_is_made_at_another_time(self) -> None:
        base, head = (
            table(
                "others",
                column("id", kind, nullable=False),
                column("other", kind),
                foreign_keys=[{**foreign_key("fk"), "use_alter": late}],
            )
            for kind, late in (("INTEGER", True), ("BIGINT", False))
        )
        changes = [change("modify", "column", head, part, aspects=["type"]) for part in ("id", "other")]
        statements, gaps = self.statements_and_gaps("mysql", [base], [head], *changes)
        self.assertEqual(
            (statements[0], len(statements), gaps), ("ALTER TABLE others DROP FOREIGN KEY fk", 4, [])
        )

    def test_what_refers_to_a_table_goes_before_it(self) -> None:
        people = table("people", column("id"), foreign_keys=[{**foreign_key("fk"), "columns": ["id"]}])
        orders = table(
            "orders", column("other"), foreign_keys=[{**foreign_key(None), "targets": ["people.id"]}]
        )
        new = table("others", column("other"), foreign_keys=[{**foreign_key("fk"), "targets": ["more.id"]}])
        changes = [change("drop", "table", item, before={"table": item}) for item in (people, orders)]
        changes.append(change("add", "table", new, after={"table": new}))
        statements, _ = self.statements_and_gaps("mysql", [people, orders], [new], *changes)
        heads = [text.partition(" (")[0] for text in statements]
        self.assertEqual(heads, ["DROP TABLE orders", "DROP TABLE people", "CREATE TABLE others"])


def load_tests(loader: Any, _tests: Any, _pattern: Any) -> Any:
    """Load only the tests declared here."""
    names = [name for name in vars(Dialects) if name.startswith("test_")]
    return loader.suiteClass([Dialects(name) for name in names])
