import uuid
from typing import Optional
from uuid import UUID

from pydantic import UUID4
from sqlmodel import Field, SQLModel


class Row(SQLModel, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True, nullable=False)
    other: UUID
    optional: Optional[UUID] = Field(default=None, foreign_key="row.id", index=True)
    four: UUID4 = Field(default_factory=uuid.uuid4)
