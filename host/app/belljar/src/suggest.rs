//! Suggestions for a name that does not exist.

/// The most names that are suggested.
const NEAREST: usize = 3;

/// The names most like one, the most like it first.
pub(crate) fn nearest(name: &str, names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut scored: Vec<(f64, String)> =
        names.into_iter().map(|other| (strsim::jaro_winkler(name, &other), other)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().filter(|(score, _)| *score > 0.75).take(NEAREST).map(|(_, name)| name).collect()
}
