"""Pairs about what MySQL and MariaDB have of their own, and what those refuse of the other pairs."""

from collections.abc import Iterator

from versions import MARIADB, Case, Refusal, table

_OWN = "MySQL's own"


def cases() -> Iterator[Case]:
    """Every pair, most of them in both directions."""
    for part in (types(), texts(), columns(), indexes(), keys(), tables()):
        yield from part


#: What begins the names of pairs that MariaDB refuses: what it says, and why.
_REFUSED = {
    "foreign-key-deferred-": ("near 'DEFERRABLE", "a foreign key that is checked later"),
    "index-expression-": ("near 'b))", "an index on an expression"),
    "check-in-column-named-": (
        "near 'CHECK (a > 0)",
        "a name for a check within a column, which MySQL takes",
    ),
}


def refused(case: Case) -> Case:
    """The pair, with MariaDB's refusal where one of the versions can't be made there."""
    for beginning, reported in _REFUSED.items():
        if case.name.startswith(beginning):
            return case._replace(refused=Refusal("mariadb", *reported))
    return case


def _both(name: str, one: str, other: str) -> Iterator[Case]:
    yield Case(f"mysql-{name}", one, other, MARIADB, _OWN)
    yield Case(f"mysql-{name}-back", other, one, MARIADB, _OWN)


def _of(column: str, more: str = "") -> str:
    return table("items", f"Column('value', {column})", more=more)


def types() -> Iterator[Case]:
    """A type of MySQL's changes."""
    for name, old, new in (
        ("enum-last", "mysql.ENUM('a', 'b')", "mysql.ENUM('a', 'b', 'c')"),
        ("enum-order", "mysql.ENUM('a', 'b')", "mysql.ENUM('b', 'a')"),
        ("enum-quoted", "mysql.ENUM('a', 'b')", "mysql.ENUM('a', 'b', \"it's: :x %\")"),
        ("set", "mysql.SET('a', 'b')", "mysql.SET('a', 'b', 'c')"),
        ("unsigned", "mysql.INTEGER()", "mysql.INTEGER(unsigned=True)"),
        ("zerofill", "mysql.INTEGER(unsigned=True)", "mysql.INTEGER(unsigned=True, zerofill=True)"),
        ("unsigned-decimal", "mysql.DECIMAL(8, 2)", "mysql.DECIMAL(8, 2, unsigned=True)"),
        ("boolean", "Boolean", "mysql.TINYINT(4)"),
        ("tinyint", "mysql.TINYINT()", "mysql.SMALLINT()"),
        ("width", "mysql.INTEGER(display_width=5)", "mysql.INTEGER(display_width=9)"),
        ("width-bigint", "mysql.BIGINT(display_width=11)", "mysql.BIGINT(display_width=20, unsigned=True)"),
        ("fsp", "mysql.DATETIME()", "mysql.DATETIME(fsp=6)"),
        ("fsp-time", "mysql.TIME(fsp=3)", "mysql.TIME(fsp=6)"),
        ("timestamp", "mysql.DATETIME(fsp=3)", "mysql.TIMESTAMP(fsp=3)"),
        ("year", "mysql.YEAR()", "SmallInteger"),
        ("longtext", "Text", "mysql.LONGTEXT()"),
        ("mediumtext", "mysql.TINYTEXT()", "mysql.MEDIUMTEXT()"),
        ("text-length", "Text(1000)", "Text(100000)"),
        ("longblob", "LargeBinary", "mysql.LONGBLOB()"),
        ("varbinary", "VARBINARY(16)", "BINARY(16)"),
        ("bit", "mysql.BIT(1)", "mysql.BIT(8)"),
        ("double", "mysql.FLOAT()", "mysql.DOUBLE(asdecimal=False)"),
        ("json", "Text", "JSON"),
        ("json-own", "mysql.LONGTEXT()", "mysql.JSON()"),
        (
            "variant",
            "Text().with_variant(mysql.TEXT(), 'mysql')",
            "Text().with_variant(mysql.LONGTEXT(), 'mysql')",
        ),
    ):
        yield from _both(f"type-{name}", _of(old), _of(new))


