from ipaddress import IPv4Address, IPv4Network, IPv6Address
from pathlib import Path

from pydantic import (
    AmqpDsn, AnyHttpUrl, AnyUrl, Base64Bytes, Base64Str, BaseModel, DirectoryPath, FilePath, HttpUrl,
    ImportString, IPvAnyAddress, MongoDsn, MySQLDsn, PostgresDsn, RedisDsn, Secret, SecretBytes, SecretStr, TypeAdapter,
)

URLS = [
    "http://example.com", "HTTPS://User:Pa%20ss@Example.COM:443/a/b?q=1#f", "http://localhost:8000/x", "example.com", "",
    "postgresql://user:pass@localhost:5432/app", "postgres://localhost", "postgresql+asyncpg://u:p@h1:1,h2:2/db?x=y",
    "redis://", "redis://:pw@localhost:6379/0", "mysql+pymysql://root@db/app", "mongodb://a:1,b:2/x", "ftp://x", 5, None,
    "http://", "http://exa mple.com", "sqlite:///file.db", "amqp://guest@rabbit//", "file:///tmp/x", "http://[::1]:80/",
    "http://a.b?x", "mailto:a@b.c", "http://host:99999",
]
for kind in [AnyUrl, HttpUrl, AnyHttpUrl, PostgresDsn, RedisDsn, MySQLDsn, MongoDsn, AmqpDsn]:
    for value in URLS:
        show(lambda: TypeAdapter(kind).validate_python(value), lambda: str(TypeAdapter(kind).validate_python(value)))
for value in ["https://u:p@h.org:444/p?q=1&r=2#f", "http://x.y"]:
    url = HttpUrl(value)
    show(url.scheme, url.username, url.password, url.host, url.port, url.path, url.query, url.fragment, url.query_params())
dsn = PostgresDsn.build(scheme="postgresql+psycopg", username="me", password="p%2Fw", host="db", port=5433, path="app")
show(dsn, str(dsn), dsn.hosts(), dsn.path, lambda: PostgresDsn.build(scheme="x", host="h"), dsn.unicode_string())
show(str(RedisDsn.build(scheme="redis", host="h", path="1")), str(AnyUrl.build(scheme="s3", host="bucket", path="k/e")))
for kind in [IPv4Address, IPv6Address, IPv4Network, IPvAnyAddress, Path, SecretStr, SecretBytes, Base64Str,
             Base64Bytes, ImportString, Secret[int], FilePath, DirectoryPath]:
    for value in ["127.0.0.1", "::1", "10.0.0.0/8", "/tmp", "a@example.com", "aGVsbG8=", "math.pi", "7", 3, None]:
        show(lambda: TypeAdapter(kind).validate_python(value))


class Model(BaseModel):
    url: HttpUrl = "http://default.example"
    secret: SecretStr = SecretStr("s")
    path: Path = Path("/x")
    dsn: PostgresDsn | None = None


model = Model(url="http://a.b", dsn="postgresql://h/d")
show(model, model.model_dump(), model.model_dump(mode="json"), model.model_dump_json(), Model().url, model.secret.get_secret_value())
