//! What patterns take once they are compiled.

/// What the patterns that hold at one place may weigh together: some 100 MiB at worst. A large `.gitignore` weighs 3,000.
pub(super) const MOST: usize = 100_000;

/// What all patterns of a tree may weigh that is compared with.
pub(super) const MOST_OF_TREE: usize = 400_000;

/// What a wildcard weighs; a pattern without any is kept as text.
const WILDCARD: usize = 5;

/// What the patterns of a file weigh, from its bytes.
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
