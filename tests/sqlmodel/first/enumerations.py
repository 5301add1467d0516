import enum
from typing import Optional
from sqlmodel import Field, SQLModel


class A(enum.Enum):
    x = "xx"
    y = "yy"


class B(str, enum.Enum):
    x = "xx"
    y = "yy"


class C(enum.IntEnum):
    x = 1


class T(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    b: B
    b2: Optional[B] = Field(default=B.x)
    c: C = Field(default=C.x)
