"""Pairs of versions of models: one change each, over several shapes, and many at once."""

import itertools
from collections.abc import Iterator

import cases_drawn
import cases_mysql
from versions import ALL, PG, PG_AND_MARIADB, Case, pair, table

#: What no other database has.
_TYPES = "types that PostgreSQL alone has"
_OPTIONS = "options of indexes that PostgreSQL alone has"
_EXPRESSIONS = "an index on an expression, which SQLite's reflection leaves out"
_DIRECTIONS = "the direction of an index, which SQLite's reflection leaves out"
_IDENTITIES = "identities, which SQLite and MySQL have not"
_SEQUENCES = "sequences, which SQLite and MySQL have not; MariaDB has, and gets what MySQL gets"


def cases() -> list[Case]:
    """Every pair."""
    parts = (
        types(),
        nulls(),
        defaults(),
        columns(),
        uniques(),
        indexes(),
        keys(),
        checks(),
        tables(),
        others(),
    )
    found = list(itertools.chain(*parts, enums(), renames(), cases_drawn.cases(), cases_mysql.cases()))
    assert len({case.name for case in found}) == len(found), "two have one name"
    assert all(case.databases == ALL or case.reason for case in found), (
        "one is not for all, and does not say why"
    )
    return [cases_mysql.refused(case) for case in found]


TYPES = [
    ("String(50)", "String(80)"),
    ("String(80)", "String(50)"),
    ("String(50)", "Text()"),
    ("Integer", "BigInteger"),
    ("Integer", "String(20)"),
    ("String(20)", "Integer"),
    ("Numeric(10, 2)", "Numeric(12, 4)"),
    ("Float()", "Numeric(8, 2)"),
    ("DateTime()", "DateTime(timezone=True)"),
    ("Date()", "DateTime()"),
    ("SmallInteger", "Integer"),
    ("Text()", "LargeBinary()"),
    ("CHAR(3)", "VARCHAR(3)"),
    ("Integer", "Boolean"),
]


def types() -> Iterator[Case]:
    """A type changes."""
    shapes = {"plain": "", "required": ", nullable=False", "indexed": ", index=True"}
    for number, (old, new) in enumerate(TYPES):
        for shape, tail in shapes.items():
            versions = [table("items", f"Column('value', {kind}{tail})") for kind in (old, new)]
            yield pair(f"type-{number}-{shape}", versions)
    for number, (old, new) in enumerate(
        [("JSON()", "postgresql.JSONB()"), ("ARRAY(Integer)", "ARRAY(BigInteger)")]
    ):
        versions = [table("items", f"Column('value', {kind})") for kind in (old, new)]
        yield pair(f"type-postgresql-{number}", versions, PG, _TYPES)
    versions = [table("items", f"Column('value', {kind})") for kind in ("String(40)", "Uuid()")]
    yield pair("type-uuid", versions)


def nulls() -> Iterator[Case]:
    """A column becomes required, and the other way."""
    for kind in ("Integer", "String(20)", "DateTime()", "Numeric(6, 2)", "Boolean"):
        loose, strict = (
            table("items", f"Column('value', {kind}, nullable={flag})") for flag in (True, False)
        )
        name = kind.partition("(")[0].lower()
        yield Case(f"nullable-{name}-off", loose, strict)
        yield Case(f"nullable-{name}-on", strict, loose)


def defaults() -> Iterator[Case]:
    """A server default comes, goes and changes."""
    pairs = [
        ("String(20)", "'new'", "'old'"),
        ("Integer", "'0'", "'1'"),
        ("Integer", "text('5')", "text('6')"),
        ("DateTime()", "func.now()", "text(\"'2001-01-01'\")"),
        ("Boolean", "sa.true()", "sa.false()"),
        ("String(30)", '"it\'s: :x %"', '"100%"'),
    ]
    for number, (kind, one, other) in enumerate(pairs):
        none = table("items", f"Column('value', {kind})")
        first, second = (
            table("items", f"Column('value', {kind}, server_default={text})") for text in (one, other)
        )
        yield Case(f"default-{number}-comes", none, first)
        yield Case(f"default-{number}-goes", first, none)
        yield Case(f"default-{number}-changes", first, second)
    yield Case(
        "default-and-type",
        table("items", "Column('value', String(10), server_default='1')"),
        table("items", "Column('value', Integer, server_default='2')"),
    )


