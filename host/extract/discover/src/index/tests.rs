use super::*;
use crate::{Options, discover};
use belljar_tree::Tree;

fn index(text: &str) -> StaticIndex {
    let text = format!("import sqlalchemy as sa\n{text}");
    discover(&Tree::in_memory([("pkg/__init__.py", ""), ("pkg/m.py", text.as_str())]), &Options::default())
        .index
}

fn class(text: &str, qualname: &str) -> ClassDecl {
    index(text).class("pkg.m", qualname).unwrap().clone()
}

fn tablename(text: &str) -> Tablename {
    class(&format!("class A(Base):\n    {text}\n"), "A").tablename
}

#[test]
fn names_of_tables() {
    assert_eq!(tablename("__tablename__ = 'a'"), Tablename::Literal("a".to_owned()));
    assert_eq!(tablename("__tablename__: str = 'a' 'b'"), Tablename::Literal("ab".to_owned()));
    assert_eq!(tablename("__tablename__ = f'{x}_a'"), Tablename::Computed(3));
    assert_eq!(tablename("__tablename__ = prefix + 'a'"), Tablename::Computed(3));
    assert_eq!(tablename("@declared_attr\n    def __tablename__(cls): return 'a'"), Tablename::Computed(4));
    assert_eq!(tablename("x = 1"), Tablename::None);
}

#[test]
fn a_class_has_the_line_of_its_keyword() {
    let class =
        class("@one\n@two(1)\nclass A(Base, Generic[T], metaclass=M):\n    x = 1\n\n    y = 2\n", "A");
    assert_eq!((class.line, class.end_line), (4, 7));
    assert_eq!(class.bases, ["Base", "Generic[T]"]);
    assert_eq!(class.decorators, ["one", "two(1)"]);
    assert_eq!(class.path, "pkg/m.py");
}

#[test]
fn qualified_names_are_those_of_python() {
    let index = index(
        "class A:\n    class B: pass\n    def f(self):\n        class C: pass\ndef g():\n    class D: pass\n",
    );
    let names: Vec<_> =
        index.classes().iter().map(|class| (class.qualname.as_str(), class.in_function)).collect();
    assert_eq!(names, [("A", false), ("A.B", false), ("A.f.<locals>.C", true), ("g.<locals>.D", true)]);
}

#[test]
fn flags() {
    assert!(class("class A(Base):\n    __abstract__ = True\n", "A").abstract_);
    assert!(!class("class A(Base):\n    __abstract__ = False\n", "A").abstract_);
    assert!(class("class A(Base):\n    __table__ = t\n", "A").has_table);
    assert!(class("class A(Base, table=True): pass\n", "A").table_true);
}

#[test]
fn attributes() {
    let text = "class A(Base):\n    a = sa.Column('x', sa.Integer)\n    b: Mapped[int] = mapped_column(name='y')\n    \
                c: Mapped[C] = relationship()\n    d = 1\n    if True:\n        e = deferred(sa.Column('z'))\n    \
                @declared_attr\n    def f(cls): return sa.Column()\n    g: Mapped[int]\n";
    let class = class(text, "A");
    let found: Vec<_> = class
        .attributes
        .iter()
        .map(|found| (found.name.as_str(), found.line, found.column_name.as_deref(), found.looks_like_column))
        .collect();
    assert_eq!(
        found,
        [
            ("a", 3, Some("x"), true),
            ("b", 4, Some("y"), true),
            ("c", 5, None, false),
            ("d", 6, None, false),
            ("e", 8, Some("z"), true),
            ("f", 10, None, true),
            ("g", 11, None, true),
        ]
    );
}

#[test]
fn fields_of_sqlmodel() {
    let class = class(
        "class A(SQLModel, table=True):\n    a: int = Field(sa_column=sa.Column('x'))\n    b: str\n",
        "A",
    );
    let found = class.attributes.iter().map(|found| (found.column_name.as_deref(), found.looks_like_column));
    assert_eq!(found.collect::<Vec<_>>(), [(Some("x"), true), (None, true)]);
}

#[test]
fn tables() {
    let text = "t = sa.Table('a' 'b', m,\n    schema='s')\ndef f():\n    sa.Table(name, m)\nsa.Table(name='c', metadata=m)\n";
    let index = index(text);
    let found: Vec<_> = index
        .tables()
        .iter()
        .map(|table| {
            (table.name.as_deref(), table.schema.as_deref(), table.line, table.end_line, table.in_function)
        })
        .collect();
    assert_eq!(
        found,
        [(Some("ab"), Some("s"), 2, 3, false), (None, None, 5, 5, true), (Some("c"), None, 6, 6, false),]
    );
}

#[test]
fn tables_that_a_database_gives() {
    let text = "sa.Table('a', m, autoload_with=e)\nsa.Table('b', m, autoload=True)\nsa.Table('c', m, autoload=flag)\n\
                sa.Table('d', m, autoload=False)\nsa.Table('e', m, autoload_with=None)\nsa.Table('f', m)\n";
    let index = index(text);
    let found: Vec<_> = index.tables().iter().map(|table| table.reflected).collect();
    assert_eq!(found, [true, true, true, false, false, false]);
}

#[test]
fn a_table_made_in_a_constructor_has_the_name_that_its_parameter_defaults_to() {
    let text = "class Store:\n    def __init__(self, url, name='jobs', *, schema='s'):\n        self.t = Table(name, MetaData(), schema=schema)\n        Table(url, MetaData())\n";
    let index = index(text);
    let found: Vec<_> =
        index.tables().iter().map(|table| (table.name.as_deref(), table.schema.as_deref())).collect();
    assert_eq!(found, [(Some("jobs"), Some("s")), (None, None)]);
}

#[test]
fn attributes_are_found_by_name() {
    let index = index("class A(Base):\n    x = 1\n    x = 2\n");
    let class = index.class("pkg.m", "A").unwrap();
    assert_eq!(index.class_at(&class.path, "A"), Some(class));
    assert_eq!(class.attribute_line("x"), Some(4));
    assert_eq!(class.attribute_line("y"), None);
    assert_eq!((index.class("pkg.other", "A"), index.class_at("other.py", "A")), (None, None));
}
