"""The indexes of InnoDB for foreign keys after each statement, in statements and in the downgrade of a script."""

from typing import Any, NamedTuple

from case import Case
from jobs import job, side
from native import native
from test_rendering import Json, change, column, foreign_key, table

_LISTS = {"foreign_key": "foreign_keys", "unique": "unique", "index": "indexes"}


def unique(name: str | None, *columns: str) -> Json:
    """A unique constraint."""
    return {"columns": list(columns), "name": name, "deferrable": None, "initially": None, "options": {}}


def index(name: str, *parts: str, **options: str) -> Json:
    """An index; what is no name is an expression."""
    elements = [{"column": part if part.isidentifier() else None, "sql": part} for part in parts]
    return {"name": name, "unique": False, "elements": elements, "options": options}


def key(name: str | None, *columns: str) -> Json:
    """A foreign key to as many columns of `others`."""
    targets = [f"others.{column}_no" for column in columns]
    return {**foreign_key(name), "columns": list(columns), "targets": targets}


def side_of(items: list[Json]) -> Json:
    """A table `t` with these."""
    given: Json = {"foreign_keys": [], "unique": [], "indexes": []}
    for item in items:
        kind = "foreign_keys" if "targets" in item else "indexes" if "elements" in item else "unique"
        given[kind].append(item)
    return table("t", *map(column, ("a", "b", "c")), **given)


def changes(base: Json, head: Json) -> list[Json]:
    """The differences between two tables, as the host reports them."""
    found = []
    for subject, kind in _LISTS.items():
        found += [
            change(action, subject, head, "()", **{place: {subject: item}})
            for action, place, own, other in (("drop", "before", base, head), ("add", "after", head, base))
            for item in own[kind]
            if item not in other[kind]
        ]
    return found


class Way(NamedTuple):
    """Two tables, the statements from one to the other, and the first lines of the downgrade."""

    name: str
    base: list[Json]
    head: list[Json]
    statements: list[str]
    back: list[str]


F, G = key("f", "a"), key("g", "a", "b")
NONE, WIDE = key(None, "a"), key(None, "a", "b")

_CREATE = "op.create_index({0!r}, 't', {1}, unique=False)"
_DROP = "op.drop_index({0!r}, table_name='t')"

