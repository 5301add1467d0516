from datetime import datetime
from typing import Annotated

from sqlmodel import Field, SQLModel

type Name = str
type Short = Annotated[str, Field(max_length=5)]


class Plain(SQLModel, table=True):
    id: int = Field(primary_key=True)


try:  # SQLModel takes no alias of this kind for a column's type

    class Row(SQLModel, table=True):
        id: int = Field(primary_key=True)
        name: Name
except Exception:
    pass


class Box[T](SQLModel):
    label: str | None = None


class Boxed(Box[int], table=True):
    id: int = Field(primary_key=True)
