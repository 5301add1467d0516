"""What the scorer takes for equal DDL, and what it does not."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import ddl
import score
import score_ddl

TABLE = """CREATE TABLE shop.orders (
    id SERIAL NOT NULL,
    state VARCHAR(8) DEFAULT 'a,)b' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT known CHECK (state IN ('a', 'b')),
    FOREIGN KEY(id) REFERENCES shop.carts (id)
)"""


def document(status: str = "exact", column: str = "exact") -> dict[str, object]:
    columns = [{"name": "id", "status": "exact"}, {"name": "state", "status": column}]
    return {"tables": [{"schema": "shop", "name": "orders", "status": status, "columns": columns}]}


def compare(printed: str, got: dict[str, object]) -> list[tuple[str, bool]]:
    truth = {
        "tables": [
            {"schema": "shop", "name": "orders", "ddl": {"sqlite": ddl.by_table([TABLE])["shop.orders"]}}
        ]
    }
    _, found = score_ddl.compare(truth, got, f"-- models:Base.metadata (sqlite)\n\n{printed}", "sqlite")
    return [(item.what, item.flagged) for item in found]


class Normalised(unittest.TestCase):
    """Order and layout do not count, all else does."""

    def test_columns_keep_their_order_and_all_else_is_sorted(self) -> None:
        self.assertEqual(
            ddl.by_table([TABLE, 'CREATE UNIQUE INDEX "by state" ON shop.orders (state)'])["shop.orders"],
            [
                "CREATE TABLE shop.orders ()",
                "id SERIAL NOT NULL",
                "state VARCHAR(8) DEFAULT 'a,)b' NOT NULL",
                "CONSTRAINT known CHECK (state IN ('a', 'b'))",
                'CREATE UNIQUE INDEX "by state" ON shop.orders (state)',
                "FOREIGN KEY(id) REFERENCES shop.carts (id)",
                "PRIMARY KEY (id)",
            ],
        )

    def test_a_foreign_key_that_is_added_later_is_the_same(self) -> None:
        later = TABLE.replace(",\n    FOREIGN KEY(id) REFERENCES shop.carts (id)", "")
        added = "ALTER TABLE shop.orders ADD FOREIGN KEY(id) REFERENCES shop.carts (id)"
        self.assertEqual(ddl.by_table([TABLE]), ddl.by_table([later, added]))

    def test_what_stands_after_the_brackets_counts(self) -> None:
        self.assertEqual(
            ddl.by_table(["CREATE TABLE `a b` (x INT)ENGINE=InnoDB COMMENT='one (1)'"]),
            {"a b": ["CREATE TABLE `a b` ()ENGINE=InnoDB COMMENT='one (1)'", "x INT"]},
        )

    def test_a_statement_ends_outside_of_strings(self) -> None:
        text = "-- models (sqlite)\n\nCREATE TABLE a (\n    x INT DEFAULT 'a;\n;'\n);\n\nCREATE TABLE b (x INT);\n"
        self.assertEqual(len(list(ddl.statements(text))), 2)


class Scored(unittest.TestCase):
    """A difference is silent unless the output owns up to it."""

    def test_the_same_is_no_difference(self) -> None:
        self.assertEqual(compare(f"{TABLE};\n", document()), [])

    def test_a_check_that_is_lost_is_silent(self) -> None:
        lost = TABLE.replace("    CONSTRAINT known CHECK (state IN ('a', 'b')),\n", "")
        want = "shop.orders: - CONSTRAINT known CHECK (state IN ('a', 'b'))"
        self.assertEqual(compare(f"{lost};\n", document()), [(want, False)])
        self.assertEqual(compare(f"{lost};\n", document("partial")), [(want, True)])
        self.assertEqual(compare(f"{lost};\n", document("exact", "partial")), [(want, True)])

    def test_a_table_that_is_left_out_is_silent_unless_it_is_said(self) -> None:
        self.assertEqual(compare("", document()), [("shop.orders: no DDL", False)])
        said = "-- left out: `shop.orders`: no words\n"
        self.assertEqual(compare(said, document()), [("shop.orders: no DDL", True)])

    def test_a_key_that_is_left_out_is_silent_unless_it_is_said(self) -> None:
        lost = TABLE.replace(",\n    FOREIGN KEY(id) REFERENCES shop.carts (id)", "")
        want = "shop.orders: - FOREIGN KEY(id) REFERENCES shop.carts (id)"
        self.assertEqual(compare(f"{lost};\n", document()), [(want, False)])
        for target, flagged in (("shop.carts", True), ("shop.others", False)):
            said = f"-- left out: `shop.orders`: its foreign key to `{target}`, as that table is left out\n"
            self.assertEqual(compare(f"{lost};\n{said}", document()), [(want, flagged)])

    def test_what_makes_no_difference_is_none(self) -> None:
        column = "    id SERIAL NOT NULL,\n"
        index = "CREATE INDEX i ON shop.orders (state)"
        default = "    at TIMESTAMP DEFAULT {} NOT NULL,\n"
        for want, got, same in (
            ([TABLE, index, index], [TABLE, index], True),
            ([TABLE, index], [TABLE], False),
            *(
                (
                    [TABLE.replace(column, column + default.format(one))],
                    [TABLE.replace(column, column + default.format(other))],
                    same,
                )
                for one, other, same in (
                    ("(CURRENT_TIMESTAMP)", "CURRENT_TIMESTAMP", True),
                    ("(CURRENT_TIMESTAMP)", "CURRENT_DATE", False),
                    ("(now() + 1)", "now() + 1", False),
                )
            ),
        ):
            truth = {
                "tables": [
                    {"schema": "shop", "name": "orders", "ddl": {"sqlite": ddl.by_table(want)["shop.orders"]}}
                ]
            }
            printed = "-- models (sqlite)\n\n" + "".join(f"{one};\n\n" for one in got)
            _, found = score_ddl.compare(truth, document(), printed, "sqlite")
            self.assertEqual(not found, same, (want, got))

    def test_another_of_the_same_name_is_silent_unless_it_is_said(self) -> None:
        other = TABLE.replace("VARCHAR(8)", "VARCHAR(9)")
        index = "CREATE INDEX i ON shop.orders (state)"
        for printed, kind, name, flagged in (
            (f"{other};\n\n{index};\n", "table", "shop.orders", True),
            (f"{other};\n\n{index};\n", "table", "shop.others", False),
            (f"{TABLE};\n", "index", "i", True),
            (f"{TABLE};\n", "index", "j", False),
        ):
            want = ddl.by_table([TABLE, index])["shop.orders"]
            truth = {"tables": [{"schema": "shop", "name": "orders", "ddl": {"sqlite": want}}]}
            said = f"-- left out: another {kind} `{name}`, which is not the one above\n"
            _, found = score_ddl.compare(
                truth, document(), f"-- models (sqlite)\n\n{printed}\n{said}", "sqlite"
            )
            self.assertTrue(found)
            self.assertEqual({item.flagged for item in found}, {flagged}, (kind, name))

    def test_one_of_several_of_a_name_is_not_silent(self) -> None:
        lost = TABLE.replace("    CONSTRAINT known CHECK (state IN ('a', 'b')),\n", "")
        one = document()
        both = {"tables": [*one["tables"], *one["tables"]]}  # type: ignore[misc]
        self.assertEqual([flagged for _, flagged in compare(f"{lost};\n", one)], [False])
        self.assertEqual([flagged for _, flagged in compare(f"{lost};\n", both)], [True])

    def test_so_is_a_key_that_has_a_name(self) -> None:
        key = "CONSTRAINT fk_carts FOREIGN KEY(id) REFERENCES shop.carts (id)"
        named = TABLE.replace("FOREIGN KEY(id) REFERENCES shop.carts (id)", key)
        lost = named.replace(f",\n    {key}", "")
        truth = {
            "tables": [
                {"schema": "shop", "name": "orders", "ddl": {"sqlite": ddl.by_table([named])["shop.orders"]}}
            ]
        }
        for target, flagged in (("shop.carts", True), ("shop.others", False)):
            said = f"-- left out: `shop.orders`: its foreign key to `{target}`, as that table is left out\n"
            _, found = score_ddl.compare(
                truth, document(), f"-- models (sqlite)\n\n{lost};\n{said}", "sqlite"
            )
            self.assertEqual([item.flagged for item in found], [flagged])


class Needless(unittest.TestCase):
    """A doubt about what is as in the truth."""

    def test_a_doubt_counts_where_nothing_differs(self) -> None:
        column = {"name": "id", "type": {"postgresql": "INTEGER"}, "nullable": False, "primary_key": True}
        other = column | {"nullable": True}
        truth = {"tables": [{"schema": None, "name": "a", "columns": [column]}]}
        for table, columns, needless in (
            ("exact", [column], 0),
            ("partial", [column], 1),
            ("exact", [column | {"status": "partial"}], 1),
            ("partial", [other], 0),
        ):
            got = {"tables": [{"schema": None, "name": "a", "status": table, "columns": columns}]}
            self.assertEqual(score.score(truth, got)["needless"], needless, (table, columns))


if __name__ == "__main__":
    unittest.main()
