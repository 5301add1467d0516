//! `belljar explain`: where something comes from, how sure that is, and what to do.

use insta::assert_snapshot;

use crate::support::{Belljar, Project, Run};

fn project() -> Project {
    Project::new(&[
        ("requirements.txt", "sqlalchemy>=2,<2.1\nmoney-type>=1.2\n"),
        (
            "shop/base.py",
            "
from sqlalchemy import Column, DateTime, func
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass

class Stamped:
    created = Column(DateTime, server_default=func.now(), nullable=False)
",
        ),
        (
            "shop/order.py",
            "
from sqlalchemy import Column, Integer, String
from money_type import Money
from shop.base import Base, Stamped

class Order(Stamped, Base):
    __tablename__ = 'orders'
    __table_args__ = {'schema': 'sales'}
    id = Column(Integer, primary_key=True)
    amount = Column('total', Money(currency='EUR'), nullable=False)
    note = Column(String(40))

def late():
    class Lost(Base):
        __tablename__ = 'lost'
        id = Column(Integer, primary_key=True)
    return Lost
",
        ),
    ])
}

#[track_caller]
fn explain(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(["explain"]).arguments(arguments).run()
}

#[test]
fn a_table() {
    assert_snapshot!(explain(&project(), &["orders"]), @r"
    exit code: 0
    ----- stdout -----
    table sales.orders  partial
      class      shop.order:Order
      metadata   shop.base:Base.metadata
      declared   shop/order.py:6
                 | class Order(Stamped, Base):
      column     id       INTEGER                      not null  primary key  shop/order.py:9
      column     total    money_type.Money()           not null  shop/order.py:10  partial
      column     note     VARCHAR(40)                  null  shop/order.py:11
      column     created  TIMESTAMP WITHOUT TIME ZONE  not null  default now()  shop/base.py:9
      in doubt   its type is `money_type.Money()`, which is absent [stand-in-type]
                 hint: give `money-type>=1.2` and what it requires: `pip download --only-binary :all: --dest wheels 'money-type>=1.2'`, then `--wheelhouse wheels`
      stand-in   money_type (its package is absent), first asked for at shop/order.py:3


    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.0.x (`sqlalchemy>=2,<2.1` in `requirements.txt`)
    ");
}

#[test]
fn a_column_in_doubt() {
    assert_snapshot!(explain(&project(), &["orders.total", "--quiet"]), @r"
    exit code: 0
    ----- stdout -----
    column sales.orders.total  partial
      type       money_type.Money()  not null
                 money_type.Money(): money_type.Money()
      attribute  `amount` of shop.order:Order
      declared   shop/order.py:10 in class Order
                 | amount = Column('total', Money(currency='EUR'), nullable=False)
      in doubt   its type is `money_type.Money()`, which is absent [stand-in-type]
                 hint: give `money-type>=1.2` and what it requires: `pip download --only-binary :all: --dest wheels 'money-type>=1.2'`, then `--wheelhouse wheels`
      stand-in   money_type (its package is absent), first asked for at shop/order.py:3


    ----- stderr -----
    ");
}

#[test]
fn a_column_of_a_mixin() {
    assert_snapshot!(explain(&project(), &["sales.orders.created", "--quiet"]), @r"
    exit code: 0
    ----- stdout -----
    column sales.orders.created  exact
      type       TIMESTAMP WITHOUT TIME ZONE  not null  default now()
                 sqlalchemy.sql.sqltypes.DateTime: DateTime()
      attribute  `created` of shop.order:Order
      declared   shop/base.py:9 in class Stamped
                 | created = Column(DateTime, server_default=func.now(), nullable=False)
      why        the code computed all of it with SQLAlchemy 2.0.x, without stand-ins


    ----- stderr -----
    ");
}

#[test]
fn what_is_not_made() {
    assert_snapshot!(explain(&project(), &["lost", "--quiet"]), @r"
    exit code: 0
    ----- stdout -----
    lost  unresolved
      declared   shop/order.py:14
                 | class Lost(Base):
      in doubt   it is made in a function that nothing calls at import [in-function]
                 hint: call the function where the module is imported


    ----- stderr -----
    ");
}

#[test]
fn every_way_to_name_the_same() {
    let project = project();
    let all = ["orders.total", "sales.orders.total", "Order.amount", "shop.order:Order.total"];
    let found = all.map(|name| explain(&project, &[name, "--quiet"]).exits_with(0).stdout);
    assert!(found[0].contains("sales.orders.total"), "{}", found[0]);
    assert!(found.iter().all(|text| *text == found[0]), "{found:#?}");
}

#[test]
fn a_name_that_is_not_there() {
    assert_snapshot!(explain(&project(), &["order", "--quiet"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no table, class or column `order` was found
    hint: did you mean `orders`?
    ");
    assert_snapshot!(explain(&project(), &["orders.totl", "--quiet"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no table, class or column `orders.totl` was found
    hint: did you mean `orders.total`, `orders`, `orders.note`?
    ");
    assert_snapshot!(explain(&project(), &["xyz", "--quiet"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no table, class or column `xyz` was found
    hint: `belljar extract --summary` lists all tables
    ");
}
