from functools import lru_cache

from pydantic import Field as PydanticField
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlmodel import Field, SQLModel


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_prefix="BELLJAR_CASE_")
    db_schema: str = "from_settings"
    prefix: str = "t_"
    length: int = PydanticField(default=33, ge=1)


@lru_cache
def get_settings() -> Settings:
    return Settings()


settings = get_settings()


class Row(SQLModel, table=True):
    __tablename__ = f"{settings.prefix}row"
    __table_args__ = {"schema": settings.db_schema}
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=settings.length)
