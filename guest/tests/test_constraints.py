"""Constraints in unusual places and forms, and parts of them that the output can't represent."""

import unittest

from case import Case


class Constraints(Case):
    """Each constraint is found."""

    def test_a_check_within_a_column(self) -> None:
        self.check(
            """\
            {prelude}
            named = MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"})
            t = Table("a", named, Column("x", Integer, CheckConstraint("x > 3", name="c")), Column("b", Boolean))
            class B(Base):
                __tablename__ = "b"
                x = Column(Integer, CheckConstraint("x < 7"), primary_key=True)
            """,
            """\
            a
              x INTEGER
              b BOOLEAN
              check [ck_a_c] x > 3
            b
              x INTEGER pk
              check x < 7
            """,
        )

    def test_constraints_of_own_classes(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.dialects.postgresql import ExcludeConstraint
            class U(UniqueConstraint): ...
            class C(CheckConstraint): ...
            class E(ExcludeConstraint): ...
            class S(Sequence): ...
            class G(Computed): ...
            class Own(Column):
                inherit_cache = True
            t = Table(
                "a", metadata, Own("x", Integer, C("x > 3"), S("s"), primary_key=True), Own("y", Integer, G("x + 1")),
                U("x", name="u"), C("x < 7", name="c"), E(("x", "="), name="e"),
            )
            Index("i", t.c.x)
            class B(Base):
                __tablename__ = "b"
                x = Own(Integer, primary_key=True)
            """,
            """\
            a
              x INTEGER pk default=sequence:s sequence=s
              y INTEGER computed=x + 1
              unique [u] x
              check x > 3
              check [c] x < 7
              exclude [e] CONSTRAINT e EXCLUDE USING gist (x WITH =)
              index [i] x
            b
              x INTEGER pk
            class B b
            """,
            show="class",
        )

    def test_options_that_are_false(self) -> None:
        self.check(
            """\
            {prelude}
            t = Table(
                "a", metadata, Column("x", Integer, primary_key=True), Column("y", Integer), UniqueConstraint("y", mssql_clustered=False),
                sqlite_with_rowid=False, sqlite_autoincrement=False, postgresql_with_oids=False, oracle_compress=False,
            )
            Index("i", t.c.y, mssql_clustered=False, postgresql_concurrently=False)
            Table("b", metadata, Column("x", Integer), sqlite_with_rowid=True)
            """,
            """\
            a postgresql_with_oids=False sqlite_with_rowid=False
              x INTEGER pk
              y INTEGER
              unique y mssql_clustered=False
              index [i] y mssql_clustered=False
            b
              x INTEGER
            """,
        )

    def test_what_sqlite_does_on_a_conflict(self) -> None:
        self.check(
            """\
            {prelude}
            t = Table(
                "a", metadata, Column("x", Integer, unique=True, sqlite_on_conflict_unique="FAIL"), Column("y", Integer),
                UniqueConstraint("y", sqlite_on_conflict="IGNORE"),
            )
            """,
            """\
            a
              x INTEGER
              y INTEGER
              unique x sqlite_on_conflict=FAIL
              unique y sqlite_on_conflict=IGNORE
            """,
        )


class Options(Case):
    """Options of constraints, columns and sequences are reported with them."""

    def test_other_parts_of_the_ddl(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.schema import Constraint
            class Own(Constraint): ...
            Table("a", metadata, Column("x", Integer, Sequence("s", order=True), primary_key=True), Column("y", Integer, Sequence("r", start=3)))
            Table("b", metadata, Column("x", Integer), CheckConstraint("x > 3", deferrable=True))
            Table("c", metadata, Column("x", Integer), PrimaryKeyConstraint("x", mssql_clustered=False))
            Table("d", metadata, Column("x", Integer, nullable=False, sqlite_on_conflict_not_null="FAIL"))
            Table("e", metadata, Column("x", Integer), Own())
            Table("f", metadata, Column("x", Integer, primary_key=True), Column("y", Integer, ForeignKey("f.x")), Column("z", Boolean), CheckConstraint("x > 3"))
            """,
            """\
            a
              x INTEGER pk default=sequence:s sequence=s order=True
              y INTEGER default=sequence:r sequence=r
            b
              x INTEGER
              check x > 3 deferrable=True
            c
              x INTEGER pk
              primary key x mssql_clustered=False
            d
              x INTEGER not-null sqlite_on_conflict_not_null=FAIL
            e ?not-represented
              x INTEGER
            f
              x INTEGER pk
              y INTEGER -> f.x
              z BOOLEAN
              check x > 3
            """,
        )

    def test_conditions_on_the_dialect(self) -> None:
        self.check(
            """\
            {prelude}
            t = Table(
                "a", metadata, Column("x", Integer, quote=True), Column("Y", Integer, quote=False),
                CheckConstraint("x > 1", name="c").ddl_if(dialect="postgresql"),
                CheckConstraint("x > 2", name="d").ddl_if(dialect=("mysql", "sqlite")),
                UniqueConstraint("x", name="u", comment="why").ddl_if(dialect="cockroachdb"),
                ForeignKeyConstraint(["x"], ["a.x"], name="f", postgresql_not_valid=True),
                PrimaryKeyConstraint("x", deferrable=True, initially="DEFERRED", name="p"),
            )
            Index("i", t.c.x).ddl_if(dialect="mssql")
            Table("b", metadata, Column("x", Integer), CheckConstraint("x > 1").ddl_if(callable_=lambda *a, **k: False))
            """,
            """\
            a
              x INTEGER pk quote=True -> a.x
              Y INTEGER quote=False
              primary key [p] x deferrable=True initially=DEFERRED
              unique [u] x comment=why for none
              check [c] x > 1 for postgresql
              check [d] x > 2 for mysql,sqlite
              index [i] "x" for mssql
              references [f] x -> a.x postgresql_not_valid=True
            b
              x INTEGER
              check x > 1 for none
            """,
            show="dialects",
            since="2.0",
        )

    def test_functions_that_the_name_of_the_dialect_answers(self) -> None:
        self.check(
            """\
            {prelude}
            def is_sqlite(ddl, target, bind, dialect, **given):
                return dialect.name == "sqlite"
            class Rules:
                @staticmethod
                def by_compiler(*args, compiler=None, **given): return True
                @staticmethod
                def not_spanner(*args, **given): return not given["dialect"].name.startswith("spanner")
            t = Table(
                "a", metadata, Column("x", Integer),
                CheckConstraint("x > 1", name="c").ddl_if(callable_=is_sqlite),
                CheckConstraint("x > 2", name="d").ddl_if(callable_=lambda ddl, target, bind, compiler, **_: compiler.dialect.name in ("mysql", "oracle")),
                CheckConstraint("x > 3", name="e").ddl_if(dialect="mssql", callable_=lambda *_, dialect, state, **__: dialect.name == state, state="mssql"),
                UniqueConstraint("x", name="u").ddl_if(callable_=Rules.not_spanner),
            )
            Index("i", t.c.x).ddl_if(callable_=lambda ddl, target, bind, **_: bind.dialect.name == "mysql")
            Index("j", t.c.x).ddl_if(callable_=lambda *args, **given: given["dialect"].name.startswith("spanner"))
            """,
            """\
            a
              x INTEGER
              unique [u] x
              check [c] x > 1 for sqlite
              check [d] x > 2 for mysql,oracle
              check [e] x > 3 for mssql
              index [i] x for mysql
              index [j] x for none
            """,
            show="dialects",
            since="2.0",
        )

    def test_functions_that_more_than_the_name_answers(self) -> None:
        for function in (
            "lambda *_, dialect, **__: dialect.server_version_info > (12,)",
            "lambda *_, dialect, **__: getattr(dialect, 'server_version_info', None) is None",
            "lambda ddl, target, bind, **_: bind.dialect.name == 'sqlite'",
            "lambda ddl, target, bind, compiler, **_: compiler.sql_compiler is None",
            "lambda *_, **__: LARGE",
            "lambda *_, **__: (lambda: LARGE)()",
            "lambda *_, large=LARGE, **__: large",
            "(lambda large: lambda *_, **__: large)(LARGE)",
            "lambda *_, **__: __import__('os').environ.get('LARGE') is None",
            "lambda *_, dialect, **__: dialect.name",
            "asks",
        ):
            with self.subTest(function):
                self.check(
                    f"""\
                    {{prelude}}
                    from elsewhere import LARGE
                    def asks(ddl, target, bind, dialect, **given):
                        try:
                            return dialect.server_version_info > (12,)
                        except Exception:
                            return True
                    Table("a", metadata, Column("x", Integer), CheckConstraint("x > 1").ddl_if(callable_={function}))
                    """,
                    """\
                    a ?not-represented
                      x INTEGER
                      check x > 1
                    """,
                    show="dialects",
                    since="2.0",
                )

    def test_a_value_that_has_no_literal(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.dialects.postgresql import JSONB
            t = Table("a", metadata, Column("x", JSONB))
            Index("i", t.c.x, postgresql_where=t.c.x.contains({"b": 1}))
            """,
            """\
            a ?not-represented
              x JSONB
              index [i] x postgresql_where=a.x @> :x_1
            """,
        )

    def test_what_an_identity_is_given(self) -> None:
        self.check(
            """\
            {prelude}
            Table("a", metadata, Column("x", Integer, Identity(start=3), primary_key=True))
            Table("b", metadata, Column("x", Integer, Identity(cache=3), primary_key=True))
            """,
            """\
            a
              x INTEGER pk identity=False,3,None
            b
              x INTEGER pk identity=False,None,None cache=3
            """,
            since="1.4",
        )


if __name__ == "__main__":
    unittest.main()