def texts() -> Iterator[Case]:
    """Character sets and collations."""
    for name, old, new in (
        ("collation", "String(20, collation='utf8mb4_bin')", "String(20, collation='utf8mb4_unicode_ci')"),
        ("collation-comes", "String(20)", "String(20, collation='utf8mb4_bin')"),
        ("charset", "mysql.VARCHAR(20, charset='latin1')", "mysql.VARCHAR(20, charset='utf8mb4')"),
        ("charset-comes", "String(20)", "mysql.VARCHAR(20, charset='latin1')"),
        (
            "charset-and-collation",
            "mysql.VARCHAR(20, charset='latin1', collation='latin1_bin')",
            "mysql.VARCHAR(20, charset='utf8mb3', collation='utf8mb3_bin')",
        ),
        ("text-charset", "mysql.TEXT(charset='latin1')", "mysql.TEXT(charset='utf8mb4')"),
        ("enum-charset", "mysql.ENUM('a', charset='latin1')", "mysql.ENUM('a', 'b', charset='latin1')"),
        ("national", "mysql.NVARCHAR(20)", "mysql.NVARCHAR(40)"),
    ):
        yield from _both(name, _of(old), _of(new))
    for name, old, new in (
        ("table-charset", "mysql_charset='latin1'", "mysql_charset='utf8mb4'"),
        ("table-collate", "mysql_collate='utf8mb4_bin'", "mysql_collate='utf8mb4_unicode_ci'"),
        ("table-default-charset", "mysql_default_charset='latin1'", "mysql_default_charset='utf8mb4'"),
        ("table-collate-comes", "", "mysql_collate='utf8mb4_bin'"),
    ):
        yield from _both(name, _of("String(20)", old), _of("String(20)", new))


def columns() -> Iterator[Case]:
    """What a column has beside its type, and that it keeps it: MySQL gets a column as a whole."""
    kept = "comment='it\\'s kept', server_default='k'"
    for name, old, new in (
        ("kept-nullable", f"String(20), {kept}", f"String(20), nullable=False, {kept}"),
        ("kept-type", f"String(20), nullable=False, {kept}", f"String(40), nullable=False, {kept}"),
        (
            "kept-comment",
            "String(20), nullable=False, server_default='k'",
            f"String(20), nullable=False, {kept}",
        ),
        (
            "kept-default",
            f"String(20), nullable=False, {kept}",
            "String(20), nullable=False, comment='it\\'s kept'",
        ),
        (
            "kept-collation",
            "mysql.VARCHAR(20, collation='utf8mb4_bin')",
            "mysql.VARCHAR(20, collation='utf8mb4_bin'), nullable=False",
        ),
        (
            "kept-unsigned",
            "mysql.INTEGER(unsigned=True), comment='a'",
            "mysql.INTEGER(unsigned=True), comment='b'",
        ),
        ("default-number", "Integer, server_default='1'", "Integer, server_default=text('2')"),
        (
            "default-expression",
            "Integer, server_default=text('1')",
            "Integer, server_default=text('(1 + 2)')",
        ),
        ("default-now", "DateTime", "DateTime, server_default=func.now()"),
        (
            "default-fsp",
            "mysql.DATETIME(fsp=6)",
            "mysql.DATETIME(fsp=6), server_default=text('CURRENT_TIMESTAMP(6)')",
        ),
        ("default-backslash", "String(20), server_default='a'", "String(20), server_default='a\\\\b'"),
        (
            "on-update",
            "TIMESTAMP, nullable=False, server_default=text('CURRENT_TIMESTAMP')",
            "TIMESTAMP, nullable=False, server_default=text('CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP')",
        ),
        (
            "on-update-type",
            "mysql.DATETIME(), server_default=text('CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP')",
            "mysql.DATETIME(), server_default=text('CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP'), comment='when'",
        ),
        (
            "on-update-of-nothing",
            "mysql.TIMESTAMP(), nullable=True",
            "mysql.TIMESTAMP(), nullable=True, server_default=text('NULL ON UPDATE CURRENT_TIMESTAMP')",
        ),
        ("computed", "Integer, Computed('id + 1')", "Integer, Computed('id + 2')"),
        (
            "computed-stored",
            "Integer, Computed('2 + 1', persisted=False)",
            "Integer, Computed('2 + 1', persisted=True)",
        ),
        (
            "computed-comment",
            "Integer, Computed('id + 1')",
            "Integer, Computed('id + 1'), comment='one more'",
        ),
        ("computed-type", "Integer, Computed('id + 1')", "BigInteger, Computed('id + 1')"),
    ):
        yield from _both(name, _of(old), _of(new))
    yield from _both("column-comes", table("items"), _of(f"mysql.ENUM('k', 'l'), nullable=False, {kept}"))
    yield from _both(
        "column-on-update-comes",
        table("items"),
        _of(
            "TIMESTAMP, nullable=False, server_default=text('CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP')"
        ),
    )
    numbered = "Column('id', {kind}, primary_key=True{more})"
    for name, *sides in (
        ("numbered-type", ("Integer", ""), ("BigInteger", "")),
        ("numbered-unsigned", ("Integer", ""), ("mysql.BIGINT(unsigned=True)", "")),
        ("numbered-comment", ("Integer", ""), ("Integer", ", comment='a number'")),
        (
            "numbered-unsigned-comment",
            ("mysql.INTEGER(unsigned=True)", ""),
            ("mysql.INTEGER(unsigned=True)", ", comment='a number'"),
        ),
        ("numbered-stops", ("Integer", ""), ("Integer", ", autoincrement=False")),
    ):
        yield from _both(
            name, *(table("items", key=numbered.format(kind=kind, more=more)) for kind, more in sides)
        )
    for name, old, new in (
        ("rename", f"String(20), nullable=False, {kept}", f"String(20), nullable=False, {kept}"),
        ("rename-retype", f"String(20), nullable=False, {kept}", f"String(40), {kept}"),
        (
            "rename-unsigned",
            "mysql.INTEGER(unsigned=True), comment='c'",
            "mysql.INTEGER(unsigned=True), comment='c'",
        ),
        ("rename-computed", "Integer, Computed('id + 1')", "Integer, Computed('id + 1')"),
        (
            "rename-collation",
            "mysql.VARCHAR(20, collation='utf8mb4_bin')",
            "mysql.VARCHAR(20, collation='utf8mb4_bin')",
        ),
        (
            "rename-on-update",
            "TIMESTAMP, nullable=False, server_default=text('CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP')",
            "TIMESTAMP, nullable=False, server_default=text('CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP')",
        ),
    ):
        yield from _both(name, _model("value", old), _model("title", new))
    yield from _both(
        "rename-numbered",
        _model("value", "String(20)"),
        _model("value", "String(20)").replace("id = Column(", "id = Column('number', "),
    )