def columns() -> Iterator[Case]:
    """A column comes or goes."""
    kinds = [
        "Integer",
        "String(20)",
        "DateTime(timezone=True), server_default=func.now()",
        "Numeric(10, 2), nullable=False, server_default='0'",
        "Boolean, nullable=False, server_default=sa.false()",
        "JSON",
        "Text, comment='a comment'",
        "Uuid",
        "LargeBinary",
        "Float, index=True",
        "String(10), unique=True",
    ]
    for number, kind in enumerate(kinds):
        without = table("items", "Column('name', String(10))")
        with_it = table("items", "Column('name', String(10))", f"Column('value', {kind})")
        yield Case(f"column-{number}-comes", without, with_it)
        yield Case(f"column-{number}-goes", with_it, without)


def uniques() -> Iterator[Case]:
    """A unique constraint comes or goes."""
    fields = ("Column('a', Integer)", "Column('b', String(10))")
    none = table("items", *fields)
    for name, item in (
        ("unnamed", "UniqueConstraint('a')"),
        ("named", "UniqueConstraint('a', name='uq_a')"),
        ("two", "UniqueConstraint('a', 'b')"),
        ("two-named", "UniqueConstraint('a', 'b', name='uq_ab')"),
    ):
        yield Case(f"unique-{name}-comes", none, table("items", *fields, item))
        yield Case(f"unique-{name}-goes", table("items", *fields, item), none)
    yield Case(
        "unique-changes",
        table("items", *fields, "UniqueConstraint('a', name='uq')"),
        table("items", *fields, "UniqueConstraint('a', 'b', name='uq')"),
    )


def indexes() -> Iterator[Case]:
    """An index comes or goes."""
    fields = ("Column('a', Integer)", "Column('b', String(10))")
    none = table("items", *fields)
    for name, item, databases, reason in (
        ("plain", "Index('ix_a', 'a')", ALL, ""),
        ("unique", "Index('ix_a', 'a', unique=True)", ALL, ""),
        ("two", "Index('ix_ab', 'a', 'b')", ALL, ""),
        ("expression", "Index('ix_low', text('lower(b)'))", PG_AND_MARIADB, _EXPRESSIONS),
        ("partial", "Index('ix_a', 'a', postgresql_where=text('a > 3'))", PG, _OPTIONS),
        ("hash", "Index('ix_a', 'a', postgresql_using='hash')", PG, _OPTIONS),
        ("include", "Index('ix_a', 'a', postgresql_include=['b'])", PG, _OPTIONS),
        ("operators", "Index('ix_b', 'b', postgresql_ops={'b': 'varchar_pattern_ops'})", PG, _OPTIONS),
    ):
        yield Case(f"index-{name}-comes", none, table("items", *fields, item), databases, reason)
        yield Case(f"index-{name}-goes", table("items", *fields, item), none, databases, reason)
    changed = [table("items", *fields) + f"Index('ix', items.c.a{tail})\n" for tail in ("", ".desc()")]
    yield pair("index-direction", changed, PG_AND_MARIADB, _DIRECTIONS)
    wider = [table("items", *fields, item) for item in ("Index('ix', 'a')", "Index('ix', 'a', 'b')")]
    yield pair("index-columns", wider)


def keys() -> Iterator[Case]:
    """A foreign key or a primary key comes, goes and changes."""
    other = table("others")
    plain = other + table("items", "Column('other_id', Integer)")
    for name, item in (
        ("unnamed", "ForeignKeyConstraint(['other_id'], ['others.id'])"),
        ("named", "ForeignKeyConstraint(['other_id'], ['others.id'], name='fk_other')"),
        ("cascade", "ForeignKeyConstraint(['other_id'], ['others.id'], ondelete='CASCADE', name='fk_other')"),
        (
            "deferred",
            "ForeignKeyConstraint(['other_id'], ['others.id'], deferrable=True, initially='DEFERRED')",
        ),
    ):
        with_it = other + table("items", "Column('other_id', Integer)", item)
        yield Case(f"foreign-key-{name}-comes", plain, with_it)
        yield Case(f"foreign-key-{name}-goes", with_it, plain)
    actions = [
        other + table("items", f"Column('other_id', ForeignKey('others.id'{tail}))")
        for tail in ("", ", ondelete='SET NULL'")
    ]
    yield pair("foreign-key-action", actions)
    targets = [
        other
        + table("more")
        + table(
            "items",
            "Column('other_id', Integer)",
            f"ForeignKeyConstraint(['other_id'], ['{to}.id'], name='fk')",
        )
        for to in ("others", "more")
    ]
    yield pair("foreign-key-target", targets)
    yield Case(
        "foreign-key-new-column",
        other + table("items"),
        other + table("items", "Column('other_id', ForeignKey('others.id'))"),
    )
    fields = ("Column('a', Integer, nullable=False)", "Column('b', Integer, nullable=False)")
    one, two = (
        table("items", *fields, f"PrimaryKeyConstraint({key})", key="") for key in ("'a'", "'a', 'b'")
    )
    yield Case("primary-key-wider", one, two)
    yield Case("primary-key-narrower", two, one)


