//! How much goes into a report. Who reads one has limits: GitHub takes 10 MB of compressed SARIF with 25,000 results, of
//! which it shows 5,000, and GitLab and what reads JUnit grow slow. A stranger decides how much there is to say and how long
//! his names are, so all of it is counted, and what does not fit is told as a number.

use std::io;

use belljar_text::json_line;
use serde::Serialize;

/// Bytes of a message.
pub(super) const MESSAGE: usize = 1_500;

/// Bytes of a name, and of a path where it is only to be read. A path that is a place to go to is given in full: cut, it would
/// be another one.
pub(super) const NAME: usize = 300;

/// What may be told of one kind of thing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    pub(super) items: usize,
    pub(super) bytes: usize,
}

pub(super) const FINDINGS: Most = Most { items: 5_000, bytes: 6 << 20 };

/// Of problems, of doubts, and of what is silenced.
pub(super) const OTHERS: Most = Most { items: 1_000, bytes: 512 << 10 };

/// The first items that are no more than may be, and how many there are besides.
pub(super) fn first<T: Serialize>(items: impl Iterator<Item = T>, most: Most) -> (Vec<T>, usize) {
    let (mut shown, mut bytes, mut left_out) = (Vec::new(), 0, 0);
    for item in items {
        if left_out > 0 {
            left_out += 1;
            continue;
        }
        let mut size = Size(0);
        // What counts does not fail, and what can't be written is found out when it is.
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

/// What is said where something is left out.
pub(super) fn more(left_out: usize) -> Option<String> {
    (left_out > 0).then(|| format!("{left_out} more are left out here; `belljar check` shows them"))
}

/// Counts what is written.
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
