//! Progress bars, on a terminal only.

use std::{
    io::IsTerminal as _,
    sync::{Arc, Mutex, PoisonError},
};

use belljar_engine::Progress;
use belljar_snapshots::UnpackProgress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::level::Level;
use crate::render::safe;

/// A bar that shows the progress of an extraction; it disappears when this is dropped.
pub(crate) struct Bars(Arc<Mutex<ProgressBar>>);

impl Bars {
    /// A bar, and the callback that moves it. It is shown on a terminal only, and not with `--quiet`.
    pub(crate) fn new(level: Level) -> (Self, Progress) {
        let bar = Arc::new(Mutex::new(ProgressBar::hidden()));
        if level == Level::Quiet || !std::io::stderr().is_terminal() {
            return (Self(bar), Progress::default());
        }
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
                *bar = start(count as u64, "{spinner} {pos} modules {msg}");
            })),
            module: Some(Arc::new(move |name| {
                let bar = module.lock().unwrap_or_else(PoisonError::into_inner);
                bar.set_message(safe(name));
                bar.inc(1);
            })),
        };
        (Self(bar), progress)
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
