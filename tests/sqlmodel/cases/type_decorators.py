import json

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Tags(TypeDecorator):
    impl = sa.String(50)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return json.dumps(value)


class Loaded(TypeDecorator):
    impl = sa.types.TypeEngine
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(sa.JSON() if dialect.name == "postgresql" else sa.Text())


class Row(SQLModel, table=True):
    id: int = Field(primary_key=True)
    tags: list[str] = Field(sa_type=Tags)
    loaded: dict = Field(sa_type=Loaded, index=True)
