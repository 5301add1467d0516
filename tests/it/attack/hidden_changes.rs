//! A pull request whose files hide, when they run, what its text changes.

use belljar_check::{Texts, disagreements};
use belljar_engine::Extraction;

use super::interference::{extract, options};

const BASE: &str = "
from sqlalchemy.orm import declarative_base
Base = declarative_base()
";

const MODELS: &str = "
import shop.a_first
from sqlalchemy import Column, ForeignKey, Integer, Numeric, String, Table
from shop.base import Base

class Stamped:
    made = Column(Integer, nullable=False)

class Order(Stamped, Base):
    __tablename__ = 'orders'
    id = Column(Integer, primary_key=True)
    total = Column(Numeric(10, 2), nullable=False)
    note = Column(String(50), nullable=False)
    customer = Column(Integer, ForeignKey('customers.id'))

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)

stock = Table('stock', Base.metadata, Column('id', Integer, primary_key=True), Column('place', String(20), nullable=False))
";

/// The shop; `first` runs before its models.
fn shop(first: &str, models: &str) -> Extraction {
    let first = format!(
        "import sqlalchemy\nfrom sqlalchemy import *\nfrom shop.base import Base\nmetadata = MetaData()\n{first}\n"
    );
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", BASE),
        ("shop/a_first.py", first.as_str()),
        ("shop/models.py", models),
    ];
    extract(&files, &options())
}

/// What is said of a change of the models from one text to another, while another file does something else than before.
fn said(before: &Extraction, first: &str, models: &str) -> Vec<String> {
    let after = shop(first, models);
    let texts = Texts { base: &before.index, head: &after.index };
    let found = disagreements(&before.document, &after.document, texts);
    found
        .into_iter()
        .map(|item| format!("{}: {}", item.place.map_or(0, |place| place.line), item.message))
        .collect()
}

/// Gives every `orders` a column that its text does not have.
const GIVES_BACK: &str = "
@event.listens_for(Table, 'after_parent_attach')
def add(table, metadata):
    if table.name == 'orders' and 'total' not in table.c:
        table.append_column(Column('total', Numeric(10, 2), nullable=False))
";

/// What a column had in the base, whatever its text says.
fn keeps(what: &str) -> String {
    format!(
        "old = Column.__init__\ndef init(self, *a, **k):\n    {what}\n    old(self, *a, **k)\nColumn.__init__ = init"
    )
}

#[test]
fn what_the_text_loses_and_the_schema_does_not() {
    let before = shop("", MODELS);
    let gone = MODELS.replace("    total = Column(Numeric(10, 2), nullable=False)\n", "");
    // Controls: the change alone is seen in the schema, and the code alone changes nothing.
    assert_eq!(said(&before, "", &gone), Vec::<String>::new());
    assert_eq!(said(&before, GIVES_BACK, MODELS), Vec::<String>::new());
    let found = said(&before, GIVES_BACK, &gone);
    let [one] = found.as_slice() else { panic!("{found:#?}") };
    assert!(
        one.starts_with("9: the text of column `orders.total` was removed, but the column was not"),
        "{one}"
    );
}

#[test]
fn what_the_text_changes_and_the_schema_does_not() {
    let before = shop("", MODELS);
    for (from, to, hide, wanted) in [
        (
            "String(50), nullable=False",
            "String(50)",
            keeps("if len(a) == 1 and isinstance(a[0], String): k['nullable'] = False"),
            "column `orders.note`",
        ),
        (
            "String(50)",
            "String(20)",
            keeps("a = tuple(String(50) if isinstance(i, String) else i for i in a)"),
            "column `orders.note`",
        ),
        (
            "note = Column(String(50)",
            "note = Column(Integer",
            keeps("a = (String(50), *a[1:]) if k == {'nullable': False} and len(a) == 1 else a"),
            "column `orders.note`",
        ),
        (
            "Column('place', String(20), nullable=False)",
            "Column('place', String(20))",
            keeps("if a[0] == 'place': k['nullable'] = False"),
            "column `stock.place`",
        ),
        (
            "made = Column(Integer, nullable=False)",
            "made = Column(Integer)",
            keeps("if len(a) == 1 and not k: k['nullable'] = False"),
            "column `orders.made`",
        ),
        (
            ", ForeignKey('customers.id')",
            ", ForeignKey('stock.id')",
            keeps("a = tuple(ForeignKey('customers.id') if isinstance(i, ForeignKey) else i for i in a)"),
            "column `orders.customer`",
        ),
    ] {
        let changed = MODELS.replace(from, to);
        assert_ne!(changed, MODELS);
        assert_eq!(said(&before, "", &changed), Vec::<String>::new(), "a change that is seen: {to}");
        let found = said(&before, &hide, &changed);
        assert!(!found.is_empty() && found.iter().any(|one| one.contains(wanted)), "{to}: {found:#?}");
        assert!(found.iter().all(|one| one.contains("a_first.py")), "the culprit is named: {found:#?}");
    }
}

