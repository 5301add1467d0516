from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlmodel import Field, Relationship, SQLModel

link = Table(
    "user_group",
    SQLModel.metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("group_id", ForeignKey("group.id"), primary_key=True),
)


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    groups: list["Group"] = Relationship(sa_relationship_kwargs={"secondary": link})


class Group(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Explicit(SQLModel, table=True):
    __table__ = Table("explicit", SQLModel.metadata, Column("id", Integer, primary_key=True), Column("x", String(3)))
