//! Runs the program.

use std::{
    ffi::OsStr,
    fmt, fs,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use belljar_schema::Document;

/// Where the tests have their snapshots: made once, and emptied of what another build left there.
pub(crate) fn cache() -> &'static Path {
    static CACHE: OnceLock<PathBuf> = OnceLock::new();
    CACHE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("snapshots");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).unwrap();
        // Test binaries may run side by side: one unpacks, the others wait.
        let lock = fs::File::options()
            .write(true)
            .create(true)
            .mode(0o600)
            .truncate(false)
            .open(folder.join("lock"));
        let lock = lock.unwrap();
        lock.lock().unwrap();
        let unpack =
            |packed| belljar_sandbox::unpack(packed, &folder, &mut |_, _| {}).unwrap().path().to_owned();
        let wanted: Vec<PathBuf> = belljar_snapshots::ALL.iter().map(unpack).collect();
        assert!(!wanted.is_empty(), "the program carries no snapshot");
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let stale = !wanted.contains(&path.with_extension("cwasm"));
            if stale && path.extension().is_some_and(|ending| ending == "cwasm" || ending == "seal") {
                fs::remove_file(path).unwrap();
            }
        }
        folder
    })
}

/// A call of the program, in a folder, with nothing of the environment of whoever runs the tests.
pub(crate) struct Belljar {
    command: Command,
    /// Whether it writes JSON unless another form is asked for.
    json: bool,
}

impl Belljar {
    pub(crate) fn new(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_belljar"));
        command.current_dir(folder).stdin(Stdio::null());
        command.env_clear().env("HOME", "/nonexistent").env("BELLJAR_CACHE_DIR", cache());
        // A test sees what runs, and not what ran before.
        command.env("BELLJAR_NO_CACHE", "1");
        Self { command, json: false }
    }

    /// `belljar extract` in a folder, as JSON unless another form is asked for. Unless a test is about the wall clock, it
    /// does not matter how busy the machine is.
    pub(crate) fn extract<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Self {
        let arguments: Vec<_> = arguments.into_iter().map(|text| text.as_ref().to_owned()).collect();
        let patient: &[&str] =
            if arguments.iter().any(|text| text == "--timeout") { &[] } else { &["--timeout", "30m"] };
        let call = Self::new(folder).arguments(["extract"]).arguments(patient).arguments(arguments);
        Self { json: true, ..call }
    }

    /// The call, with the form that it has by default.
    fn formed(mut self) -> Command {
        let forms = ["--format", "-f", "--output", "-o", "--summary", "--table", "--dialect"];
        let is_formed = self.command.get_args().any(|text| forms.iter().any(|form| text == *form));
        if self.json && !is_formed {
            self.command.args(["--format", "json"]);
        }
        self.command
    }

    pub(crate) fn arguments<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn env_remove(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// To be run in some other way than [`Self::run`].
    pub(crate) fn into_command(self) -> Command {
        self.formed()
    }

    #[track_caller]
    pub(crate) fn run(self) -> Run {
        let output = self.formed().output().unwrap();
        Run {
            code: output.status.code().expect("ended by a signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// What came of a call; shown as a test pins it.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// What is in the JSON on standard output.
    #[track_caller]
    pub(crate) fn document(&self) -> Document {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }

    /// Asserts the exit code, which says more than that it is not another.
    #[track_caller]
    pub(crate) fn exits_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }
}

impl fmt::Display for Run {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, stdout, stderr } = self;
        let text = format!("exit code: {code}\n----- stdout -----\n{stdout}\n----- stderr -----\n{stderr}");
        out.write_str(&without_versions(text))
    }
}

/// The versions that this build carries change with its pins: `2.0.x` instead.
fn without_versions(text: String) -> String {
    belljar_snapshots::ALL
        .iter()
        .fold(text, |text, packed| text.replace(packed.sqlalchemy, &format!("{}.x", packed.generation)))
}
