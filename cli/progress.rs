//! The progress bar: on a terminal only, on standard error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ordinance_engine::scan::Progress;

/// Shows how far a scan has come.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// Returns a bar, hidden unless `shown`.
    pub(crate) fn new(shown: bool) -> Self {
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Takes a step.
    pub(crate) fn advance(&self, progress: Progress) {
        match progress {
            Progress::Found(files) => self.0.set_length(files as u64),
            Progress::Done => self.0.inc(1),
        }
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
