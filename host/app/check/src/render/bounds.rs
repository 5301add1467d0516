//! Limits on the size of a report. Its readers have limits: GitHub accepts 10 MB of compressed SARIF with 25,000
//! results, of which it shows 5,000, and GitLab and JUnit viewers become slow. The author of a change controls the
//! number of entries and the length of names, so both are bounded, and what does not fit is counted.

use std::io;

use belljar_text::json_line;
use serde::Serialize;

/// The maximum size of a message, in bytes.
pub(crate) const MESSAGE: usize = 1_500;

/// The maximum size of a name, and of a path that is only displayed, in bytes. A path that links to a file is given in
/// full: truncated, it would be another path.
pub(crate) const NAME: usize = 300;

/// The maximum number and size of entries of one kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    pub(crate) items: usize,
    pub(crate) bytes: usize,
}

pub(crate) const FINDINGS: Most = Most { items: 5_000, bytes: 6 << 20 };

/// The limit of problems, of doubts, and of silenced findings.
pub(crate) const OTHERS: Most = Most { items: 1_000, bytes: 512 << 10 };

/// The first items within the limit, and the number of the others.
pub(crate) fn first<T: Serialize>(items: impl Iterator<Item = T>, most: Most) -> (Vec<T>, usize) {
    let (mut shown, mut bytes, mut left_out) = (Vec::new(), 0, 0);
    for item in items {
        if left_out > 0 {
            left_out += 1;
            continue;
        }
        let mut size = Size(0);
        // Measuring does not fail; serialization errors are reported when the report is written.
        let _ = json_line(&mut size, &item);
        bytes += size.0;
        if shown.len() < most.items && bytes <= most.bytes {
            shown.push(item);
        } else {
            left_out += 1;
        }
    }
    (shown, left_out)
}

/// The note that entries were omitted.
pub(crate) fn more(left_out: usize) -> Option<String> {
    (left_out > 0).then(|| format!("{left_out} more are omitted here; `belljar check` shows them"))
}

/// Counts the bytes written.
struct Size(usize);

impl io::Write for Size {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Most, first};

    #[test]
    fn items_and_bytes_are_bounded() {
        let items = || (0..10).map(|_| "x".repeat(97)); // 100 bytes each: quotes and a line end
        assert_eq!(first(items(), Most { items: 3, bytes: 10_000 }), (vec!["x".repeat(97); 3], 7));
        assert_eq!(first(items(), Most { items: 99, bytes: 499 }), (vec!["x".repeat(97); 4], 6));
    }
}
