import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path
from typing import Any

from sqlmodel import Field, SQLModel


class Everything(SQLModel, table=True):
    id: int = Field(primary_key=True)
    a_str: str
    a_int: int
    a_float: float
    a_bool: bool
    a_bytes: bytes
    a_date: date
    a_datetime: datetime
    a_time: time
    a_timedelta: timedelta
    a_decimal: Decimal
    a_uuid: uuid.UUID
    a_path: Path
    v4: IPv4Address
    v4n: IPv4Network
    v6: IPv6Address
    v6n: IPv6Network
