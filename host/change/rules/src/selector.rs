//! Rules that a user names: by code, by the beginning of a code, by name, or by category.

use belljar_text::did_you_mean;

use crate::{Rule, Selector, rules};

/// The prefix of all codes.
const PREFIX: &str = "BJ";

/// Parses a selector: a code (`BJ204`), the beginning of one (`BJ2`), a name or a category; codes in any case. The error
/// states the most similar one that is known.
pub fn parse_selector(text: &str) -> Result<Selector, String> {
    let own = text.to_ascii_uppercase();
    let own = if own.starts_with(PREFIX) { own } else { text.to_ascii_lowercase() };
    let found = Selector(own);
    if rules().iter().any(|rule| specificity(&found, rule).is_some()) {
        return Ok(found);
    }
    let known = rules().iter().flat_map(|rule| [rule.code, rule.name, rule.category().text()]);
    let known: Vec<&str> = known.collect();
    let hint = did_you_mean(text, &known).unwrap_or_else(|| "`belljar rules` lists them".to_owned());
    Err(format!("there is no rule, prefix or category `{text}`; {hint}"))
}

/// How specific a selector is about a rule; `None` if it does not select it. A code or a name is the most specific, a
/// category is like the prefix of one digit.
fn specificity(selector: &Selector, rule: &Rule) -> Option<usize> {
    let text = selector.0.as_str();
    if text == rule.code || text == rule.name {
        Some(usize::MAX)
    } else if text == rule.category().text() {
        Some(PREFIX.len() + 1)
    } else {
        (text.starts_with(PREFIX) && rule.code.starts_with(text)).then_some(text.len())
    }
}

/// What selectors say about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Selected {
    /// Nothing: its own configuration decides.
    Unnamed,
    /// It is enabled, although its configuration may disable it.
    Named,
    /// It is enabled, unless its configuration disables it.
    Among,
    /// It is disabled.
    Not,
}

/// Whether a rule is selected: the most specific selector decides, and `ignore` of two that are equally specific.
pub(crate) fn selected(rule: &Rule, select: &[Selector], ignore: &[Selector]) -> Selected {
    let most = |all: &[Selector]| all.iter().filter_map(|one| specificity(one, rule)).max();
    match (most(select), most(ignore)) {
        (chosen, Some(ignored)) if chosen.is_none_or(|chosen| chosen <= ignored) => Selected::Not,
        (None, _) if select.is_empty() => Selected::Unnamed,
        (None, _) => Selected::Not,
        (Some(_), _) if select.iter().any(|one| specificity(one, rule) == Some(usize::MAX)) => {
            Selected::Named
        }
        (Some(_), _) => Selected::Among,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find;

    #[track_caller]
    fn parse(texts: &[&str]) -> Vec<Selector> {
        texts.iter().map(|text| parse_selector(text).unwrap()).collect()
    }

    #[test]
    fn the_most_specific_selector_decides() {
        for (select, ignore, expected) in [
            (&[][..], &[][..], Selected::Unnamed),
            (&["BJ2"], &[], Selected::Among),
            (&["data-dependent"], &[], Selected::Among),
            (&["bj204"], &[], Selected::Named),
            (&["nullable-to-required"], &["BJ2"], Selected::Named),
            (&["BJ1"], &[], Selected::Not),
            (&[], &["BJ20"], Selected::Not),
            (&["BJ204"], &["BJ204"], Selected::Not),
            (&["BJ2"], &["BJ204"], Selected::Not),
            (&["BJ20"], &["BJ2"], Selected::Among),
            (&["BJ"], &["BJ1"], Selected::Among),
            (&[], &["BJ205", "locks"], Selected::Unnamed),
        ] {
            let rule = find("BJ204").unwrap();
            assert_eq!(selected(rule, &parse(select), &parse(ignore)), expected, "{select:?} {ignore:?}");
        }
    }

    #[test]
    fn what_is_no_selector() {
        for (text, hint) in [
            ("BJ1O1", "did you mean `BJ101`?"),
            ("drop-tabel", "did you mean `drop-table`?"),
            ("BJ9999", "did you mean"),
            ("", "`belljar rules` lists them"),
            ("204", "`belljar rules` lists them"),
        ] {
            let error = parse_selector(text).unwrap_err();
            assert!(error.contains(hint), "{text}: {error}");
        }
    }
}
