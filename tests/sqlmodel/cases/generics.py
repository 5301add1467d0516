from typing import Generic, TypeVar

from pydantic import BaseModel
from sqlmodel import Field, SQLModel

T = TypeVar("T")
K = TypeVar("K", int, str)


class Page(BaseModel, Generic[T]):
    items: list[T]
    total: int = 0


class Base(SQLModel, Generic[K]):
    note: str | None = None


class Row(Base[int], table=True):
    id: int | None = Field(default=None, primary_key=True)


class Repository(Generic[T]):
    model: type[T]


class Rows(Repository[Row]):
    model = Row


page = Page[Row](items=[Row(id=1)])
assert page.items[0].id == 1
