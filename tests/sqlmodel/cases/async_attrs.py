from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlmodel import Field, SQLModel


class Row(AsyncAttrs, SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