def _model(name: str, column: str) -> str:
    """A class, whose attribute says that a column of another name is the same."""
    return (
        "class Thing(Base):\n    __tablename__ = 'things'\n"
        f"    id = Column(Integer, primary_key=True)\n    attribute = Column({name!r}, {column})\n"
    )


def indexes() -> Iterator[Case]:
    """Indexes as MySQL has them."""
    fields = ("Column('a', String(100))", "Column('b', Text)", "Column('c', Integer)")
    none = table("items", *fields)

    def with_it(item: str) -> str:
        return table("items", *fields, item)

    for name, item in (
        ("length", "Index('ix_b', 'b', mysql_length=10)"),
        ("length-each", "Index('ix_ab', 'a', 'b', mysql_length={'a': 5, 'b': 10})"),
        ("length-unique", "Index('ix_b', 'b', unique=True, mysql_length=10)"),
        ("fulltext", "Index('ix_b', 'b', mysql_prefix='FULLTEXT')"),
        ("using", "Index('ix_c', 'c', mysql_using='btree')"),
    ):
        yield from _both(f"index-{name}", none, with_it(item))
    yield from _both(
        "index-length-changes",
        *(with_it(f"Index('ix_b', 'b', mysql_length={length})") for length in (10, 20)),
    )
    yield from _both(
        "index-to-fulltext",
        with_it("Index('ix_b', 'b', mysql_length=10)"),
        with_it("Index('ix_b', 'b', mysql_prefix='FULLTEXT')"),
    )
    yield from _both(
        "unique-first-column",
        table("items", *fields, "UniqueConstraint('a')", "UniqueConstraint('a', 'c')"),
        table("items", *fields, "UniqueConstraint('a')"),
    )
    yield from _both("unique-index", with_it("UniqueConstraint('a', name='a')"), with_it("Index('a', 'a')"))
    yield from _both(
        "index-of-new-column",
        table("items"),
        table("items", "Column('b', Text)", "Index('ix_b', 'b', mysql_length=10)"),
    )


