from typing import Optional

from sqlmodel import Field, SQLModel


class Base(SQLModel):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: Optional[str] = Field(default=None, max_length=10, index=True)
    kind: str = "base"


class Kept(Base, table=True):
    pass


class Changed(Base, table=True):
    id: int = Field(primary_key=True)
    name: str
    kind: int = 3


class Reordered(Base, table=True):
    extra: str
    kind: str = Field(default="re", unique=True)
