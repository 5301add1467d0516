from functools import lru_cache
from typing import Annotated, Any, Optional

from pydantic import AliasChoices, BaseModel, Field, PostgresDsn, SecretStr, computed_field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Database(BaseModel):
    host: str = "localhost"
    port: int = 5432


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", env_nested_delimiter="__", env_file=".env.none", extra="ignore")
    port: int = 1
    debug: bool = False
    tags: list[str] = []
    db: Database = Database()
    name: str = "app"
    secret: SecretStr = SecretStr("x")
    schema_name: Optional[str] = None
    other: str = Field("o", validation_alias=AliasChoices("NAME", "OTHER"))
    origins: Annotated[list[str], NoDecode] = ["a"]
    uri: PostgresDsn | None = None

    @field_validator("uri", mode="before")
    @classmethod
    def assemble(cls, value: Any, info):
        return value or PostgresDsn.build(scheme="postgresql", host=info.data["db"].host, path="x")

    @computed_field
    @property
    def url(self) -> str:
        return f"db://{self.db.host}:{self.db.port}"


@lru_cache
def get_settings() -> Settings:
    return Settings()


settings = get_settings()
show(settings, settings.model_dump(), settings.url, settings.db.port, Settings(port="9", name="q").port)


class Required(BaseSettings):
    token: str
    name: str


show(lambda: Required(), lambda: Required(token="x"))


class Nested(BaseSettings):
    class Config:
        env_prefix = "app_"
        case_sensitive = False

    debug: bool = False
    sub: Settings = Settings()

    @model_validator(mode="after")
    def check(self):
        return self


show(Nested(), Nested.model_fields.keys())
