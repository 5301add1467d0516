use strsim::jaro_winkler;

/// The similarity above which one name is suggested for another.
const ALIKE: f64 = 0.8;

/// The maximum number of suggested names.
const MOST: usize = 3;

/// The maximum length of a compared name in bytes; the time grows with the square.
const LONGEST: usize = 200;

/// The similarity of two names, from 0 to 1 and without case: Jaro-Winkler, which prefers a common prefix.
pub fn similarity(one: &str, other: &str) -> f64 {
    if one.len() > LONGEST || other.len() > LONGEST {
        return 0.0;
    }
    jaro_winkler(&one.to_lowercase(), &other.to_lowercase())
}

/// The known names that are most similar to an unknown one, the most similar first, at most three.
pub fn suggest<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
) -> Vec<&'a str> {
    let scored = known.into_iter().map(|other| (similarity(name, other.as_ref()), other.as_ref()));
    let mut alike: Vec<(f64, &str)> = scored.filter(|(score, _)| is_alike(*score)).collect();
    alike.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(other.1)));
    alike.dedup();
    alike.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// Whether a [`similarity`] is high enough for a suggestion.
pub fn is_alike(similarity: f64) -> bool {
    similarity > ALIKE
}

/// The hint for an unknown name with a similar known one.
pub fn did_you_mean<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
) -> Option<String> {
    suggest(name, known).first().map(|meant| format!("did you mean `{meant}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistyped_names() {
        for (name, known, expected) in [
            ("oders", &["users", "orders"][..], &["orders"][..]),
            ("ORDERS", &["orders", "users"], &["orders"]),
            ("mian", &["main", "develop"], &["main"]),
            ("usres", &["users", "user", "usage", "uses"], &["users", "uses", "user"]),
            ("order", &["orders", "orders"], &["orders"]),
            ("b", &["a", "b2", "b1"], &["b1", "b2"]),
            ("zzz", &["users", "orders"], &[]),
            ("", &["users"], &[]),
            ("users", &[], &[]),
        ] {
            assert_eq!(suggest(name, known), expected, "{name}");
        }
        assert_eq!(did_you_mean("oders", &["orders"]).as_deref(), Some("did you mean `orders`?"));
        assert_eq!(did_you_mean("zzz", &["orders"]), None);
    }

    #[test]
    fn a_name_that_is_too_long_is_like_no_other() {
        let long = "a".repeat(LONGEST + 1);
        assert!(!is_alike(similarity(&long, &long)));
        assert!(is_alike(similarity(&long[1..], &long[1..])));
    }
}
