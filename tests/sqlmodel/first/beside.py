from typing import Optional
from sqlalchemy import Column, Integer, String
from sqlmodel import Field, SQLModel


class T(SQLModel, table=True):
    id: Optional[int] = Field(primary_key=True)
    a: str = Field(sa_column=Column("a", String(3)), nullable=False)
    b: str = Field(sa_column=Column("b", String(3), nullable=False), nullable=True, index=True)
    c: Optional[int] = Field(default=None, foreign_key="t.id", sa_column=Column("c", Integer))
