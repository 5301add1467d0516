use std::{fs, path::PathBuf};

use super::{file, *};

/// The limits of a file with flags, or the error with its hint.
fn settle(text: &str, change: impl FnOnce(&mut cli::LimitArguments)) -> Result<AllLimits, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("limits.toml");
    fs::write(&path, text).unwrap();
    let mut given = cli::LimitArguments { file: Some(path), ..cli::LimitArguments::default() };
    change(&mut given);
    let place = format!("{}/", folder.path().display());
    resolve(&given).map_err(|error| format!("{error}\nhint: {}", error.hint()).replace(&place, ""))
}

fn settled(text: &str) -> Result<AllLimits, String> {
    settle(text, |_| {})
}

fn of_tenant(text: &str, name: &str) -> Result<AllLimits, String> {
    settle(text, |given| given.tenant = Some(name.to_owned()))
}

#[test]
fn the_page_is_what_the_program_does() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/limits.md");
    let wanted = page::page();
    if std::env::var_os("BELLJAR_WRITE").is_some() {
        fs::write(path, &wanted).unwrap();
    }
    let written = fs::read_to_string(path).unwrap();
    assert_eq!(written, wanted, "set BELLJAR_WRITE to rewrite it");
}

#[test]
fn the_page_names_every_limit_with_its_default() {
    let page = page::page();
    for limit in ALL {
        assert!(page.contains(&format!("\n| `{}` | ", limit.key)), "{}", limit.key);
    }
    // Written by hand, so that a wrong `get` shows.
    for row in [
        "| `fuel` | instructions, roughly; half of it between two frames, but no more than 100,000,000,000 or an eighth of it | 800,000,000,000 |",
        "| `timeout` | wall clock; half of it between two frames | 2m |",
        "| `memory` | linear memory | 1GiB |",
        "| `max-files` | files of a source | 200,000 |",
    ] {
        assert!(page.contains(row), "{row}\n{page}");
    }
}

#[test]
fn every_field_has_its_limit() {
    // Each limit set to what no other has: were one missing or twice, two of these would be equal or left at the default.
    let mut limits = AllLimits::default();
    for (position, limit) in ALL.iter().enumerate() {
        (limit.set)(&mut limits, 1_000_000_007 + position as u64);
    }
    for (position, limit) in ALL.iter().enumerate() {
        assert_eq!((limit.get)(&limits), 1_000_000_007 + position as u64, "{}", limit.key);
    }
    let fields = |value: serde_json::Value| value.as_object().unwrap().len();
    let JobLimits { timeout: _, result_bytes: _ } = limits.job;
    let (run, source) = (serde_json::to_value(limits.run), serde_json::to_value(limits.source));
    let belljar_connect::Limits { connect: _, idle: _, total: _, read: _, written: _ } = limits.connection;
    assert_eq!(fields(run.unwrap()) + fields(source.unwrap()) + 2 + 5, ALL.len());
}

#[test]
fn hints_name_what_raises_a_limit() {
    assert_eq!(or_raise("max_files"), ", or raise `--max-files`");
    assert_eq!(or_raise("max_total_bytes"), ", or raise `max-unpacked-size` in a file of `--limits`");
    // What errors of a source can name.
    for field in ["max_entries", "max_names_bytes", "max_archive_bytes", "max_header_bytes"] {
        assert!(!or_raise(field).is_empty(), "{field}");
    }
}

#[test]
fn every_flag_has_its_limit() {
    let given = cli::LimitArguments {
        fuel: Some(1),
        timeout: Some(Duration::from_nanos(2)),
        memory: Some(bytesize::ByteSize::b(3)),
        max_output: Some(bytesize::ByteSize::b(4)),
        max_files: Some(5),
        max_file_size: Some(bytesize::ByteSize::b(6)),
        job_timeout: Some(Duration::from_nanos(7)),
        max_result: Some(bytesize::ByteSize::b(8)),
        file: None,
        tenant: None,
    };
    let found: Vec<(&str, u64)> = flags(&given).map(|(limit, value)| (limit.key, value)).collect();
    let listed: Vec<&str> = ALL.iter().filter(|limit| limit.flag).map(|limit| limit.key).collect();
    assert_eq!(found.iter().map(|(key, _)| *key).collect::<Vec<_>>(), listed);
    assert_eq!(found.iter().map(|(_, value)| *value).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 8]);
    let limits = resolve(&given).unwrap();
    assert_eq!((limits.run.fuel, limits.run.memory, limits.job.result_bytes), (1, 3, 8));
}

#[test]
fn what_is_shown_reads_back() {
    for limit in ALL {
        for value in [0, 1, 1023, 1024, 90 << 20, 3 << 30, (limit.get)(&AllLimits::default())] {
            assert_eq!(limit.kind.parse(&limit.kind.show(value)), Ok(value), "{}", limit.key);
        }
    }
}

