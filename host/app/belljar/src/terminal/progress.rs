//! Progress bars, on a terminal only.

use std::{
    io::IsTerminal as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use belljar_engine::Progress;
use belljar_snapshots::UnpackProgress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::level::Level;
use crate::render::safe;

/// The time before anything is shown: what is quicker needs no bar.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);

/// The interval at which a spinner moves.
const TICK: Duration = Duration::from_millis(120);

/// A bar that shows the progress of an extraction; it disappears when this is dropped.
pub(crate) struct Bars(Arc<Mutex<ProgressBar>>);

impl Bars {
    /// A bar, and the callback that moves it. It is shown on a terminal only, and not with `--quiet`.
    pub(crate) fn new(level: Level) -> (Self, Progress) {
        let bar = Arc::new(Mutex::new(ProgressBar::hidden()));
        if !is_shown(level) {
            return (Self(bar), Progress::default());
        }
        let begun = Instant::now();
        let (unpacking, planned, module) = (Arc::clone(&bar), Arc::clone(&bar), Arc::clone(&bar));
        let progress = Progress {
            unpacking: UnpackProgress::new(move |generation: &str, done, all| {
                let mut bar = unpacking.lock().unwrap_or_else(PoisonError::into_inner);
                if bar.length() != Some(all) {
                    *bar = start(all, "{msg} [{bar:30}] {bytes}/{total_bytes}");
                    bar.set_message(format!("unpacking SQLAlchemy {generation} (once)"));
                }
                bar.set_position(done);
            }),
            planned: Some(Arc::new(move |count| {
                let mut bar = planned.lock().unwrap_or_else(PoisonError::into_inner);
                bar.finish_and_clear();
                *bar = start(count as u64, "{spinner} {pos} of {len} modules, {eta} left: {wide_msg}");
                bar.set_draw_target(ProgressDrawTarget::hidden());
            })),
            module: Some(Arc::new(move |name| {
                let bar = module.lock().unwrap_or_else(PoisonError::into_inner);
                if bar.is_hidden() && begun.elapsed() >= PATIENCE {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                }
                bar.set_message(safe(name));
                bar.inc(1);
            })),
        };
        (Self(bar), progress)
    }
}

/// Whether progress is shown: on a terminal, and not with `--quiet`.
fn is_shown(level: Level) -> bool {
    level != Level::Quiet && std::io::stderr().is_terminal()
}

/// A spinner with the elapsed time, for work in another process. It disappears when this is dropped.
pub(crate) struct Spinner(ProgressBar);

impl Spinner {
    /// A spinner that begins to move, if progress is shown.
    pub(crate) fn new(level: Level, message: &'static str) -> Self {
        if !is_shown(level) {
            return Self(ProgressBar::hidden());
        }
        let bar = start(0, "{spinner} {msg}, {elapsed}");
        bar.set_message(message);
        bar.set_elapsed(PATIENCE);
        bar.enable_steady_tick(TICK);
        Self(bar)
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn start(length: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).finish_and_clear();
    }
}
