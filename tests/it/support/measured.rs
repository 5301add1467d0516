use std::{
    fmt, fs,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{Belljar, Run};

/// A call of the program with what it took.
pub(crate) struct Measured {
    pub(crate) run: Run,
    /// The wall clock time from start to end.
    pub(crate) elapsed: Duration,
    /// Most resident memory of the process, MiB.
    pub(crate) peak: u64,
}

impl fmt::Display for Measured {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:.1} s, {} MiB", self.elapsed.as_secs_f64(), self.peak)
    }
}

/// `belljar extract` in a folder, with its time and its peak memory, which are printed: figures are what a promise on
/// limits is worth.
#[track_caller]
pub(crate) fn measured(what: &str, folder: &Path, arguments: &[&str]) -> Measured {
    let mut command = Belljar::extract(folder, arguments).into_command();
    let started = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (stdout, stderr, peak) = thread::scope(|scope| {
        let out = scope.spawn(move || read_to_string(&mut out));
        let err = scope.spawn(move || read_to_string(&mut err));
        let peak = peak(&mut child);
        (out.join().unwrap(), err.join().unwrap(), peak)
    });
    let code = child.wait().unwrap().code().expect("ended by a signal");
    let found = Measured { run: Run { code, stdout, stderr }, elapsed: started.elapsed(), peak };
    assert!(found.peak > 0, "its memory was never seen");
    println!("{what}: {found}");
    found
}

fn read_to_string(stream: &mut impl std::io::Read) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// The high-water mark of a process, looked at until it ends. It only rises, so that the last look is the peak but for
/// what the last few milliseconds add.
fn peak(child: &mut Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0);
        peak = peak.max(kib / 1024);
        thread::sleep(Duration::from_millis(3));
    }
    peak
}
