from sqlalchemy import CheckConstraint, Computed, FetchedValue, Sequence, func, text
from sqlmodel import Field, ForeignKey, SQLModel


class Row(SQLModel, table=True):
    id: int = Field(primary_key=True, sa_column_args=[Sequence("row_seq", start=3)])
    parent: int = Field(sa_column_args=[ForeignKey("row.id", onupdate="CASCADE")])
    age: int = Field(sa_column_args=(CheckConstraint("age > 0"),), sa_column_kwargs={"comment": "years"})
    named: str = Field(sa_column_kwargs={"name": "the_name", "server_default": "x"})
    stamped: str = Field(default="a", sa_column_kwargs={"server_default": text("now()"), "onupdate": func.now()})
    keyed: int = Field(sa_column_kwargs={"key": "k", "unique": True, "index": True, "autoincrement": False})
    override: int | None = Field(default=None, sa_column_kwargs={"nullable": False})