#[test]
fn a_file_sets_what_it_likes() {
    let limits = settled(
        "memory = \"2GiB\"\ntimeout = '90s'\nfuel = 1_000\nmax-archive-size = 4096\nmax-depth = 0x10\n",
    );
    let limits = limits.unwrap();
    assert_eq!(limits.run.memory, 2 << 30);
    assert_eq!(limits.run.timeout, Duration::from_secs(90));
    assert_eq!((limits.run.fuel, limits.source.max_archive_bytes, limits.source.max_depth), (1000, 4096, 16));
    assert_eq!(limits.job, JobLimits::default());
}

const TENANTS: &str =
    "memory = '512MiB'\n\n[tenant.acme]\nmemory = '256MiB'\ntimeout = '30s'\n\n[tenant.'b.c']\n";

#[test]
fn a_tenant_lowers() {
    let limits = of_tenant(TENANTS, "acme").unwrap();
    assert_eq!((limits.run.memory, limits.run.timeout), (256 << 20, Duration::from_secs(30)));
    assert_eq!(of_tenant(TENANTS, "b.c").unwrap(), settled("memory = '512MiB'").unwrap());
    assert_eq!(settled(TENANTS).unwrap().run.memory, 512 << 20);
}

#[test]
fn a_tenant_never_raises() {
    let above_the_top = "memory = '512MiB'\n[tenant.acme]\nmemory = '513MiB'";
    let reported = "limits.toml:3: `memory` of tenant `acme` is 513MiB, over the 512MiB that limits.toml:1 sets\n\
                hint: give 512MiB or less, or ask the operator to raise it in `limits.toml`";
    assert_eq!(of_tenant(above_the_top, "acme").unwrap_err(), reported);
    // Whoever the tenant is.
    assert_eq!(settled(above_the_top).unwrap_err(), reported);
    let above_the_default = "[tenant.acme]\ntimeout = '3m'";
    assert_eq!(
        of_tenant(above_the_default, "acme").unwrap_err(),
        "limits.toml:2: `timeout` of tenant `acme` is 3m, over the 2m that is the default\n\
         hint: give 2m or less, or ask the operator to set `timeout` at the top of the file"
    );
}

#[test]
fn a_flag_lowers_and_never_raises() {
    let with = |size: u64, tenant: Option<&str>| {
        settle(TENANTS, |given| {
            given.memory = Some(bytesize::ByteSize::mib(size));
            given.tenant = tenant.map(str::to_owned);
        })
    };
    assert_eq!(with(512, None).unwrap().run.memory, 512 << 20);
    assert_eq!(with(100, Some("acme")).unwrap().run.memory, 100 << 20);
    assert_eq!(
        with(300, Some("acme")).unwrap_err(),
        "`--memory` is 300MiB, over the 256MiB that limits.toml:4 sets for tenant `acme`\n\
         hint: give 256MiB or less, or ask the operator to raise it in `limits.toml`"
    );
    assert!(
        with(513, None)
            .unwrap_err()
            .starts_with("`--memory` is 513MiB, over the 512MiB that limits.toml:1 sets\n")
    );
    // What the file says nothing of is at its default, and that can't be raised either.
    let fuel = settle(TENANTS, |given| given.fuel = Some(800_000_000_001)).unwrap_err();
    assert!(
        fuel.starts_with("`--fuel` is 800000000001, over the 800000000000 that is the default\n"),
        "{fuel}"
    );
    // Without a file it can.
    let alone = cli::LimitArguments { fuel: Some(800_000_000_001), ..cli::LimitArguments::default() };
    assert_eq!(resolve(&alone).unwrap().run.fuel, 800_000_000_001);
}