#[test]
fn a_table_whose_text_is_gone() {
    let before = shop("", MODELS);
    let gone = MODELS.split("stock = Table").next().unwrap();
    assert_eq!(said(&before, "", gone), Vec::<String>::new());
    let hide = "make = Table\nmake('stock', Base.metadata, Column('id', Integer, primary_key=True), Column('place', \
                String(20), nullable=False))";
    let found = said(&before, hide, gone);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("the text of table `stock` was removed, but the table was not"), "{found:#?}");
    // Moved to another file, it is no secret.
    let moved = "Table('stock', Base.metadata, Column('id', Integer, primary_key=True), Column('place', String(20), \
                 nullable=False))";
    assert_eq!(said(&before, moved, gone), Vec::<String>::new());
}

#[test]
fn a_column_that_the_text_has_and_the_table_has_not() {
    let before = shop("", MODELS);
    let more = MODELS.replace("    total =", "    tax = Column(Integer)\n    total =");
    assert_eq!(said(&before, "", &more), Vec::<String>::new());
    let hide = "def lose(cls, **k):\n    if 'tax' in vars(cls): del cls.tax\nBase.__init_subclass__ = classmethod(lose)";
    let found = said(&before, hide, &more);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains("column `orders.tax` is in the text of its class, but not in the table"),
        "{found:#?}"
    );
}

/// The same schema in other words.
#[test]
fn other_words_for_the_same() {
    let before = shop("", MODELS);
    let after = "
import shop.a_first
import sqlalchemy as sa
from sqlalchemy import Column, Integer, Numeric
from sqlalchemy.orm import Mapped, mapped_column
from shop.base import Base

SIZE = 50
def place():
    return Column('place', sa.String(length=20), nullable=False)

class Marked:
    made: Mapped[int] = mapped_column()

class Order(Marked, Base):
    __tablename__ = 'orders'
    id: Mapped[int] = mapped_column(primary_key=True)
    total = Column('total', Numeric(precision=10, scale=2), nullable=bool(0))
    note: Mapped[str] = mapped_column(sa.String(SIZE))
    customer = Column(sa.ForeignKey('customers.id'))

class Customer(Base):
    __tablename__ = 'customer' + 's'
    id = Column(Integer, primary_key=True, nullable=False)

class Stock(Base):
    __table__ = sa.Table('stock', Base.metadata, Column('id', Integer, primary_key=True), place())
";
    assert_eq!(said(&before, "", after), Vec::<String>::new());
    let both = shop("", after);
    let changes =
        belljar_diff::diff(&before.document, &both.document, &belljar_diff::Options::default()).changes;
    let changes: Vec<_> =
        changes.iter().filter(|change| change.effect == belljar_diff::Effect::Database).collect();
    assert_eq!(changes, Vec::<&belljar_diff::Change>::new(), "it is no change");
}

/// Every change of the text that other code makes up for is found, and neither the change nor the code is by itself.
#[track_caller]
fn holds(base: &str, from: &str, to: &str, hide: &str, wanted: &str) {
    let before = shop("", base);
    let changed = base.replace(from, to);
    assert_ne!(changed, base, "{from}");
    assert_eq!(said(&before, "", &changed), Vec::<String>::new(), "the change alone: {to}");
    let found = said(&before, hide, &changed);
    assert!(found.iter().any(|one| one.contains(wanted)), "{to}: {found:#?}");
}

const PLACE: &str = ", Column('place', String(20), nullable=False)";

/// Runs when `stock` is made, and after its columns are there.
fn on_stock(what: &str) -> String {
    format!(
        "@event.listens_for(Table, 'after_parent_attach')\ndef add(t, metadata):\n    if t.name == 'stock' and 'place' \
         not in t.c:\n        {what}\n"
    )
}

#[test]
fn a_column_that_comes_back_as_a_copy() {
    let copy = "c = t.c.id._copy(); c.name = c.key = 'place'; c.primary_key = False; c.type = String(20); c.nullable = \
                False; t.append_column(c)";
    holds(
        MODELS,
        PLACE,
        "",
        &on_stock(copy),
        "the text of column `stock.place` was removed, but the column was not",
    );
    // Of a class, of which the copied column is the only declaration of its line.
    let copy = "
@event.listens_for(Table, 'after_parent_attach')
def add(t, metadata):
    if t.name == 'orders' and 'total' not in t.c:
        c = t.c.note._copy(); c.name = c.key = 'total'; c.type = Numeric(10, 2); t.append_column(c)
";
    let total = "    total = Column(Numeric(10, 2), nullable=False)\n";
    holds(MODELS, total, "", copy, "the text of column `orders.total` was removed, but the column was not");
}

