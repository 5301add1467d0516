from typing import Optional
from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Base(SQLModel):
    name: str
    nick: Optional[str] = None
    idx: str = Field(index=True)


class T(Base, table=True):
    __table_args__ = (UniqueConstraint("name"),)
    id: Optional[int] = Field(default=None, primary_key=True)


class U(Base, table=True):
    uid: int = Field(primary_key=True)
    nick: str
    other: str = Field(default="x", sa_column_kwargs={"server_default": "y"})
