//! `belljar diagram`, and the diagram in the comment of a check. What the languages make of names is tested by
//! `make diagram-test`.

use std::fs;

use insta::assert_snapshot;

use crate::support::{Belljar, Project, Run, commit, repository};

const MODELS: &str = "
from sqlalchemy import CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Country(Base):
    __tablename__ = 'countries'
    code = Column(String(2), primary_key=True)

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    country = Column(ForeignKey('countries.code'))
    referred_by = Column(ForeignKey('customers.id'))
    email = Column(String(320), nullable=False, unique=True)

class Profile(Base):
    __tablename__ = 'profiles'
    customer_id = Column(ForeignKey('customers.id'), primary_key=True)

class Order(Base):
    __tablename__ = 'orders'
    __table_args__ = {'schema': 'sales'}
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey('customers.id'), nullable=False)

class Line(Base):
    __tablename__ = 'lines'
    __table_args__ = (Index('ux', 'order_id', unique=True, postgresql_where='x > 1'), {'schema': 'sales'})
    order_id = Column(ForeignKey('sales.orders.id'), primary_key=True)
    number = Column(Integer, primary_key=True)
    product_id = Column(ForeignKey('warehouse.products.id'))
";

fn shop() -> Project {
    Project::new(&[("models.py", MODELS)])
}

#[track_caller]
fn diagram(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(["diagram", "--quiet"]).arguments(arguments).run()
}

