from typing import Any, Dict, List, Optional

from pydantic import BaseModel, Json
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlmodel import JSON, Column, Field, SQLModel, String


class Nested(BaseModel):
    a: int = 1


class Row(SQLModel, table=True):
    id: int = Field(primary_key=True)
    a: Dict[str, Any] = Field(default={}, sa_column=Column(JSON))
    b: Optional[List[str]] = Field(default=None, sa_column=Column(MutableList.as_mutable(JSON())))
    c: Nested = Field(default_factory=Nested, sa_column=Column(JSONB, nullable=False, server_default="{}"))
    d: dict = Field(default_factory=dict, sa_type=MutableDict.as_mutable(JSONB))
    e: list[int] = Field(sa_type=ARRAY(String))
    f: Json = Field(sa_type=JSON)
    h: dict = Field(sa_type=JSON().with_variant(JSONB(), "postgresql"))