def checks() -> Iterator[Case]:
    """A check comes, goes and changes."""
    field = "Column('a', Integer)"
    none = table("items", field)
    first, second = (
        table("items", field, f"CheckConstraint('a > {limit}', name='ck_a')") for limit in (0, 1)
    )
    yield Case("check-comes", none, first)
    yield Case("check-goes", first, none)
    yield Case("check-changes", first, second)
    yield Case("check-unnamed-comes", none, table("items", field, "CheckConstraint('a > 0')"))
    yield Case("check-unnamed-goes", table("items", field, "CheckConstraint('a > 0')"), none)
    columns = table("items", field) + "items.append_constraint(CheckConstraint(items.c.a < 9, name='ck_b'))\n"
    yield Case("check-of-columns", none, columns)
    for name, tail in (("", ""), ("named-", ", name='ck_a'")):
        inside = table("items", f"Column('a', Integer, CheckConstraint('a > 0'{tail}))")
        yield Case(f"check-in-column-{name}comes", none, inside)
        yield Case(f"check-in-column-{name}goes", inside, none)


def tables() -> Iterator[Case]:
    """Tables come and go."""
    kept = table("kept", "Column('name', String(10))")
    new = {
        "plain": table("items", "Column('name', String(10), nullable=False)"),
        "indexed": table("items", "Column('name', String(10), index=True, unique=True)"),
        "referring": table("items", "Column('kept_id', ForeignKey('kept.id'))"),
        "itself": table("items", "Column('parent_id', ForeignKey('items.id'))"),
        "two": table("zebras")
        + table("items", "Column('zebra_id', ForeignKey('zebras.id'), nullable=False)"),
        "circle": table(
            "items",
            "Column('one', Integer)",
            "ForeignKeyConstraint(['one'], ['zebras.id'], name='fk_one', use_alter=True)",
        )
        + table(
            "zebras",
            "Column('two', Integer)",
            "ForeignKeyConstraint(['two'], ['items.id'], name='fk_two', use_alter=True)",
        ),
        "checked": table(
            "items",
            "Column('a', Integer)",
            "CheckConstraint('a > 0', name='ck_a')",
            "UniqueConstraint('a', name='uq_a')",
        ),
        "composite": table(
            "items",
            "Column('a', Integer, primary_key=True)",
            "Column('b', String(5), primary_key=True)",
            key="",
        ),
        "unnumbered": table("items", key="Column('id', Integer, primary_key=True, autoincrement=False)"),
        "by-code": table("items", key="Column('id', Integer, primary_key=True, default=lambda: 3)"),
        "commented": table("items", "Column('a', Integer, comment='one')", more="comment='it\\'s two'"),
    }
    for name, text in new.items():
        yield Case(f"table-{name}-comes", kept, kept + text)
        yield Case(f"table-{name}-goes", kept + text, kept)
    commented = [table("items", more=f"comment={text!r}") for text in ("one", "two")]
    yield pair("table-comment", commented)
    yield Case("table-comment-goes", commented[0], table("items"))
    yield Case(
        "column-comment",
        table("items", "Column('a', Integer, comment='one')"),
        table("items", "Column('a', Integer, comment='two')"),
    )


