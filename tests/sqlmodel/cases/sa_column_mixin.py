from datetime import datetime

from sqlalchemy import func
from sqlmodel import DateTime, Field, SQLModel


class Stamped(SQLModel):
    created: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": func.now()}, nullable=False
    )
    updated: datetime | None = Field(
        default=None, sa_type=DateTime(timezone=True), sa_column_kwargs={"onupdate": func.now(), "nullable": True}
    )


class A(Stamped, table=True):
    id: int | None = Field(default=None, primary_key=True)


class B(Stamped, table=True):
    id: int | None = Field(default=None, primary_key=True)
    created: datetime