/// All tables; a reference to itself, to one row at most, to another schema, and to a table that nobody declares.
#[test]
fn all_tables() {
    assert_snapshot!(diagram(&shop(), &[]).exits_with(0).stdout, @r#"
    erDiagram
        countries {
            VARCHAR(2) code PK
        }
        customers {
            INTEGER id PK
            VARCHAR(2) country FK
            INTEGER referred_by FK
        }
        profiles {
            INTEGER customer_id PK, FK
        }
        warehouse_products["warehouse.products (not declared)"]
        sales_lines["sales.lines (partial)"] {
            INTEGER order_id PK, FK
            INTEGER number PK
            unknown product_id FK
        }
        sales_orders["sales.orders"] {
            INTEGER id PK
            INTEGER customer_id FK "not null"
        }
        countries |o--o{ customers : "country"
        customers |o--o{ customers : "referred_by"
        customers ||--o| profiles : "customer_id"
        warehouse_products |o--o{ sales_lines : "product_id"
        sales_orders ||--o{ sales_lines : "order_id"
        customers ||--o{ sales_orders : "customer_id"
    "#);
}

/// The neighbours of a table, in both directions.
#[test]
fn neighbours() {
    let shown = |arguments: &[&str]| {
        let text = diagram(&shop(), arguments).exits_with(0).stdout;
        let names = text.lines().filter_map(|line| line.strip_prefix("    ")?.split(['[', ' ']).next());
        let mut names: Vec<String> =
            names.filter(|name| !name.is_empty() && *name != "}").map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    };
    assert_eq!(shown(&["profiles", "--columns", "none"]), ["customers", "profiles"]);
    assert_eq!(shown(&["profiles", "--depth", "0", "--columns", "none"]), ["profiles"]);
    assert_eq!(
        shown(&["profiles", "--depth", "2", "--columns", "none"]),
        ["countries", "customers", "profiles", "sales_orders"]
    );
    assert_eq!(
        shown(&[".", "sales.*", "--depth", "0", "--columns", "none"]),
        ["sales_lines", "sales_orders"]
    );
}

/// The language is that of `--format`, else of the suffix.
#[test]
fn languages() {
    let project = shop();
    let beginnings = [
        ("a.mmd", "erDiagram\n"),
        ("a.dot", "digraph schema {\n"),
        ("a.gv", "digraph schema {\n"),
        ("a.puml", "@startuml\n"),
        ("a.dbml", "Table "),
        ("a.d2", "direction: right\n"),
        ("a.txt", "erDiagram\n"),
    ];
    for (file, beginning) in beginnings {
        diagram(&project, &["-o", file]).exits_with(0);
        let text = fs::read_to_string(project.path().join(file)).unwrap();
        assert!(text.starts_with(beginning), "{file}: {text}");
        assert!(text.contains("customers") && text.contains("lines"), "{file}: {text}");
        diagram(&project, &["-o", file, "--format", "dbml"]).exits_with(0);
        assert!(fs::read_to_string(project.path().join(file)).unwrap().starts_with("Table "), "{file}");
    }
}

/// What has no effect is an error, and so is a table that is not there.
#[test]
fn errors() {
    let project = shop();
    for (arguments, message) in [
        (&["--depth", "2"][..], "`--depth` has no effect"),
        (&["--group", "schema"], "`--group` has no effect"),
        (&["ordres"], "no table or view matches `ordres`, and there is no file or directory of this name"),
        (&[".", "ordres"], "no table or view matches `ordres`\n"),
        (&["gone/models"], "gone/models"),
        (&["--format", "svg"], "invalid value 'svg'"),
    ] {
        let run = diagram(&project, arguments).exits_with(2);
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
}

/// The comment on a change has a diagram of the tables that it touches, and of their neighbours.
#[test]
fn in_the_comment() {
    let project = repository(&[("models.py", MODELS)]);
    let changed = MODELS
        .replace("String(320), nullable=False", "String(320)")
        .replace("    number = Column", "    quantity = Column(Integer)\n    number = Column")
        .replace("class Profile(Base):\n    __tablename__ = 'profiles'\n    customer_id = Column(ForeignKey('customers.id'), primary_key=True)\n", "");
    fs::write(project.path().join("models.py"), changed).unwrap();
    commit(project.path(), "change");
    let check = |arguments: &[&str]| {
        let run = Belljar::new(project.path()).arguments(["check", "--quiet"]).arguments(arguments).run();
        run.stdout
    };
    let comment = check(&["HEAD~1", "HEAD", "--format", "markdown"]);
    let (_, after) = comment.split_once("```mermaid\n").unwrap_or_else(|| panic!("no diagram: {comment}"));
    let (text, _) = after.split_once("```").unwrap();
    assert_snapshot!(text, @r#"
    erDiagram
        countries
        customers["customers (changed)"] {
            INTEGER id PK
            VARCHAR(320) email UK "changed"
        }
        profiles["profiles (dropped)"] {
            INTEGER customer_id PK, FK
        }
        warehouse_products["warehouse.products (not declared)"]
        sales_lines["sales.lines (partial, changed)"] {
            INTEGER order_id PK, FK
            INTEGER quantity "added"
            INTEGER number PK
        }
        sales_orders["sales.orders"]
        countries |o--o{ customers : "country"
        customers |o--o{ customers : "referred_by"
        customers ||--o| profiles : "customer_id"
        warehouse_products |o--o{ sales_lines : "product_id"
        sales_orders ||--o{ sales_lines : "order_id"
        customers ||--o{ sales_orders : "customer_id"
    "#);
    assert!(!check(&["HEAD", "HEAD", "--format", "markdown"]).contains("mermaid"), "nothing changed");
}

/// A name can't end the block of code that the diagram is in.
#[test]
fn a_hostile_name_in_the_comment() {
    let models = |type_: &str| {
        format!(
            "
from sqlalchemy import Column, Integer, MetaData, String, Table

m = MetaData()
Table('```\\n</details>\\n@everyone', m, Column('```', Integer, primary_key=True), Column('~~~\\n# a', {type_}))
"
        )
    };
    let project = repository(&[("models.py", &models("String(4)"))]);
    fs::write(project.path().join("models.py"), models("String(2)")).unwrap();
    commit(project.path(), "change");
    let run = Belljar::new(project.path())
        .arguments(["check", "--quiet", "HEAD~1", "HEAD", "--format", "markdown"])
        .run();
    let (_, after) = run.stdout.split_once("```mermaid\n").unwrap_or_else(|| panic!("no diagram: {run}"));
    let (diagram, rest) = after.split_once("\n```\n").unwrap();
    assert!(!diagram.contains("``") && !diagram.contains("~~") && !diagram.contains("\n</"), "{diagram}");
    assert!(diagram.contains("changed"), "{diagram}");
    assert!(rest.trim_start().starts_with("</details>"), "{rest}");
}
