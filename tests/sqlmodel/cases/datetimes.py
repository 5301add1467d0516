from datetime import date, datetime, time, timedelta, timezone
from typing import Optional

from pydantic import AwareDatetime, FutureDate, NaiveDatetime, PastDatetime
from sqlmodel import DateTime, Field, SQLModel


class Row(SQLModel, table=True):
    id: int = Field(primary_key=True)
    plain: datetime
    optional: Optional[datetime] = None
    aware: AwareDatetime
    naive: NaiveDatetime
    maybe_naive: NaiveDatetime | None = None
    explicit: datetime = Field(sa_type=DateTime(timezone=True))
    day: date | None = None
    hour: time
    span: timedelta | None = Field(default=None, index=True)
