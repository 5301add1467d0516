from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, List, Optional

from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from elsewhere import Unknown


class Row(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    when: datetime
    name: str | None = Field(default=None, max_length=10)
    amount: "int" = 0
