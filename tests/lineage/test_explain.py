"""The classes of differences: each takes what it is about, and leaves the rest unexplained."""

from __future__ import annotations

import unittest

import explain
import ours
import sqlglot
import theirs

T = "source.t"


def case(
    sql: str, theirs_: theirs.Edges, mine: dict[str, set[ours.Edge]], unknowns: list[dict[str, str]]
) -> explain.Case:
    """A model over one table of three columns."""
    graph = ours.Ours(
        models=["model.m"],
        datasets={"model.m", T},
        sql={"model.m": sql},
        catalog={"d.s.t": ["a", "b", "c"]},
        by_name={"d.s.t": T},
        unknowns={"model.m": unknowns},
        columns={"model.m": list(mine)},
        edges={"model.m": mine},
    )
    return explain.Case.of(graph, "model.m", theirs_, "duckdb")


class Explained(unittest.TestCase):
    """The class of each edge that differs."""

    def reported(self, found: explain.Case, column: str) -> dict[str, set[ours.Edge]]:
        mine, other = found.ours.edges["model.m"][column], found.theirs[column]
        return found.explained(column, mine - other, other - mine)

    def test_nothing_is_explained_without_a_reason(self) -> None:
        found = case("select a as x from d.s.t", {"x": [("d.s.t", "a")]}, {"x": {(T, "b")}}, [])
        self.assertEqual(self.reported(found, "x"), {"!only ours": {(T, "b")}, "!only sqlglot's": {(T, "a")}})

    def test_a_named_window_is_shown_by_writing_it_in_place(self) -> None:
        sql = "select sum(a) over w as x from d.s.t window w as (partition by b)"
        answer = theirs.edges(sql, "duckdb", {"d.s.t": ["a", "b", "c"]})
        found = case(sql, answer, {"x": {(T, "a"), (T, "b")}}, [])
        self.assertEqual(self.reported(found, "x"), {explain.WINDOW: {(T, "b")}})
        # What is in no window is not explained by one.
        wrong = case(sql, answer, {"x": {(T, "a"), (T, "c")}}, [])
        self.assertEqual(self.reported(wrong, "x"), {"!only ours": {(T, "c")}})

    def test_a_name_is_ambiguous_if_the_report_states_it(self) -> None:
        said = [{"cause": "column-ambiguous", "subject": "B"}]
        found = case("select 1 as x", {"x": []}, {"x": {(T, "b"), (T, "c")}}, said)
        self.assertEqual(self.reported(found, "x"), {explain.AMBIGUOUS: {(T, "b")}, "!only ours": {(T, "c")}})

    def test_only_the_column_of_names_of_an_unpivot_is_of_nothing(self) -> None:
        sql = "select name, value from d.s.t unpivot (value for name in (a, b))"
        both = [("d.s.t", "a"), ("d.s.t", "b")]
        answer = {"name": both, "value": both}
        found = case(sql, answer, {"name": set(), "value": {(T, "a"), (T, "b")}}, [])
        self.assertEqual(self.reported(found, "name"), {explain.NAMES: {(T, "a"), (T, "b")}})
        partly = case(sql, {**answer, "name": both[:1]}, {"name": set(), "value": set()}, [])
        self.assertEqual(self.reported(partly, "name"), {"!only sqlglot's": {(T, "a")}})

    def test_two_columns_of_one_name(self) -> None:
        found = case(
            "select a as x, b as x from d.s.t", {"x": [("d.s.t", "a")]}, {"x": {(T, "a"), (T, "b")}}, []
        )
        self.assertEqual(self.reported(found, "x"), {explain.TWICE: {(T, "b")}})

    def test_columns_of_one_side(self) -> None:
        found = case("select 1", {"y": []}, {"x": set()}, [])
        self.assertEqual(found.column("x"), "!column only ours")
        self.assertEqual(found.column("y"), "!column only sqlglot's")
        wider = case("select 1", {}, {"x": set()}, [{"cause": "star-not-expanded", "subject": "union"}])
        self.assertEqual(wider.column("x"), explain.BRANCHES)


class Theirs(unittest.TestCase):
    """What sqlglot is asked."""

    def test_a_table_of_one_part_has_its_columns(self) -> None:
        answer = theirs.edges("with u as (select * from t) select * from u", "duckdb", {"t": ["a", "b"]})
        self.assertEqual(answer, {"a": [("t", "a")], "b": [("t", "b")]})

    def test_in_its_own_expression_a_name_is_the_table(self) -> None:
        answer = theirs.edges("with t as (select * from t) select b from t", "duckdb", {"t": ["a", "b"]})
        self.assertEqual(answer, {"b": [("t", "b")]})

    def test_a_query_with_a_window_is_not_changed_where_none_is_named(self) -> None:
        query = sqlglot.parse_one("select sum(a) over (partition by b) from t")
        self.assertFalse(explain.inlined_windows(query))


class Owners(unittest.TestCase):
    """The warehouse that is made up."""

    def test_a_name_is_given_to_as_few_tables_as_do(self) -> None:
        def edge(of: str, to: str, certainty: str = "likely") -> dict[str, object]:
            ends = {"from": {"dataset": of, "column": "x"}, "to": {"dataset": to, "column": "y"}}
            return {**ends, "certainty": certainty, "star": False, "place": None}

        edges = [edge("a", "m"), edge("b", "m"), edge("b", "n"), edge("c", "n")]
        self.assertEqual(ours.owners({"edges": edges}), {("b", "x")})
        self.assertEqual(
            ours.owners({"edges": [*edges, edge("c", "o", "certain")]}), {("c", "x"), ("a", "x")}
        )


if __name__ == "__main__":
    unittest.main()