WAYS = [
    Way(
        "the last index of a key goes, and the one in its place when it comes again",
        [F, index("ix", "a")],
        [F],
        ["CREATE INDEX f ON t (a)", "DROP INDEX ix ON t"],
        [_CREATE.format("ix", ["a"]), _DROP.format("f")],
    ),
    Way(
        "an index in another order serves",
        [F, index("ix", "a DESC")],
        [F],
        ["CREATE INDEX f ON t (a)", "DROP INDEX ix ON t"],
        ["op.create_index('ix', 't', [sa.literal_column('a DESC')], unique=False)", _DROP.format("f")],
    ),
    Way(
        "so does one of which a later column is cut",
        [F, index("ix", "a", "b", mysql_length="b: 3")],
        [F],
        ["CREATE INDEX f ON t (a)", "DROP INDEX ix ON t"],
        [_CREATE.format("ix", ["a", "b"])[:-1] + ", mysql_length={'b': 3})", _DROP.format("f")],
    ),
    Way(
        "one of which its own column is cut does not",
        [F, index("ix", "a", mysql_length="3")],
        [F],
        ["DROP INDEX ix ON t"],
        [_CREATE.format("ix", ["a"])[:-1] + ", mysql_length=3)"],
    ),
    Way(
        "nor does one that begins with another column",
        [F, index("ix", "b", "a")],
        [F],
        ["DROP INDEX ix ON t"],
        [_CREATE.format("ix", ["b", "a"])],
    ),
    Way(
        "an index is there while one goes and another comes",
        [F, index("ix", "a")],
        [F, index("other", "a", "b")],
        [
            "CREATE INDEX f ON t (a)",
            "DROP INDEX ix ON t",
            "CREATE INDEX other ON t (a, b)",
            "DROP INDEX f ON t",
        ],
        [_CREATE.format("f", ["a"]), _DROP.format("other"), _CREATE.format("ix", ["a"]), _DROP.format("f")],
    ),
    Way(
        "a name that is taken as long as the other one is there",
        [NONE, unique(None, "a")],
        [NONE],
        [
            "CREATE INDEX a_2 ON t (a)",
            "ALTER TABLE t DROP INDEX a",
            "ALTER TABLE t RENAME INDEX a_2 TO a",
        ],
        ["op.create_unique_constraint(None, 't', ['a'])", _DROP.format("a")],
    ),
    Way(
        "a name that the index of another key has",
        [NONE, key("a_2", "b"), unique(None, "a")],
        [NONE, key("a_2", "b")],
        [
            "CREATE INDEX a_3 ON t (a)",
            "ALTER TABLE t DROP INDEX a",
            "ALTER TABLE t RENAME INDEX a_3 TO a",
        ],
        ["op.create_unique_constraint(None, 't', ['a'])", _DROP.format("a")],
    ),
    Way(
        "the index of two keys goes with the wider one",
        [F, G],
        [F],
        ["ALTER TABLE t DROP FOREIGN KEY g", "CREATE INDEX f ON t (a)", "DROP INDEX g ON t"],
        [
            "op.create_foreign_key('g', 't', 'others', ['a', 'b'], ['a_no', 'b_no'])",
            _DROP.format("f"),
        ],
    ),
    Way(
        "a key goes, and its index",
        [F],
        [],
        ["ALTER TABLE t DROP FOREIGN KEY f", "DROP INDEX f ON t"],
        ["op.create_foreign_key('f', 't', 'others', ['a'], ['a_no'])"],
    ),
    Way(
        "its index was another one's",
        [F, index("ix", "a", "b")],
        [index("ix", "a", "b")],
        ["ALTER TABLE t DROP FOREIGN KEY f"],
        ["op.create_foreign_key('f', 't', 'others', ['a'], ['a_no'])"],
    ),
    Way(
        "an index takes the name of the one that a key has",
        [NONE, WIDE],
        [NONE, index("a", "a")],
        [
            "ALTER TABLE t DROP FOREIGN KEY",
            "ALTER TABLE t RENAME INDEX a TO a_2",
            "CREATE INDEX a ON t (a)",
            "DROP INDEX a_2 ON t",
        ],
        [],
    ),
    Way(
        "an index without a key comes",
        [],
        [index("ix", "a")],
        ["CREATE INDEX ix ON t (a)"],
        [_DROP.format("ix")],
    ),
]


