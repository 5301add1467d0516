from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Base(SQLModel, registry=registry()):
    pass


class Other(SQLModel):
    metadata = MetaData(schema="own", naming_convention={"pk": "pk_%(table_name)s"})


class A(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)


class B(Other, table=True):
    id: int | None = Field(default=None, primary_key=True)
    a: str


class C(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
