import re
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Base(SQLModel):
    id: int | None = Field(default=None, primary_key=True)

    @declared_attr
    def __tablename__(cls) -> str:
        return snake(cls.__name__) + "s"

    @declared_attr.directive
    def __table_args__(cls):
        return {"comment": cls.__name__}


class BigThing(Base, table=True):
    name: str


class OtherThing(Base, table=True):
    __tablename__ = "others"
    big: int = Field(foreign_key="big_things.id")
