from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, Relationship, SQLModel


class Order(SQLModel, table=True):
    __tablename__ = "orders"
    tenant: int = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": True})
    lines: list["Line"] = Relationship(back_populates="order")


class Line(SQLModel, table=True):
    __table_args__ = (ForeignKeyConstraint(["tenant", "number"], ["orders.tenant", "orders.number"]),)
    tenant: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    position: int = Field(primary_key=True, default=0)
    order: Order = Relationship(back_populates="lines")