#[test]
fn a_column_that_comes_back_beside_an_unpacked_list() {
    let give = on_stock("t.append_column(Column('place', String(20), nullable=False))");
    for to in [", *[]", ", *()", ", *[*[]]", ", None", ", *NOTHING"] {
        let base = MODELS.replace("class Stamped:", "NOTHING = []\nclass Stamped:");
        holds(
            &base,
            PLACE,
            to,
            &give,
            "the text of column `stock.place` was removed, but the column was not",
        );
    }
    // A literal list is read, and a loop on both sides is no secret.
    let before = shop("", MODELS);
    let listed = MODELS.replace(PLACE, ", *[Column('place', String(20), nullable=False)]");
    assert_eq!(said(&before, "", &listed), Vec::<String>::new());
    let looped = MODELS.replace(PLACE, ", *[Column(f'{n}', String(20), nullable=False) for n in ['place']]");
    let fewer = looped.replace("['place']", "[]");
    assert_ne!(looped, fewer);
    assert_eq!(said(&shop("", &looped), &give, &fewer), Vec::<String>::new());
}

#[test]
fn a_table_that_comes_back_within_a_class() {
    let before = shop("", MODELS);
    let gone = MODELS.split("stock = Table").next().unwrap();
    let call = "T('stock', Base.metadata, Column('id', Integer, primary_key=True), Column('place', String(20), \
                nullable=False))";
    for hide in [
        format!("T = Table\nclass X:\n    x = {call}"),
        format!("T = Table\nclass X: x = {call}"),
        format!("T = Table\nclass X:\n    __tablename__ = 'other'\n    x = {call}"),
        format!("T = Table\nclass X:\n    __tablename__ = str('stock')\n    x = {call}"),
    ] {
        let found = said(&before, &hide, gone);
        assert!(
            found
                .iter()
                .any(|one| one.contains("the text of table `stock` was removed, but the table was not")),
            "{hide}: {found:#?}"
        );
    }
    // A class of its own is no secret.
    let own = "class Stock(Base):\n    __tablename__ = 'stock'\n    id = Column(Integer, primary_key=True)\n    place \
               = Column(String(20), nullable=False)";
    assert_eq!(said(&before, own, gone), Vec::<String>::new());
}

#[test]
fn a_foreign_key_that_comes_back() {
    let give = "
@event.listens_for(Table, 'after_parent_attach')
def add(t, metadata):
    if t.name == 'orders' and not t.c.customer.foreign_keys:
        t.c.customer.append_foreign_key(ForeignKey('customers.id'))
";
    let key = ", ForeignKey('customers.id')";
    holds(MODELS, key, "", give, "its text declares no reference, but it refers to `customers.id`");
    let acts = MODELS.replace(key, ", ForeignKey('customers.id', ondelete='CASCADE')");
    let give = keeps(
        "a = tuple(ForeignKey('customers.id', ondelete='CASCADE') if isinstance(i, ForeignKey) else i for i in a)",
    );
    holds(&acts, ", ondelete='CASCADE'", "", &give, "its text declares ON DELETE `none`");
    // Moved to the table, it is no secret.
    let args = "    __table_args__ = (ForeignKeyConstraint(['customer'], ['customers.id']),)\n";
    let moved = MODELS.replace("String, Table", "String, Table, ForeignKeyConstraint").replace(
        "    customer = Column(Integer, ForeignKey('customers.id'))\n",
        &format!("    customer = Column(Integer)\n{args}"),
    );
    assert!(moved.contains(args));
    assert_eq!(said(&shop("", MODELS), "", &moved), Vec::<String>::new());
}

#[test]
fn values_and_defaults_that_come_back() {
    let imports = |models: &str| models.replace("String, Table", "String, Table, Enum, text, BigInteger");
    let state = imports(
        &MODELS.replace("    note =", "    state = Column(Enum('new', 'paid', name='st'))\n    note ="),
    );
    let keep = keeps("a = tuple(Enum('new', 'paid', name='st') if isinstance(i, Enum) else i for i in a)");
    holds(&state, "'new', 'paid'", "'new'", &keep, "its text has the values `new`");
    for (old, new, kept) in
        [("'x'", "'y'", "'x'"), ("text('1')", "text('2')", "text('1')"), ("text('1')", "'2'", "text('1')")]
    {
        let base = imports(
            &MODELS.replace("String(50), nullable", &format!("String(50), server_default={old}, nullable")),
        );
        let hide = keeps(&format!("if 'server_default' in k: k['server_default'] = {kept}"));
        holds(
            &base,
            &format!("server_default={old}"),
            &format!("server_default={new}"),
            &hide,
            "the server default",
        );
    }
}

