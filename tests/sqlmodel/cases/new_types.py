from decimal import Decimal
from typing import NewType, TypeAlias, Union

from sqlmodel import Field, SQLModel

UserId = NewType("UserId", int)
Money: TypeAlias = Decimal
Text = str
Maybe = Union[str, None]


class Row(SQLModel, table=True):
    id: int = Field(primary_key=True)
    money: Money = Field(max_digits=8, decimal_places=3)
    text: Text = ""
    maybe: Maybe = None
    user: UserId = Field(sa_type=__import__("sqlalchemy").Integer)


class Str(str):
    pass


class Int(int):
    pass


class Subclasses(SQLModel, table=True):
    model_config = {"arbitrary_types_allowed": True}
    id: int = Field(primary_key=True)
    a: Str
    b: Int | None = None
