//! What URLs are read as.

use belljar_connect::{Address, Target, TlsMode, UrlError};
use belljar_dialect::Database;

#[test]
fn parts_of_urls() {
    let cases = [
        (
            "postgresql://u:p@db.example.com/app",
            "postgresql://u@db.example.com:5432/app",
            TlsMode::VerifyFull,
        ),
        ("postgres://db.example.com:6000", "postgresql://db.example.com:6000/", TlsMode::VerifyFull),
        ("postgresql+asyncpg://u@localhost/app", "postgresql://u@localhost:5432/app", TlsMode::Prefer),
        ("postgresql://[::1]:5433/app?sslmode=require", "postgresql://[::1]:5433/app", TlsMode::Require),
        ("mysql+pymysql://u:p%40x@h/app?charset=utf8mb4", "mysql://u@h:3306/app", TlsMode::VerifyFull),
        ("mariadb://u:a@b@h/app?ssl-mode=VERIFY_CA", "mariadb://u@h:3306/app", TlsMode::VerifyCa),
        (
            "postgresql://u@/app?host=/run/postgresql",
            "postgresql://u@/run/postgresql/.s.PGSQL.5432/app",
            TlsMode::Disable,
        ),
        (
            "postgresql://u@/app?host=/run/pg&port=6000",
            "postgresql://u@/run/pg/.s.PGSQL.5432/app",
            TlsMode::Disable,
        ),
        (
            "mysql://u@/app?unix_socket=/run/mysqld/x.sock",
            "mysql://u@/run/mysqld/x.sock/app",
            TlsMode::Disable,
        ),
        ("sqlite:///app.db", "sqlite:///app.db", TlsMode::Disable),
        ("sqlite:////srv/app.db", "sqlite:////srv/app.db", TlsMode::Disable),
    ];
    for (url, shown, tls) in cases {
        let target = Target::parse(url).unwrap();
        assert_eq!((target.to_string().as_str(), target.tls), (shown, tls), "{url}");
    }
}

#[test]
fn passwords_are_decoded() {
    for (url, password) in [
        ("mysql://u:p%40x@h/app", "p@x"),
        ("mysql://u:a@b@h/app", "a@b"),
        ("mysql://u:a:b@h/app", "a:b"),
        ("postgresql://h/app?user=u&password=x%26y", "x&y"),
    ] {
        let target = Target::parse(url).unwrap();
        assert_eq!(target.password.unwrap().reveal(), password, "{url}");
        assert_eq!(target.user.as_deref(), Some("u"), "{url}");
    }
}

#[test]
fn what_is_no_url_of_a_database() {
    let cases = [
        ("HEAD", UrlError::NoScheme),
        ("postgresql:app", UrlError::NoScheme),
        ("http://h/", UrlError::Scheme("http".to_owned())),
        ("mssql://h/", UrlError::Scheme("mssql".to_owned())),
        ("postgresql:///app", UrlError::Host),
        ("postgresql://h:0/app", UrlError::Port),
        ("postgresql://h:99999/app", UrlError::Port),
        ("postgresql://[::1/app", UrlError::Host),
        ("postgresql://u%00x@h/app", UrlError::Encoding("user")),
        ("postgresql://u:%ff@h/app", UrlError::Encoding("password")),
        ("postgresql://h/app?sslcert=x", UrlError::Parameter(": `sslcert`".to_owned())),
        ("postgresql://h/app?options=-c%20x", UrlError::Parameter(": `options`".to_owned())),
        ("postgresql://u:1/x@h/app", UrlError::NotEncoded),
        ("postgresql://h/app?a=1&b=x@h", UrlError::Parameter(String::new())),
        ("sqlite://", UrlError::NoFile),
        ("sqlite:///:memory:", UrlError::NoFile),
    ];
    for (url, expected) in cases {
        assert_eq!(Target::parse(url), Err(expected), "{url}");
    }
    assert!(matches!(Target::parse("postgresql://h/?sslmode=maybe"), Err(UrlError::Value { .. })));
}

#[test]
fn no_password_is_shown() {
    let secret = "s3cr3t";
    let urls = [
        "postgresql://u:s3cr3t@h/app".to_owned(),
        "postgresql://u:s3cr3t@h/app?sslmode=maybe".to_owned(),
        "postgresql://u:s3cr3t@h:port/app".to_owned(),
        "postgresql://h/app?password=s3cr3t".to_owned(),
        "u:s3cr3t@h/app".to_owned(),
        "u+s3cr3t-x://h/app".to_owned(),
        "s3cr3t@h://x".to_owned(),
        // Passwords that are not encoded.
        "postgresql://u:s3cr3t/x@h/app".to_owned(),
        "postgresql://u:1/s3cr3t@h/app".to_owned(),
        "postgresql://u:1?s3cr3t@h/app".to_owned(),
        "postgresql://u:1?s3cr3t=x@h/app".to_owned(),
        "postgresql://u:1?s3cr3t&x@h/app".to_owned(),
        "postgresql://u:1#s3cr3t@h/app".to_owned(),
        "postgresql://u:#s3cr3t@h/app".to_owned(),
        "mysql://u:s3cr3t@x:y@h/app".to_owned(),
    ];
    for url in urls {
        let shown = match Target::parse(&url) {
            Ok(target) => format!("{target} {target:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!shown.contains(secret), "{url}: {shown}");
    }
}

#[test]
fn addresses() {
    let target = Target::parse("sqlite:////srv/a%20b.db").unwrap();
    assert_eq!(target.database_kind, Database::Sqlite);
    assert_eq!(target.address, Address::File("/srv/a b.db".into()));
}
