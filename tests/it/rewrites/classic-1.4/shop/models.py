from sqlalchemy import (
    Boolean, CheckConstraint, Column, DateTime, Enum, ForeignKey, Index, Integer, MetaData, Numeric, String, Table,
    Text, UniqueConstraint, func, text,
)
from sqlalchemy.orm import mapper, relationship

metadata = MetaData()

customers = Table(
    "customers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mail", String(320), nullable=False, unique=True),
    Column("kind", Enum("person", "firm", name="customer_kind"), nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("made", DateTime, server_default=func.now()),
    CheckConstraint("mail != ''", name="ck_mail"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer_id", Integer, ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("total", Numeric(10, 2)),
    Column("note", Text, default=""),
    Column("made", DateTime, server_default=text("CURRENT_TIMESTAMP")),
    UniqueConstraint("customer_id", "made", name="uq_orders"),
)
Index("ix_orders_total", orders.c.total.desc())


class Customer:
    pass


class Order:
    pass


mapper(Customer, customers)
mapper(Order, orders, properties={"customer": relationship(Customer)})