def keys() -> Iterator[Case]:
    """Foreign keys with the indexes that InnoDB makes for them, and primary keys that others refer to."""
    other = table("others")
    plain = other + table("items", "Column('other_id', Integer)")
    key = "ForeignKeyConstraint(['other_id'], ['others.id'], name='fk_other')"
    with_it = other + table("items", "Column('other_id', Integer)", key)
    indexed = other + table("items", "Column('other_id', Integer, index=True)", key)
    unique = other + table(
        "items", "Column('other_id', Integer)", key, "UniqueConstraint('other_id', name='uq')"
    )
    yield from _both("key-and-column", other + table("items"), with_it)
    yield from _both("key-and-index", plain, indexed)
    yield from _both(
        "key-of-index", other + table("items", "Column('other_id', Integer, index=True)"), indexed
    )
    yield from _both("key-gets-index", with_it, indexed)
    yield from _both("key-gets-unique", with_it, unique)
    yield from _both(
        "key-unnamed-and-column",
        other + table("items"),
        other + table("items", "Column('other_id', ForeignKey('others.id'))"),
    )
    yield from _both(
        "key-column-required",
        with_it,
        with_it.replace("'other_id', Integer", "'other_id', Integer, nullable=False"),
    )
    yield from _both(
        "key-and-table",
        other + table("items", "Column('other_id', Integer)"),
        table("items", "Column('other_id', Integer)"),
    )
    yield from _both("key-both-types", with_it, with_it.replace("Integer", "BigInteger"))
    unnamed, unnamed_indexed = (
        other + table("items", f"Column('other_id', Integer, ForeignKey('others.id'){tail})")
        for tail in ("", ", index=True")
    )
    yield from _both("key-unnamed-gets-index", unnamed, unnamed_indexed)
    yield from _both("key-unnamed-both-types", unnamed, unnamed.replace("Integer", "BigInteger"))
    itself = "ForeignKeyConstraint(['up'], ['items.id'], name='fk_up')"
    nested = table("items", "Column('up', Integer)", itself)
    yield from _both("key-itself-types", nested, nested.replace("Integer", "BigInteger"))
    second = "ForeignKeyConstraint(['other_id'], ['more.id'], name='fk_more')"
    shared = [
        other + table("more") + table("items", "Column('other_id', Integer)", *keys)
        for keys in ((key,), (key, second))
    ]
    yield from _both("key-shares-index", *shared)
    composite = "Column('a', Integer, nullable=False)", "Column('b', Integer, nullable=False)"
    two = [
        table(
            "others",
            *composite,
            f"PrimaryKeyConstraint({parts})",
            "UniqueConstraint('a', name='uq_a')",
            key="",
        )
        + table(
            "items",
            "Column('other_id', Integer)",
            "ForeignKeyConstraint(['other_id'], ['others.a'], name='fk_other')",
        )
        for parts in ("'a'", "'a', 'b'")
    ]
    yield from _both("primary-key-referred-to", *two)
    yield from _both(
        "primary-key-referring",
        *(
            other
            + table(
                "items",
                "Column('other_id', Integer, nullable=False)",
                "Column('b', Integer, nullable=False)",
                key,
                f"PrimaryKeyConstraint({parts})",
                key="",
            )
            for parts in ("'other_id'", "'other_id', 'b'")
        ),
    )
    yield from _both(
        "primary-key-numbered",
        table("items", "Column('code', Integer, nullable=False)"),
        table("items", "Column('code', Integer, primary_key=True)", key="Column('id', Integer)"),
    )
    yield from _both(
        "check-of-dropped",
        table(
            "items", "Column('b', Integer)", "Column('a', Integer)", "CheckConstraint('a > b', name='ck_ab')"
        ),
        table("items", "Column('b', Integer)"),
    )


def tables() -> Iterator[Case]:
    """Options of a table."""
    for name, old, new in (
        ("engine", "mysql_engine='InnoDB'", "mysql_engine='Aria'"),
        ("engine-comes", "", "mysql_engine='MyISAM'"),
        ("engine-same", "", "mysql_engine='InnoDB'"),
        ("row-format", "mysql_row_format='DYNAMIC'", "mysql_row_format='COMPRESSED'"),
        ("comment", "comment='it\\'s one'", "comment='100% :two'"),
        ("comment-comes", "", "comment='it\\'s one'"),
        ("auto-increment", "", "mysql_auto_increment='100'"),
    ):
        yield from _both(f"table-{name}", _of("Integer", old), _of("Integer", new))
    full = table(
        "items",
        "Column('name', mysql.VARCHAR(20, charset='latin1'), nullable=False, comment='a name')",
        "Column('mood', mysql.ENUM('a', 'b'), server_default='a')",
        "Column('body', mysql.LONGTEXT())",
        "Column('at', mysql.DATETIME(fsp=6), server_default=text('CURRENT_TIMESTAMP(6)'))",
        "Column('data', mysql.JSON())",
        "Index('ix_body', 'body', mysql_prefix='FULLTEXT')",
        "Index('ix_start', 'body', mysql_length=12)",
        key="Column('id', mysql.BIGINT(unsigned=True), primary_key=True)",
        more="mysql_engine='InnoDB', mysql_charset='utf8mb4', mysql_collate='utf8mb4_bin', comment='all of it'",
    )
    yield from _both("table-comes", table("kept"), table("kept") + full)
    yield from _both(
        "table-comes-numbered-behind",
        table("kept"),
        table("kept")
        + table(
            "items",
            "Column('b', Integer, primary_key=True, autoincrement=True)",
            key="Column('a', Integer, primary_key=True)",
        ),
    )
