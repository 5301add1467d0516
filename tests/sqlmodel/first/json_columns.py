from typing import Optional, List, Dict, Union
from pathlib import Path
from ipaddress import IPv4Address
from sqlmodel import Field, SQLModel, Column, JSON


class T(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    tags: List[str] = Field(default=[], sa_column=Column(JSON))
    meta: Optional[Dict] = Field(default_factory=dict, sa_column=Column("meta_col", JSON, nullable=True))
    path: Path
    ip: IPv4Address