#[test]
fn a_type_that_some_dialects_keep() {
    let imports = |models: &str| models.replace("String, Table", "String, Table, BigInteger");
    let base = imports(&MODELS.replace("    note =", "    size = Column(BigInteger)\n    note ="));
    let hide = keeps(
        "a = tuple(Integer().with_variant(BigInteger(), 'postgresql') if i is Integer and not k else i for i in a)",
    );
    holds(&base, "Column(BigInteger)", "Column(Integer)", &hide, "column `orders.size`");
    let hide = keeps(
        "a = tuple(i.with_variant(String(50), 'postgresql') if isinstance(i, String) else i for i in a)",
    );
    holds(MODELS, "String(50)", "String(20)", &hide, "column `orders.note`");
    let hide = keeps(
        "a = tuple(i.with_variant(Numeric(10, 2), 'mysql') if isinstance(i, Numeric) else i for i in a)",
    );
    holds(MODELS, "Numeric(10, 2)", "Numeric(8, 2)", &hide, "column `orders.total`");
    // What the repository compiles in its own way on both sides is no secret, of new columns either.
    let compiles = "from sqlalchemy.ext.compiler import compiles\n@compiles(BigInteger, 'sqlite')\ndef big(t, c, **k): \
                    return 'INTEGER'";
    let more = base.replace(
        "    id = Column(Integer, primary_key=True)\n\nstock",
        "    id = Column(Integer, primary_key=True)\n    much = Column(BigInteger)\n\nstock",
    );
    assert_ne!(more, base);
    assert_eq!(said(&shop(compiles, &base), compiles, &more), Vec::<String>::new());
}

/// Plain types are rendered as they are expected.
#[test]
fn types_as_every_dialect_has_them() {
    let before = shop("", MODELS);
    let mut more =
        MODELS.replace("from sqlalchemy import", "from sqlalchemy import *\nfrom sqlalchemy import");
    let mut columns = String::new();
    for (position, ty) in [
        "Integer",
        "BigInteger",
        "SmallInteger",
        "String(30)",
        "String",
        "Text",
        "Text(100)",
        "Boolean",
        "Numeric(8, 3)",
        "Numeric(8)",
        "Numeric",
        "Date",
        "DateTime",
        "DateTime(timezone=True)",
        "Float",
        "Float(53)",
        "Enum('a', 'b', name='e')",
        "String(30, collation='C')",
    ]
    .iter()
    .enumerate()
    {
        columns.extend(["    new", &position.to_string(), " = Column(", ty, ")\n"]);
    }
    more = more.replace("    note =", &format!("{columns}    note ="));
    assert_eq!(said(&before, "", &more), Vec::<String>::new());
}

/// Models whose tables have indexes and constraints of every way to write them.
const INDEXED: &str = "
import shop.a_first
from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table, UniqueConstraint
from shop.base import Base

class Order(Base):
    __tablename__ = 'orders'
    id = Column(Integer, primary_key=True)
    note = Column(String(50), index=True)
    code = Column(String(20), unique=True)
    total = Column(Integer)
    __table_args__ = (Index('by_total', 'total'), UniqueConstraint('code', 'note', name='once'), CheckConstraint('total > 0', name='positive'))

Index('by_both', Order.total, Order.note)
stock = Table('stock', Base.metadata, Column('id', Integer, primary_key=True), Column('place', String(20)), Index('by_place', 'place'))
";

/// Runs when a table is made, and after its own text has.
fn on(table: &str, what: &str) -> String {
    format!(
        "@event.listens_for(Table, 'after_parent_attach')\ndef add(t, metadata):\n    if t.name == '{table}':\n        \
         {what}\n"
    )
}

