"""Objects of an application besides its own tables: reflected tables, views, triggers, listeners."""

import unittest

from case import Case


class OnlyADatabaseKnows(Case):
    """Reflected tables and classes are named, and never exact."""

    def test_reflected_tables(self) -> None:
        self.check(
            """\
            {prelude}
            engine = create_engine("postgresql://nowhere/x")
            old = Table("old", metadata, Column("id", Integer, primary_key=True), autoload_with=engine)
            metadata.reflect(bind=engine, only=["users"])
            users = metadata.tables["users"]
            new = Table("new", metadata, Column("user", Integer, ForeignKey(users.c.id)), Column("x", Integer))
            metadata.create_all(engine)
            """,
            """\
            new
              user INTEGER -> users.id
              x INTEGER
            old ?needs-database
              id INTEGER pk
            users ?needs-database
              id NullType() ?needs-database
            """,
            show="statementskipped unresolved",
            since="1.4",
        )

    def test_automap(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.ext.automap import automap_base
            Auto = automap_base()
            class User(Auto):
                __tablename__ = "user"
                name = Column(String(9))
            Auto.prepare(create_engine("sqlite:///app.db"), reflect=True)
            Address = Auto.classes.address
            a = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            user ?needs-database
              name VARCHAR(9)
            unresolved Base.prepare() models.py:13 needs-database
            unresolved address models.py:14 needs-database
            """,
            show="statementskipped unresolved",
        )

    def test_inspectors(self) -> None:
        self.check(
            """\
            {prelude}
            engine = create_engine("mysql://nowhere/x")
            tables = inspect(engine).get_table_names()
            a = Table("a", metadata, Column("x", Integer))
            if "b" in tables:
                b = Table("b", metadata, Column("x", Integer))
            with engine.connect() as connection:
                connection.execute(text("select 1"))
            """,
            """\
            a
              x INTEGER
            skipped models.py:13 OperationalError
            """,
            show="statementskipped",
        )


class BesideTables(Case):
    """Mapped views, and objects that listeners create."""

    def test_a_view_that_is_mapped_as_a_table(self) -> None:
        self.check(
            """\
            {prelude}
            class Active(Base):
                __tablename__ = "active"
                __table_args__ = {"info": {"is_view": True}}
                id = Column(Integer, primary_key=True)
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a
              id INTEGER pk
            view active @unknown metadata=models:Base.metadata
              class Active
              id INTEGER
            """,
            show="statementskipped view",
        )

    def test_listeners_and_ddl(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy import event
            from sqlalchemy.schema import DDL
            a = Table("a", metadata, Column("x", Integer))
            event.listen(a, "after_create", DDL("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END"))
            @event.listens_for(a, "column_reflect")
            def never(*args): raise RuntimeError
            @event.listens_for(Table, "after_parent_attach")
            def stamp(table, metadata):
                if "stamped" not in table.c and table.name.startswith("b"):
                    table.append_column(Column("stamped", DateTime))
            b = Table("b", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            b
              x INTEGER
              stamped TIMESTAMP WITHOUT TIME ZONE
            trigger t on a @after_create a metadata=models:metadata
              = CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END
            """,
            show="statementskipped object",
        )


if __name__ == "__main__":
    unittest.main()
