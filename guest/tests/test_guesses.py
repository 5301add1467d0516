"""A stand-in that became an ordinary value leaves no mark in it, but what depends on it is in doubt."""

import unittest

from case import Case


class Guesses(Case):
    """Doubt spreads from the guess to the tables that depend on it, and to no others."""

    def test_number(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                x = Column(String(int(conf.x)))
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?guess
              id INTEGER pk
              x VARCHAR(1) ?guess
            b
              id INTEGER pk
            """,
        )

    def test_in_the_innermost_declaration(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            class Outer:
                class A(Base):
                    __tablename__ = "a"
                    id = Column(Integer, primary_key=True)
                class B(Base):
                    __tablename__ = "b"
                    id = Column(Integer, primary_key=True)
                    x = Column(String(int(conf.x)))
                class C(Base):
                    __tablename__ = "c"
                    id = Column(Integer, primary_key=True)
            """,
            """\
            a
              id INTEGER pk
            b ?guess
              id INTEGER pk
              x VARCHAR(1) ?guess
            c
              id INTEGER pk
            """,
        )

    def test_what_sqlalchemy_calls_for_the_ddl_counts(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.ext.compiler import compiles
            from sqlalchemy.sql.functions import FunctionElement
            from sqlalchemy.types import TypeDecorator, UserDefinedType
            from absent import conf
            SIZE = int(conf.size)
            class Made(TypeDecorator):
                impl = String
                def __init__(self): super().__init__(length=SIZE)
            class Loaded(TypeDecorator):
                impl = String
                def load_dialect_impl(self, dialect): return dialect.type_descriptor(String(SIZE))
            class Guessing(TypeDecorator):
                impl = String
                def load_dialect_impl(self, dialect): return dialect.type_descriptor(String(int(conf.other)))
            class Specified(UserDefinedType):
                def get_col_spec(self, **kw): return "X(%d)" % SIZE
            class Compiled(UserDefinedType): ...
            class Cut(TypeDecorator):
                impl = String
                def process_bind_param(self, value, dialect): return value[:SIZE]
            class computed(FunctionElement):
                inherit_cache = True
                type = String()
            @compiles(Compiled)
            def compile_type(element, compiler, **kw): return "Y(%d)" % SIZE
            @compiles(computed)
            def compile_default(element, compiler, **kw): return "f(%d)" % SIZE
            class Sizes:
                def __init__(self): self.whole = SIZE
                @property
                def half(self): return SIZE // 2 + 1
                def none(self): return SIZE
                sound = 3
            sizes = Sizes()
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                made = Column(Made())
                loaded = Column(Loaded)
                guessing = Column(Guessing)
                specified = Column(Specified())
                compiled = Column(Compiled)
                cut = Column(Cut(3))
                whole = Column(String(sizes.whole))
                half = Column(String(sizes.half))
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
                x = Column(String, server_default=computed())
            named = MetaData(naming_convention={"ix": "ix_%(token)s", "token": lambda item, table: "n%d" % SIZE})
            Table("c", named, Column("x", Integer, index=True))
            """,
            """\
            a
              id INTEGER pk
              made VARCHAR(1) ?guess
              loaded VARCHAR(1) ?guess
              guessing VARCHAR(1) ?guess
              specified X(1) ?guess
              compiled Y(1) ?guess
              cut VARCHAR(3)
              whole VARCHAR(1) ?guess
              half VARCHAR(1) ?guess
            b ?guess
              id INTEGER pk
              x VARCHAR server_default=f(1)
            c ?guess
              x INTEGER
              index [ix_n1] x
            """,
        )

    def test_constraints_that_are_added_from_elsewhere(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy import event
            from absent import conf
            SIZE = int(conf.size)
            def rule(name="id"): return CheckConstraint("%s < %d" % (name, SIZE))
            def checked(cls):
                cls.__table__.append_constraint(rule())
                return cls
            @checked
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            class Argued:
                def __init_subclass__(cls, **given):
                    cls.__table_args__ = (rule(),)
                    super().__init_subclass__(**given)
            class B(Argued, Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            class Meta(type(Base)):
                def __new__(mcs, name, bases, namespace, **given):
                    if name == "C":
                        namespace["__table_args__"] = (rule(),)
                    return super().__new__(mcs, name, bases, namespace, **given)
            Made = declarative_base(metaclass=Meta)
            class C(Made):
                __tablename__ = "c"
                id = Column(Integer, primary_key=True)
            Heard = declarative_base()
            @event.listens_for(Heard, "instrument_class", propagate=True)
            def instrumented(mapper, cls):
                mapper.local_table.append_constraint(rule())
            class D(Heard):
                __tablename__ = "d"
                id = Column(Integer, primary_key=True)
            @event.listens_for(Table, "after_parent_attach")
            def attached(table, metadata):
                if table.name == "e":
                    Index("by_%d" % SIZE, table.c.id)
            Table("e", metadata, Column("id", Integer))
            F, G = Table("f", metadata, Column("id", Integer)), Table("g", metadata, Column("id", Integer))
            SOUND = CheckConstraint("id < 3")
            def finish(tables):
                for table in tables:
                    if SIZE:
                        table.append_constraint(SOUND)
            finish([F])
            def sound(tables):
                for table in tables:
                    table.append_constraint(CheckConstraint("id < 3"))
            sound([G])
            """,
            """\
            a ?guess
              id INTEGER pk
              check id < 1
            b ?guess
              id INTEGER pk
              check id < 1
            c ?guess
              id INTEGER pk
              check id < 1
            d ?guess
              id INTEGER pk
              check id < 1
            e ?guess
              id INTEGER
              index [by_1] id
            f ?guess
              id INTEGER
              check id < 3
            g
              id INTEGER
              check id < 3
            """,
        )

    def test_what_of_an_enumeration_counts(self) -> None:
        self.check(
            """\
            {prelude}
            from enum import Enum as E, IntEnum
            from absent import conf, is_lazy
            def _(text):
                if is_lazy(text):
                    return text
                return text.upper()
            class Kind(IntEnum):
                one = 1
                two = int(conf.two)
            class Odd(E):
                one = _("c")
            class Titled(E):
                __titles__ = (_("a"),)
                one = 1
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                named = Column(Enum(Odd))
                valued = Column(Enum(Odd, values_callable=lambda e: [m.value for m in e]))
                member = Column(Integer, server_default=str(Kind.two.value))
                titled = Column(Enum(Titled))
                value = Column(String(Titled.one.value))
                titles = Column(String(len(Titled.__titles__)))
                chosen = Column(Enum(Titled, values_callable=lambda e: [str(len(e.__titles__))]))
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
                __table_args__ = (CheckConstraint("id IN (%s)" % ", ".join(str(int(kind)) for kind in Kind)),)
            """,
            """\
            a
              id INTEGER pk
              named odd enum=odd:one
              valued odd enum=odd:c ?guess
              member INTEGER server_default=1 ?guess
              titled titled enum=titled:one
              value VARCHAR(1)
              titles VARCHAR(1) ?guess
              chosen titled enum=titled:1 ?guess
            b ?guess
              id INTEGER pk
              check id IN (1)
            """,
        )

    def test_the_key_of_a_type_that_encrypts_has_no_part_in_its_column(self) -> None:
        self.check(
            """\
            {prelude}
            import sqlalchemy_utils
            from sqlalchemy_utils import EncryptedType, StringEncryptedType
            from sqlalchemy_utils.types.encrypted.encrypted_type import FernetEngine
            from absent import conf
            KEY = str(int(conf.key))
            SIZE = int(conf.size)
            class Encrypted(EncryptedType):
                def process_bind_param(self, value, dialect):
                    return super().process_bind_param(repr(value), dialect)
            class Sized(StringEncryptedType):
                def __init__(self, key):
                    super().__init__(String, key)
                    self.impl = String(len(key))
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                a = Column(Encrypted(Text, KEY, FernetEngine))
                b = Column(sqlalchemy_utils.StringEncryptedType(String, key=KEY))
                c = Column(StringEncryptedType(String, KEY, length=SIZE))
                d = Column(Sized(KEY))
                e = Column(StringEncryptedType(*[String, KEY]))
                f = Column(EncryptedType(key=KEY), nullable=SIZE > 3)
            """,
            """\
            a
              id INTEGER pk
              a BYTEA
              b VARCHAR
              c VARCHAR(1) ?guess
              d VARCHAR(1) ?guess
              e VARCHAR ?guess
              f BYTEA not-null ?guess
            """,
        )

    def test_name_in_the_same_module(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            MAX = int(conf.x)
            HALF = MAX // 2
            SOUND = 3
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                x = Column(String(HALF))
                y = Column(String(SOUND))
                def method(self): return MAX
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
                x = Column(Integer, default=lambda: MAX)
            """,
            """\
            a
              id INTEGER pk
              x VARCHAR ?guess
              y VARCHAR(3)
            b
              id INTEGER pk
              x INTEGER default=callable:models.B.<lambda>
            """,
        )

    def test_name_of_another_module(self) -> None:
        self.check(
            {
                "app/__init__.py": "",
                "app/config.py": "from absent import conf\nMAX = int(conf.x)\nSOUND = 3\n",
                "app/constants.py": "from .config import MAX as LENGTH, SOUND\n",
                "app/models.py": """\
                {prelude}
                from app import config, constants
                from .constants import *
                import app.config
                a = Table("a", metadata, Column("x", String(LENGTH)))
                b = Table("b", metadata, Column("x", String(SOUND)))
                c = Table("c", metadata, Column("x", String(config.MAX)))
                d = Table("d", metadata, Column("x", String(config.SOUND)))
                e = Table("e", metadata, Column("x", String(app.config.MAX)))
                f = Table("f", metadata, Column("x", String(constants.LENGTH)))
                """,
            },
            """\
            a ?guess
              x VARCHAR(1)
            b
              x VARCHAR(3)
            c ?guess
              x VARCHAR(1)
            d
              x VARCHAR(3)
            e ?guess
              x VARCHAR(1)
            f ?guess
              x VARCHAR(1)
            """,
        )

    def test_importing_a_module_that_guesses_is_no_guess(self) -> None:
        self.check(
            {
                "config.py": "from absent import conf\nif conf.debug:\n    LEVEL = 3\n",
                "base.py": "{prelude}\nimport config\n",
                "models.py": 'from base import *\na = Table("a", metadata, Column("x", Integer))\n',
            },
            """\
            a
              x INTEGER
            guess truth of absent.conf.debug at config.py:2
            """,
            show="guess",
        )

    def test_branch(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            if conf.big:
                a = Table("a", metadata, Column("x", Integer))
                kind = BigInteger
            else:
                kind = Integer
            b = Table("b", metadata, Column("x", kind))
            c = Table("c", metadata, Column("x", Integer))
            class D(Base):
                __tablename__ = "d"
                id = Column(Integer, primary_key=True)
                if conf.wide:
                    x = Column(Integer)
            FLAG = bool(conf.flag)
            class E(Base):
                __tablename__ = "e"
                id = Column(Integer, primary_key=True)
                if FLAG:
                    x = Column(Integer)
            class F(Base):
                __tablename__ = "f"
                id = Column(Integer, primary_key=True)
                x = Column(Integer, index=FLAG)
            """,
            """\
            a ?guess
              x INTEGER
            b ?guess
              x BIGINT
            c
              x INTEGER
            d ?guess
              id INTEGER pk
              x INTEGER ?guess
            e ?guess
              id INTEGER pk
              x INTEGER ?guess
            f ?guess
              id INTEGER pk
              x INTEGER ?guess
              index [ix_f_x] x
            """,
        )

    def test_loop(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            a = Table("a", metadata, Column("x", Integer))
            for name in conf.columns:
                a.append_column(Column(name, Integer))
            b = Table("b", metadata, *[Column(name, Integer) for name in conf.columns], Column("x", Integer))
            c = Table("c", metadata, Column("x", Integer))
            names = ["x"]
            names.extend(conf.columns)
            d = Table("d", metadata, *[Column(name, Integer) for name in names])
            """,
            """\
            a ?guess
              x INTEGER
            b ?guess
              x INTEGER
            c
              x INTEGER
            d ?guess
              x INTEGER
            """,
        )

    def test_function(self) -> None:
        self.check(
            """\
            {prelude}
            from functools import lru_cache
            from absent import conf
            MAX = int(conf.x)
            def length(): return MAX
            def width(): return int(conf.y)
            @lru_cache
            def height(): return int(conf.z)
            def sound(): return 3
            height()
            a = Table("a", metadata, Column("x", String(length())))
            b = Table("b", metadata, Column("x", String(width())))
            c = Table("c", metadata, Column("x", String(height())))
            d = Table("d", metadata, Column("x", String(sound())), Column("y", Integer, default=length))
            """,
            """\
            a ?guess
              x VARCHAR(1)
            b ?guess
              x VARCHAR(1)
            c ?guess
              x VARCHAR(1)
            d
              x VARCHAR(3)
              y INTEGER default=callable:models.length
            """,
        )

    def test_function_that_makes_tables(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            def given(name, n):
                return Table(name, metadata, Column("x", String(n)))
            def guessing(name):
                n = int(conf.x)
                return Table(name, metadata, Column("x", String(n)))
            given("a", int(conf.x))
            given("b", 3)
            guessing("c")
            def column(n): return Column(String(n))
            class D(Base):
                __tablename__ = "d"
                id = Column(Integer, primary_key=True)
                x = column(int(conf.x))
                y = column(3)
            """,
            """\
            a ?guess
              x VARCHAR(1)
            b
              x VARCHAR(3)
            c ?guess
              x VARCHAR(1)
            d ?guess
              id INTEGER pk
              x VARCHAR(1) ?guess
              y VARCHAR(3)
            """,
        )

    def test_class_attributes(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            class Settings:
                MAX = int(conf.x)
                SOUND = 3
                def half(self): return 5
            settings = Settings()
            a = Table("a", metadata, Column("x", String(Settings.MAX)))
            b = Table("b", metadata, Column("x", String(Settings.SOUND)))
            c = Table("c", metadata, Column("x", String(settings.MAX)))
            """,
            """\
            a ?guess
              x VARCHAR(1)
            b
              x VARCHAR(3)
            c ?guess
              x VARCHAR(1)
            """,
        )

    def test_mixin(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.ext.declarative import declared_attr
            from absent import conf
            MAX = int(conf.x)
            class Mixin:
                id = Column(Integer, primary_key=True)
                x = Column(String(MAX))
                y = Column(String(3))
            class Named:
                __table_args__ = {"comment": "c" * MAX}
            class Declared:
                id = Column(Integer, primary_key=True)
                @declared_attr
                def z(cls): return Column(String(MAX))
            class A(Mixin, Base):
                __tablename__ = "a"
            class B(Named, Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            class C(Declared, Base):
                __tablename__ = "c"
            class D(Base):
                __tablename__ = "d"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a
              id INTEGER pk
              x VARCHAR(1) ?guess
              y VARCHAR(3)
            b comment=c ?guess
              id INTEGER pk
            c
              id INTEGER pk
              z VARCHAR(1) ?guess
            d
              id INTEGER pk
            """,
        )

    def test_base(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            schema = "s" if conf.schema else None
            other = MetaData(schema=schema)
            a = Table("a", other, Column("x", Integer))
            b = Table("b", metadata, Column("x", Integer))
            """,
            """\
            b
              x INTEGER
            s.a ?guess
              x INTEGER
            """,
        )

    def test_index_beside_the_table(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            a = Table("a", metadata, Column("x", Integer))
            Index("ix_a", a.c.x, unique=bool(conf.x))
            b = Table("b", metadata, Column("x", Integer))
            Index("ix_b", b.c.x)
            """,
            """\
            a ?guess
              x INTEGER
              unique index [ix_a] x
            b
              x INTEGER
              index [ix_b] x
            """,
        )

    def test_literal_in_an_expression(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            a = Table("a", metadata, Column("x", Integer), CheckConstraint(column("x") > conf.least))
            b = Table("b", metadata, Column("x", Integer, server_default=func.f(conf.x)))
            c = Table("c", metadata, Column("x", String), Index("ix_c", func.left(text("x"), conf.length)))
            """,
            """\
            a ?stand-in-value
              x INTEGER
              check x > '⟪absent.conf.least⟫' sql:mssql=x > N'⟪absent.conf.least⟫'
            b
              x INTEGER server_default=f('⟪absent.conf.x⟫') server_default:mssql=f(N'⟪absent.conf.x⟫') ?stand-in-value
            c ?stand-in-value
              x VARCHAR
              index [ix_c] left(x, '⟪absent.conf.length⟫') element 0:mssql=left(x, N'⟪absent.conf.length⟫')
            """,
        )


class Questions(Case):
    """Decisions that code makes by something absent."""

    def test_whether_a_module_is_there(self) -> None:
        self.check(
            """\
            {prelude}
            try:
                import absent
                HAS = True
            except ImportError:
                HAS = False
            try:
                from absent.sub import Kind
            except (ImportError, ValueError):
                Kind = Integer
            if HAS:
                a = Table("a", metadata, Column("x", Integer))
            b = Table("b", metadata, Column("x", String(3 if HAS else 4)))
            c = Table("c", metadata, Column("x", Kind))
            d = Table("d", metadata, Column("x", Integer))
            """,
            """\
            a ?guess
              x INTEGER
            b ?guess
              x VARCHAR(3)
            c ?guess
              x absent.sub.Kind ?stand-in-type
            d
              x INTEGER
            """,
            show="statementskipped",
        )

    def test_whether_a_module_is_there_asked_in_two_places(self) -> None:
        self.check(
            {
                "models.py": """\
                {prelude}
                from compat import SIZE
                try:
                    import sqlalchemy.nothere
                    length = 4
                except ImportError:
                    length = 3
                a = Table("a", metadata, Column("x", String(SIZE)))
                b = Table("b", metadata, Column("x", String(length)))
                """,
                "one.py": """\
                import absent
                """,
                "compat.py": """\
                try:
                    import absent
                except ImportError:
                    SIZE = 3
                else:
                    SIZE = 4
                """,
            },
            """\
            a ?guess
              x VARCHAR(4)
            b
              x VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_look_ups_and_kinds(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            SIZES = {"a": 3, "b": 4}
            one = SIZES.get(conf.kind, 5)
            two = 3 if conf.kind in {"x", "y"} else 4
            three = 3 if isinstance(conf.kind, str) else 4
            four = 3 if hasattr(conf, "thing") else 4
            kept = {conf.kind: 3}
            a = Table("a", metadata, Column("x", String(one)))
            b = Table("b", metadata, Column("x", String(two)))
            c = Table("c", metadata, Column("x", String(three)))
            d = Table("d", metadata, Column("x", String(four)))
            e = Table("e", metadata, Column("x", String(kept[conf.kind])))
            """,
            """\
            a ?guess
              x VARCHAR(5)
            b ?guess
              x VARCHAR(4)
            c ?guess
              x VARCHAR(4)
            d ?guess
              x VARCHAR(3)
            e
              x VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_declarative_base_that_depends_on_something_absent(self) -> None:
        self.check(
            """\
            from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
            from absent import conf
            class Base(DeclarativeBase):
                registry = registry(type_annotation_map=conf.types)
            class A(Base):
                __tablename__ = "a"
                id: Mapped[int] = mapped_column(primary_key=True)
            """,
            """\
            a ?guess
              id INTEGER pk
            """,
            show="statementskipped",
            since="2.0",
        )


class HandedOver(Case):
    """An absent function that receives tables may have added to them."""

    def test_everything_of_a_metadata(self) -> None:
        for given in ("Base.metadata", "Base", "app=1, metadata=Base.metadata"):
            self.check(
                "{prelude}\nfrom absent import searchable\n"
                f"found = searchable.make({given})\n"
                "Table('a', Base.metadata, Column('id', Integer))\n"
                "other = MetaData()\n"
                "Table('b', other, Column('id', Integer))\n",
                """\
                a ?handed-over
                  id INTEGER
                b
                  id INTEGER
                """,
            )

    def test_a_table_and_a_class_in_a_statement_of_its_own(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import history, views
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            class C(Base):
                __tablename__ = "c"
                id = Column(Integer, primary_key=True)
            history.track(A)
            kept = history.versions(B.__table__)
            shown = [views.View(C)]
            views.add(views.View(C, name="c"))
            """,
            """\
            a ?handed-over
              id INTEGER pk
            b ?handed-over
              id INTEGER pk
            c
              id INTEGER pk
            """,
        )

    def test_code_of_what_is_given_does_not_run(self) -> None:
        self.check(
            """\
            {prelude}
            import absent
            class Fails:
                def __get__(self, instance, owner): raise SystemError("it ran")
            class Given:
                metadata = Fails()
            absent.use(Given)
            Table("a", metadata, Column("id", Integer))
            """,
            """\
            a
              id INTEGER
            """,
            show="statementskipped",
        )

    def test_what_is_here_is_no_reason(self) -> None:
        self.check(
            """\
            {prelude}
            import absent
            def touch(metadata): return metadata
            touch(Base.metadata)
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a
              id INTEGER pk
            """,
        )


if __name__ == "__main__":
    unittest.main()
