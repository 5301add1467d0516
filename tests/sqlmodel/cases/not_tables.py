from pydantic import BaseModel
from sqlmodel import Field, SQLModel


class Create(SQLModel):
    name: str = Field(primary_key=True)


class Public(Create):
    id: int
    nested: list[Create] = []


class Plain(BaseModel):
    x: int


class Row(Create, table=True):
    pass


created = Create(name="a")
row = Row.model_validate(created)
assert row.name == "a", row
assert Row(**created.model_dump()).name == "a"
assert Public(id="3", name="b", nested=[{"name": "c"}]).nested[0].name == "c"
