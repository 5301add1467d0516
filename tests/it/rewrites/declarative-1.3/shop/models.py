from sqlalchemy import (
    Boolean, CheckConstraint, Column, DateTime, Enum, ForeignKey, Index, Integer, Numeric, String, Text,
    UniqueConstraint, func, text,
)
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import relationship

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = (CheckConstraint("mail != ''", name="ck_mail"),)

    id = Column(Integer, primary_key=True)
    mail = Column(String(320), nullable=False, unique=True)
    kind = Column(Enum("person", "firm", name="customer_kind", create_constraint=False), nullable=False)
    active = Column(Boolean(create_constraint=False), nullable=False, server_default=text("true"))
    made = Column(DateTime, server_default=func.now())


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("customer_id", "made", name="uq_orders"),)

    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True)
    total = Column(Numeric(10, 2))
    note = Column(Text, default="")
    made = Column(DateTime, server_default=func.current_timestamp())
    customer = relationship("Customer")


Index("ix_orders_total", Order.total.desc())
