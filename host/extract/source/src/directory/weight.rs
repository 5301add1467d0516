//! An estimate of the size of compiled patterns.

/// The maximum size of the patterns that apply at one place: some 100 MiB at worst. A large `.gitignore` counts 3,000.
pub(super) const MOST: usize = 100_000;

/// The maximum size of all patterns of a trusted tree.
pub(super) const MOST_OF_TREE: usize = 400_000;

/// The size of a wildcard; a pattern without any is kept as text.
const WILDCARD: usize = 5;

/// The size of the patterns of a file, from its bytes.
pub(super) fn weight(bytes: &[u8]) -> usize {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| is_pattern(line));
    lines
        .map(|line| {
            1 + WILDCARD * line.iter().filter(|byte| matches!(byte, b'*' | b'?' | b'[' | b'{')).count()
        })
        .sum()
}

fn is_pattern(line: &[u8]) -> bool {
    !matches!(line.trim_ascii(), [] | [b'#', ..])
}