#[test]
fn errors_have_a_place() {
    for (text, reported) in [
        ("fuel = 1\nmemry = 1", "limits.toml:2: unknown limit `memry`\nhint: did you mean `memory`?"),
        (
            "\n\n[tenant.a]\nmaxfiles = 1",
            "limits.toml:4: unknown limit `maxfiles`\nhint: did you mean `max-files`?",
        ),
        (
            "[tenants.a]\nfuel = 1",
            "limits.toml:1: unknown limit `tenants`\nhint: limits are `fuel`, `timeout`",
        ),
        ("tenant = 3", "limits.toml:1: unknown limit `tenant`\nhint: limits are `fuel`"),
        ("[tenant]\nfuel = 3", "limits.toml:2: unknown limit `fuel`\nhint: "),
        ("fuel = 1\nfuel = 2", "limits.toml:2: invalid TOML: duplicate key"),
        ("fuel", "limits.toml:1: invalid TOML: "),
        (
            "fuel = -1",
            "limits.toml:1: `fuel` is `-1`, and must be a number from 0 on\nhint: write `fuel = 1000`",
        ),
        ("fuel = '1'", "limits.toml:1: `fuel` is of type string, and must be a number from 0 on"),
        (
            "fuel = 99999999999999999999",
            "limits.toml:1: `fuel` is `99999999999999999999`, and must be a number",
        ),
        ("memory = 'much'", "limits.toml:1: `memory` is `much` ("),
        (
            "timeout = 90",
            "limits.toml:1: `timeout` is of type integer, and must be a time\nhint: write `timeout = \"90s\"`",
        ),
        (
            "allow-hosts = 'a'",
            "limits.toml:1: `allow-hosts` is of type string, and must be a list of hosts\nhint: write `allow-hosts = [",
        ),
        ("\nallow-hosts = ['a*']", "limits.toml:2: `allow-hosts` is `a*`, which is no host"),
        (
            "allow-host = ['a']",
            "limits.toml:1: unknown limit `allow-host`\nhint: did you mean `allow-hosts`?",
        ),
        ("memory = [1]", "limits.toml:1: `memory` is of type array, and must be a size"),
    ] {
        let error = settled(text).unwrap_err();
        assert!(error.starts_with(reported), "{text}\n{error}");
    }
}

#[test]
fn a_tenant_that_is_not_there_is_refused() {
    assert_eq!(
        of_tenant(TENANTS, "acne").unwrap_err(),
        "`limits.toml` has no tenant `acne`\nhint: did you mean `acme`?"
    );
    assert_eq!(
        of_tenant(TENANTS, "zzz").unwrap_err(),
        "`limits.toml` has no tenant `zzz`\nhint: add a table `[tenant.zzz]`, which may be empty"
    );
}

#[test]
fn a_file_that_is_not_there_is_refused() {
    let given = cli::LimitArguments {
        file: Some(PathBuf::from("/nowhere/limits.toml")),
        ..cli::LimitArguments::default()
    };
    let error = resolve(&given).unwrap_err();
    assert!(error.to_string().starts_with("cannot read the limits: `/nowhere/limits.toml` "), "{error}");
}

/// A pipe that nobody writes to would be waited for.
#[test]
fn a_file_that_is_a_pipe_or_too_large_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path| {
        resolve(&cli::LimitArguments { file: Some(path.to_owned()), ..cli::LimitArguments::default() })
            .unwrap_err()
            .to_string()
    };
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Whoever reads it gets an end, and does not wait for ever.
    let writer = pipe.clone();
    std::thread::spawn(move || std::fs::OpenOptions::new().write(true).open(writer));
    let why = refused(&pipe);
    assert!(why.starts_with("cannot read the limits: "), "{why}");
    let large = folder.path().join("large.toml");
    std::fs::write(&large, "#".repeat((1 << 20) + 1)).unwrap();
    assert!(refused(&large).ends_with("has more than 1048576 bytes"), "{}", refused(&large));
    std::fs::write(&large, "#".repeat(1 << 20)).unwrap();
    assert!(resolve(&cli::LimitArguments { file: Some(large), ..cli::LimitArguments::default() }).is_ok());
}

#[test]
fn positions_are_of_the_value() {
    let file = file::parse("f", "\n# nothing\nfuel = 3 # three\n").unwrap();
    assert_eq!(file.top.limits.first().map(|(_, _, position)| position.line), Some(3));
}

#[test]
fn a_file_lists_the_databases() {
    let text =
        "allow-hosts = ['*.example.com']\n[tenant.acme]\nallow-hosts = ['acme.example.com']\n[tenant.b]\n";
    for (limits, host, expected) in [
        (resolve(&cli::LimitArguments::default()).unwrap(), "db.example.org", true),
        (settled("memory = '1GiB'").unwrap(), "db.example.org", false),
        (settled("allow-hosts = []").unwrap(), "db.example.org", false),
        (settled(text).unwrap(), "db.example.com", true),
        (settled(text).unwrap(), "db.example.org", false),
        (of_tenant(text, "b").unwrap(), "db.example.com", true),
        (of_tenant(text, "acme").unwrap(), "acme.example.com", true),
        (of_tenant(text, "acme").unwrap(), "db.example.com", false),
    ] {
        assert_eq!(limits.databases.allows_host(host), expected, "{:?} {host}", limits.databases);
    }
    let more = "allow-hosts = ['*.example.com']\n[tenant.acme]\nallow-hosts = ['db.example.org']";
    assert_eq!(
        settled(more).unwrap_err(),
        "limits.toml:3: `allow-hosts` of tenant `acme` has `db.example.org`, which the top of the file does not allow\n\
         hint: ask the operator to list it in `allow-hosts` at the top"
    );
}
