from typing import Literal

from sqlmodel import Field, SQLModel


class Good(SQLModel, table=True):
    id: int = Field(primary_key=True)


try:
    class Bad(SQLModel, table=True):
        id: int = Field(primary_key=True)
        kind: Literal["a", "b"]
except Exception:
    pass