#[test]
fn indexes_and_constraints_that_come_back() {
    for (from, to, table, give, wanted) in [
        ("Index('by_total', 'total'), ", "", "orders", "Index('by_total', t.c.total)", "index `by_total`"),
        (
            "UniqueConstraint('code', 'note', name='once'), ",
            "",
            "orders",
            "t.append_constraint(UniqueConstraint('code', 'note', name='once'))",
            "unique constraint `once`",
        ),
        (
            ", CheckConstraint('total > 0', name='positive')",
            "",
            "orders",
            "t.append_constraint(CheckConstraint('total > 0', name='positive'))",
            "check `positive`",
        ),
        (", index=True", "", "orders", "Index('ix_orders_note', t.c.note)", "index `ix_orders_note`"),
        (
            ", unique=True",
            "",
            "orders",
            "t.append_constraint(UniqueConstraint('code'))",
            "unique constraint on `code`",
        ),
        (", Index('by_place', 'place')", "", "stock", "Index('by_place', t.c.place)", "index `by_place`"),
        (
            "Index('by_both', Order.total, Order.note)\n",
            "",
            "orders",
            "Index('by_both', t.c.total, t.c.note)",
            "index `by_both`",
        ),
        // The arguments are computed from now on.
        (
            "(Index('by_total', 'total'), UniqueConstraint",
            "(*[], UniqueConstraint",
            "orders",
            "Index('by_total', t.c.total)",
            "index `by_total`",
        ),
        // Something else is written under its name.
        (
            "Index('by_total', 'total')",
            "Index('by_total', 'total', unique=True)",
            "orders",
            "[t.indexes.discard(i) for i in list(t.indexes) if i.name == 'by_total']; Index('by_total', t.c.total)",
            "index `by_total`",
        ),
    ] {
        let wanted = format!("the text of the {wanted} of table `{table}` was removed, but it was not");
        holds(INDEXED, from, to, &on(table, give), &wanted);
    }
}

/// What the text has got, and other code takes away.
#[test]
fn indexes_and_constraints_that_go_missing() {
    let lose = "[t.indexes.discard(i) for i in list(t.indexes) if 'code' in i.columns]; [t.constraints.discard(i) for \
                i in list(t.constraints) if 'total' in getattr(i, 'columns', ()) and isinstance(i, UniqueConstraint)]";
    for (from, to, wanted) in [
        (", unique=True)", ", unique=True, index=True)", "its text declares an index, but it has none"),
        (
            "total = Column(Integer)",
            "total = Column(Integer, unique=True)",
            "its text declares it unique, but it is not",
        ),
        (
            "(Index('by_total'",
            "(Index('by_code', 'code', 'total'), Index('by_total'",
            "the index `by_code` is in the text of table `orders`, but not in the table",
        ),
    ] {
        holds(INDEXED, from, to, &on("orders", lose), wanted);
    }
}

/// The same indexes and constraints, written elsewhere or otherwise.
#[test]
fn indexes_and_constraints_in_other_words() {
    let before = shop("", INDEXED);
    let mixin = "class Args:\n    @declared_attr\n    def __table_args__(cls): return (Index('by_total', 'total'), \
                 UniqueConstraint('code', 'note', name='once'), CheckConstraint('total > 0', \
                 name='positive'))\n\nclass Order(Args, Base)";
    for (from, to) in [
        (", index=True", ", index=bool(1)"),
        (
            "    note = Column(String(50), index=True)",
            "    note = Column(String(50))\n    Index('ix_orders_note', note)",
        ),
        ("Index('by_total', 'total'), ", "Index('by_total', total), "),
        ("Index('by_total', 'total'), ", "Index(str('by_total'), 'total'), "),
        ("Index('by_both', Order.total, Order.note)", "both = Index('by_both', Order.total, Order.note)"),
        (", Index('by_place', 'place'))", ")\nIndex('by_place', stock.c.place)"),
        (
            "__table_args__ = (Index('by_total', 'total'), ",
            "__table_args__ = (*[Index('by_total', 'total')], ",
        ),
    ] {
        let after = INDEXED.replace(from, to);
        assert_ne!(after, INDEXED);
        assert_eq!(said(&before, "", &after), Vec::<String>::new(), "{to}");
        assert_eq!(shop("", &after).document.tables.len(), 2);
    }
    let args = INDEXED.lines().find(|line| line.contains("__table_args__")).unwrap();
    let moved = INDEXED.replace(&format!("{args}\n"), "").replace("class Order(Base)", mixin);
    let moved = moved.replace("from shop", "from sqlalchemy.orm import declared_attr\nfrom shop");
    assert_eq!(said(&before, "", &moved), Vec::<String>::new());
    // What one side makes in a way that no text tells is no secret on both.
    let computed =
        INDEXED.replace("(Index('by_total', 'total'), ", "(*[Index(n, 'total') for n in ['by_total']], ");
    let other = computed.replace("['by_total']", "['by_' + 'total']");
    assert_ne!(computed, other);
    assert_eq!(said(&shop("", &computed), "", &other), Vec::<String>::new());
}
