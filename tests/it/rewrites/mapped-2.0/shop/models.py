import enum
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Optional

from sqlalchemy import (
    CheckConstraint, Enum, ForeignKey, INTEGER, Index, Numeric, String, Text, UniqueConstraint, func, true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Kind(enum.Enum):
    person = "p"
    firm = "f"


key = Annotated[int, mapped_column(INTEGER, primary_key=True)]


class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = (CheckConstraint("mail <> ''", name="ck_mail"),)

    id: Mapped[key]
    mail: Mapped[str] = mapped_column(String(320), unique=True)
    kind: Mapped[Kind] = mapped_column(Enum(Kind, name="customer_kind"))
    active: Mapped[bool] = mapped_column(server_default=true())
    made: Mapped[Optional[datetime]] = mapped_column(server_default=func.now())


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("customer_id", "made", name="uq_orders"),)

    id: Mapped[key]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    total: Mapped[Optional[Decimal]] = mapped_column(Numeric(10, 2))
    note: Mapped[Optional[str]] = mapped_column(Text, default="")
    made: Mapped[Optional[datetime]] = mapped_column(server_default=func.now())
    customer: Mapped[Customer] = relationship()


Index("ix_orders_total", Order.total.desc())