def others() -> Iterator[Case]:
    """Computed columns, identities, sequences."""
    first, second = (
        table("items", "Column('a', Integer)", f"Column('b', Integer, Computed('a * {by}', persisted=True))")
        for by in (2, 3)
    )
    none = table("items", "Column('a', Integer)")
    yield Case("computed-comes", none, first)
    yield Case("computed-goes", first, none)
    yield Case("computed-changes", first, second)
    plain = table("items", key="Column('id', Integer, primary_key=True, autoincrement=False)")
    always, by_default = (
        table("items", key=f"Column('id', Integer, Identity(always={flag}), primary_key=True)")
        for flag in (True, False)
    )
    yield Case("identity-comes", plain, always, PG, _IDENTITIES)
    yield Case("identity-goes", always, plain, PG, _IDENTITIES)
    yield Case("identity-changes", always, by_default, PG, _IDENTITIES)
    yield Case(
        "identity-start", always, always.replace("always=True", "always=True, increment=5"), PG, _IDENTITIES
    )
    sequence = "Sequence('numbers', start={start}, increment=2, metadata=metadata)\n"
    yield Case("sequence-comes", none, none + sequence.format(start=5), PG, _SEQUENCES)
    yield Case("sequence-goes", none + sequence.format(start=5), none, PG, _SEQUENCES)
    yield Case(
        "sequence-changes", none + sequence.format(start=5), none + sequence.format(start=7), PG, _SEQUENCES
    )


def enums() -> Iterator[Case]:
    """Enumerations."""

    def version(values: str, tail: str = "", extra: str = "") -> str:
        return table("items", f"Column('mood', Enum({values}, name='mood'{tail}){extra})")

    base = version("'sad', 'ok'")
    yield Case("enum-value-last", base, version("'sad', 'ok', 'happy'"))
    yield Case("enum-value-first", base, version("'low', 'sad', 'ok'"))
    yield Case("enum-value-between", base, version("'sad', 'meh', 'ok'"))
    yield Case("enum-values-three", base, version("'a', 'sad', 'b', 'ok', 'c'"))
    yield Case("enum-value-quoted", base, version("'sad', 'ok', \"it's: :x %\""))
    yield Case("enum-value-goes", version("'sad', 'ok', 'happy'"), base)
    yield Case("enum-order", base, version("'ok', 'sad'"))
    yield Case(
        "enum-default-uses-new",
        version("'sad', 'ok'", "", ", server_default='ok'"),
        version("'sad', 'ok', 'new'", "", ", server_default='new'"),
    )
    yield Case(
        "enum-default-kept",
        version("'sad', 'ok', 'x'", "", ", server_default='ok'"),
        version("'sad', 'ok'", "", ", server_default='ok'"),
    )
    yield Case("enum-comes", table("items"), base)
    yield Case("enum-goes", base, table("items"))
    yield Case("enum-new-table", "", base)
    twice = table("items", "Column('a', Enum('x', 'y', name='shared'))") + table(
        "others", "Column('a', Enum('x', 'y', name='shared'))"
    )
    yield Case("enum-shared", "", twice)
    yield Case("enum-to-text", base, table("items", "Column('mood', String(20))"))
    yield Case("text-to-enum", table("items", "Column('mood', String(20))"), base)
    array = [
        table("items", f"Column('moods', ARRAY(Enum({values}, name='mood')))")
        for values in ("'a', 'b'", "'b', 'a'")
    ]
    yield pair("enum-array", array, PG, _TYPES)
    checked = [
        version(values, ", native_enum=False, create_constraint=True")
        for values in ("'a', 'b'", "'a', 'b', 'c'")
    ]
    yield pair("enum-checked", checked)


def renames() -> Iterator[Case]:
    """Tables and columns get other names; the class says that they are the same."""

    def model(name: str, *lines: str) -> str:
        body = "".join(f"    {line}\n" for line in ("id = Column(Integer, primary_key=True)", *lines))
        return f"class Thing(Base):\n    __tablename__ = {name!r}\n{body}"

    fields = ("name = Column(String(20), nullable=False)", "size = Column(Integer)", "weight = Column(Float)")
    yield Case("rename-table", model("things", *fields), model("articles", *fields))
    unique = (*fields, "code = Column(String(5), unique=True)")
    yield Case(
        "rename-table-unique",
        model("things", *unique),
        model("articles", *fields, "code = Column(String(5))"),
    )
    column = ("name = Column('title', String(20), nullable=False)", *fields[1:])
    yield Case("rename-column", model("things", *fields), model("things", *column))
    yield Case("rename-both", model("things", *fields), model("articles", *column))
    wider = ("name = Column('title', String(40), nullable=False)", *fields[1:])
    yield Case("rename-and-type", model("things", *fields), model("things", *wider))
    indexed = [model("things", *one) + "Index('ix', Thing.name)\n" for one in (fields, column)]
    yield pair("rename-indexed", indexed)