class Indexes(Case):
    """Statements, and the downgrade of a script."""

    def render(
        self, base: list[Json], head: list[Json], differences: list[Json], *, script: bool = False
    ) -> Any:
        """The frames without the first and the last."""
        given = job(side(base), side(head), differences, "mysql", script=script)
        return native("2.1").run({"render": given})[1:-1]

    def statements(self, base: list[Json], head: list[Json], differences: list[Json]) -> list[str]:
        """The statements; of those that look a name up, the clause."""
        steps = self.render(base, head, differences)
        self.assertEqual([note.message for step in steps for note in step.notes if note.is_gap], [])
        found = [" ".join(text.split()) for step in steps for text in step.statements]
        clauses = [
            text.partition("concat('")[2].partition(" `'")[0] if "concat(" in text else text for text in found
        ]
        return [text for text in clauses if "belljar" not in text]

    def test_each_key_always_has_an_index(self) -> None:
        for way in WAYS:
            with self.subTest(way.name):
                base, head = side_of(way.base), side_of(way.head)
                self.assertEqual(self.statements([base], [head], changes(base, head)), way.statements)

    def test_the_downgrade_drops_what_the_upgrade_created(self) -> None:
        for way in WAYS:
            base, head = side_of(way.base), side_of(way.head)
            (script,) = self.render([base], [head], changes(base, head), script=True)
            lines = [line.strip() for line in script.text.partition("def downgrade():\n")[2].splitlines()]
            with self.subTest(way.name):
                self.assertEqual(lines[: len(way.back) or None], way.back or lines)

    def test_an_index_that_innodb_drops_is_not_dropped_again(self) -> None:
        for more in (index("ix", "a"), unique(None, "a"), unique("u", "a", "b")):
            base, head = side_of([F]), side_of([F, more])
            found = self.statements([base], [head], changes(base, head))
            self.assertEqual([text for text in found if "DROP" in text or "RENAME" in text], [])

    def test_innodb_does_not_drop_an_index_that_was_renamed(self) -> None:
        base, head = side_of([NONE]), side_of([NONE, index("ix", "a")])
        was = {"metadata": "m", "schema": None, "name": "t", "part": "old"}
        renamed = change("rename", "column", head, "a", was=was)
        self.assertEqual(
            self.statements([base], [head], [renamed, *changes(base, head)]),
            ["ALTER TABLE t RENAME COLUMN old TO a", "CREATE INDEX ix ON t (a)"],
        )
        found = self.statements([head], [base], [renamed, *changes(head, base)])
        self.assertEqual(
            found,
            ["ALTER TABLE t RENAME COLUMN old TO a", "CREATE INDEX a ON t (a)", "DROP INDEX ix ON t"],
        )
        wide = side_of([NONE, index("ix", "b")])
        found = self.statements([base], [wide], [renamed, *changes(base, wide)])
        self.assertEqual(
            found,
            [
                "ALTER TABLE t RENAME COLUMN old TO a",
                "ALTER TABLE t RENAME INDEX old TO a",
                "CREATE INDEX ix ON t (b)",
            ],
        )

    def test_a_referenced_table_needs_an_index_too(self) -> None:
        base, head = (
            table("others", column("a_no"), column("b_no"), indexes=[item])
            for item in (index("k", "a_no"), index("l", "a_no", "b_no"))
        )
        own = side_of([F])
        differences = changes(
            {**base, "foreign_keys": [], "unique": []}, {**head, "foreign_keys": [], "unique": []}
        )
        self.assertEqual(
            self.statements([base, own], [head, own], differences),
            [
                "CREATE INDEX a_no ON others (a_no)",
                "DROP INDEX k ON others",
                "CREATE INDEX l ON others (a_no, b_no)",
                "DROP INDEX a_no ON others",
            ],
        )

    def test_a_primary_key_that_serves_a_foreign_key_is_exchanged(self) -> None:
        base, head = (
            {**side_of([F]), "primary_key": {"name": None, "columns": columns}}
            for columns in (["a", "b"], ["b", "a"])
        )
        keys: list[Json] = [{"primary_key": item["primary_key"]} for item in (base, head)]
        there, back = (
            change("modify", "primary_key", head, before=before, after=after)
            for before, after in (keys, keys[::-1])
        )
        exchanged = "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY"
        made = ["CREATE INDEX f ON t (a)", f"{exchanged} (b, a)"]
        self.assertEqual(self.statements([base], [head], [there]), made)
        self.assertEqual(self.statements([head], [base], [back]), [f"{exchanged} (a, b)"])

    def test_a_name_that_depends_on_the_order_of_the_code_is_looked_up(self) -> None:
        two = [F, {**key("h", "a"), "targets": ["others.b_no"]}]
        base, head = side_of(two), side_of(two[:1])
        found = self.statements([base], [head], changes(base, head))
        self.assertEqual(found, ["ALTER TABLE t DROP FOREIGN KEY h", "ALTER TABLE t RENAME INDEX"])
        base, head = side_of([WIDE, unique(None, "a", "c")]), side_of([WIDE])
        found = self.statements([base], [head], changes(base, head))
        self.assertEqual(found, ["ALTER TABLE t DROP INDEX", "ALTER TABLE t RENAME INDEX"])
