//! The verdict that `belljar notify --test` sends.

use belljar_check::Verdict;

/// A made-up verdict with two findings. It is always one: a test reads it.
pub fn sample() -> Result<Verdict, serde_json::Error> {
    serde_json::from_str(include_str!("sample.json"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sample_is_a_verdict() {
        let verdict = super::sample().unwrap();
        assert_eq!((verdict.findings.len(), verdict.passed), (2, false));
    }
}
