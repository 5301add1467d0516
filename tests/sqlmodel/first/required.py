from typing import Optional

from sqlmodel import Field, SQLModel


class T(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    nothing: int = None
    optional: Optional[int]
