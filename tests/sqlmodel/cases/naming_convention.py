from sqlalchemy import MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("a", "b"),)
    id: int | None = Field(default=None, primary_key=True)
    a: int = Field(index=True)
    b: str = Field(unique=True)
    parent: int = Field(foreign_key="row.id")
