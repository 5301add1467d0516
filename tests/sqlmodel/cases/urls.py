from pydantic import AnyUrl, BaseModel, HttpUrl, PostgresDsn
from sqlmodel import Field, SQLModel, String


class Row(SQLModel, table=True):
    id: int = Field(primary_key=True)
    url: HttpUrl = Field(sa_type=String(2083))
    any: AnyUrl | None = Field(default=None, sa_type=String)


class Plain(BaseModel):
    dsn: PostgresDsn = "postgresql://a/b"


try:
    class Refused(SQLModel, table=True):
        id: int = Field(primary_key=True)
        url: HttpUrl
except Exception:
    pass
