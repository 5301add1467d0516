from datetime import datetime, timezone
from typing import Any, Optional

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Integer, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlmodel import JSON, Column, Enum, Field, ForeignKey, SQLModel, String


class Item(SQLModel, table=True):
    id: Optional[int] = Field(default=None, sa_column=Column(BigInteger, Identity(start=5), primary_key=True))
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON))
    body: str = Field(sa_column=Column("body_text", Text, nullable=False, comment="long"))
    tags: list[str] = Field(sa_column=Column(ARRAY(String(30)), server_default=text("'{}'")))
    meta_: dict = Field(sa_column=Column("metadata", JSONB, nullable=True))
    kind: str = Field(sa_column=Column(Enum("a", "b", name="kind_enum"), index=True))
    owner: int = Field(sa_column=Column(ForeignKey("item.id", ondelete="CASCADE"), unique=True))
    created: datetime = Field(
        default_factory=lambda: datetime.now(timezone.utc),
        sa_column=Column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now(), nullable=False),
    )
    stamp: datetime | None = Field(None, sa_column=Column(TIMESTAMP(timezone=True, precision=3)))
    amount: int = Field(sa_column=Column(Integer, CheckConstraint("amount > 0", name="positive")))
