from typing import Literal, Optional

from sqlmodel import Field, SQLModel, String


class Row(SQLModel, table=True):
    id: int = Field(primary_key=True)
    kind: Literal["a", "b"] = Field(sa_type=String)
    other: Optional[Literal["x"]] = Field(default="x", sa_type=String(3))
