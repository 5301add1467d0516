import enum
from datetime import datetime
from typing import Any, List, Optional

import sqlalchemy as sa
from sqlmodel import AutoString, Field, SQLModel
from sqlmodel.sql.sqltypes import AutoString as Other


class Row(SQLModel, table=True):
    id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    when: datetime = Field(sa_type=sa.DateTime(timezone=True))
    naive: datetime = Field(sa_type=sa.DateTime)
    text: str = Field(sa_type=sa.Text, nullable=True)
    number: float = Field(sa_type=sa.Numeric(12, 4), default=0)
    values: List[str] = Field(default=[], sa_type=sa.JSON)
    auto: str = Field(sa_type=AutoString)
    sized: Optional[str] = Field(default=None, sa_type=Other(40))
    anything: Any = Field(sa_type=sa.PickleType)
    small: int = Field(sa_type=sa.SmallInteger(), index=True)
