"""Classes that map views which texts of the repository create: no import runs those texts."""

import unittest

from belljar_guest import frames
from case import GENERATIONS, Case, run

MODELS = """\
{prelude}
class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
class VOrder(Base):
    __tablename__ = "v_orders"
    id = Column(Integer, primary_key=True)
"""

ORDERS = """\
orders
  id INTEGER pk
"""

TABLE = """\
v_orders
  id INTEGER pk
"""


def relation(kind: str, name: str, statement: str | None = None, **given: object) -> dict[str, object]:
    """What the host found in a text."""
    found = {
        "kind": kind,
        "schema": None,
        "name": name,
        "statement": statement,
        "path": "versions/1.py",
        "line": 3,
    }
    return {**found, **given}


CREATE = relation("view", "v_orders", "CREATE VIEW v_orders (id) AS SELECT id FROM orders")


class Texts(Case):
    """Tables whose names are those of views in texts."""

    def check_with(self, relations: list[dict[str, object]], expected: str) -> None:
        """Compare the tables and views of the models where texts create something."""
        self.relations = relations
        self.check(MODELS, expected, show="view")

    def test_a_view_with_its_query(self) -> None:
        view = """\
            view v_orders @text metadata=models:Base.metadata
              class VOrder
              id INTEGER
              = SELECT id FROM orders
        """
        self.check_with([CREATE], ORDERS + view.replace(" " * 12, ""))

    def test_texts_without_one_query(self) -> None:
        other = {**CREATE, "statement": "CREATE VIEW v_orders AS SELECT 1 AS id", "path": "versions/2.py"}
        computed = relation("materialized_view", "v_orders")
        for relations, kind in (([CREATE, other], "view"), ([computed], "materialized view")):
            view = f"{kind} v_orders @text metadata=models:Base.metadata\n  class VOrder\n  id INTEGER\n"
            self.check_with(relations, ORDERS + view)

    def test_other_names_and_schemas(self) -> None:
        for given in ({"name": "v_order"}, {"schema": "app"}, {"name": "V_ORDERS"}):
            self.check_with([{**CREATE, **given}], ORDERS + TABLE)
        for schema in ("public", "dbo"):
            found = run(GENERATIONS[-1], {"models.py": MODELS}, relations=[{**CREATE, "schema": schema}])
            self.assertEqual([item.name for item in found if isinstance(item, frames.View)], ["v_orders"])

    def test_a_table_in_other_texts(self) -> None:
        table = relation("table", "v_orders")
        self.check_with([CREATE, table], ORDERS + TABLE.replace("v_orders", "v_orders ?table-or-view"))

    def test_the_nearest_texts_count(self) -> None:
        models = {"a/models.py": MODELS}
        near, far = {"path": "a/versions/1.py"}, {"path": "b/versions/1.py"}
        table = relation("table", "v_orders")
        for relations, is_view in (
            ([{**CREATE, **near}, {**table, **far}], True),
            ([{**CREATE, **far}, {**table, **near}], False),
        ):
            found = run(GENERATIONS[-1], models, relations=relations)
            self.assertEqual(any(isinstance(item, frames.View) for item in found), is_view)

    def test_a_table_of_the_own_migrations_counts_before_a_nearer_view(self) -> None:
        near = {**CREATE, "path": "a/app/views.sql"}
        for path, is_view in (
            ("migrations/versions/1.py", False),
            ("a/alembic/versions/1.py", False),
            ("a/db_migrations/1.py", False),
            ("b/migrations/versions/1.py", True),
            ("b/1.py", True),
        ):
            relations = [near, relation("table", "v_orders", path=path)]
            found = run(GENERATIONS[-1], {"a/app/models.py": MODELS}, relations=relations)
            self.assertEqual(any(isinstance(item, frames.View) for item in found), is_view, path)

    def test_what_keys_refer_to_is_a_table(self) -> None:
        for target in ('"v_orders.id"', "VOrder.id"):
            models = f"""{MODELS}
class Line(Base):
    __tablename__ = "lines"
    id = Column(ForeignKey({target}), primary_key=True)
"""
            found = run(GENERATIONS[-1], {"models.py": models}, relations=[CREATE])
            self.assertFalse([item for item in found if isinstance(item, frames.View)])

    def test_a_declared_view_counts_before_a_text(self) -> None:
        declared = f"""{MODELS}
from sqlalchemy import event
@event.listens_for(Base.metadata, "after_create")
def create(target, connection, **_):
    connection.execute(text("CREATE VIEW v_orders AS SELECT 2 AS id"))
"""
        for generation in GENERATIONS:
            found = run(generation, {"models.py": declared}, relations=[CREATE])
            queries = [item.query for item in found if isinstance(item, frames.View)]
            self.assertEqual(queries, ["SELECT 2 AS id"], generation)


class OwnQueries(Case):
    """Classes with a query, and a base that is named after views."""

    def kinds(self, bases: str, base: str, query: str) -> set[str]:
        """The kinds of frames of the class, over all generations."""
        models = f"""\
{{prelude}}
{base}
class VOrder({bases}):
    __tablename__ = "v_orders"
    id = Column(Integer, primary_key=True)
    {query}
"""
        kinds = set()
        for generation in GENERATIONS:
            found = run(generation, {"models.py": models})
            views = [item for item in found if isinstance(item, frames.View)]
            kinds |= {"materialized view" if item.materialized else "view" for item in views} or {"table"}
        return kinds

    def test_a_recipe_of_views(self) -> None:
        query = '__query__ = text("SELECT 1 AS id")'
        for name, expected in (
            ("ReplaceableView", "view"),
            ("ViewMixin", "view"),
            ("NativeMatview", "materialized view"),
            ("MaterializedView", "materialized view"),
        ):
            self.assertEqual(self.kinds(f"Base, {name}", f"class {name}: pass", query), {expected}, name)

    def test_other_classes(self) -> None:
        query = '__query__ = text("SELECT 1 AS id")'
        for bases, base, body in (
            ("Base", "", query),
            ("Base, Viewed", "class Viewed: pass", query),
            ("Base, Review", "class Review: pass", query),
            ("Base, PageView", "class PageView: pass", "x = Column(Integer)"),
        ):
            self.assertEqual(self.kinds(bases, base, body), {"table"}, bases)


class Statements(unittest.TestCase):
    """The complete DDL."""

    def ddl(self, models: str, relations: list[dict[str, object]]) -> list[tuple[list[str], list[str]]]:
        """The first words of each statement, and what is left out."""
        found = run(GENERATIONS[-1], {"models.py": models}, ("postgresql",), relations=relations)
        return [
            ([" ".join(text.split()[:3]) for text in item.statements], [one.name for one in item.failures])
            for item in found
            if isinstance(item, frames.Ddl)
        ]

    def test_a_view_is_created_once_and_after_its_tables(self) -> None:
        kept = MODELS + 'create = DDL("CREATE VIEW v_orders AS SELECT 1 AS id")\n'
        for models, relations in ((MODELS, [CREATE]), (kept, [])):
            expected: tuple[list[str], list[str]] = (["CREATE TABLE orders", "CREATE VIEW v_orders"], [])
            self.assertEqual(self.ddl(models, relations), [expected])

    def test_a_view_without_a_query_is_left_out(self) -> None:
        expected = (["CREATE TABLE orders"], ["v_orders"])
        self.assertEqual(self.ddl(MODELS, [relation("view", "v_orders")]), [expected])


if __name__ == "__main__":
    unittest.main()
