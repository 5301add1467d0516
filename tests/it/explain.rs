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
    assert_snapshot!(explain(&project(), &["orders"]), @"");
}

#[test]
fn a_column_in_doubt() {
    assert_snapshot!(explain(&project(), &["orders.total", "--quiet"]), @"");
}

#[test]
fn a_column_of_a_mixin() {
    assert_snapshot!(explain(&project(), &["sales.orders.created", "--quiet"]), @"");
}

#[test]
fn what_is_not_made() {
    assert_snapshot!(explain(&project(), &["lost", "--quiet"]), @"");
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
    assert_snapshot!(explain(&project(), &["order", "--quiet"]), @"");
    assert_snapshot!(explain(&project(), &["orders.totl", "--quiet"]), @"");
    assert_snapshot!(explain(&project(), &["xyz", "--quiet"]), @"");
}
