from typing import Optional, List, Dict, Union
from sqlmodel import Field, SQLModel


class T(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    tags: List[str]
    ints: List[int] = Field(default=[])
    d: Dict[str, int] = {}
