use std::{cmp::Ordering, str::FromStr};

use pep440_rs::{Version, VersionSpecifiers};

/// Minor version of the Python 3 that models run on, for markers.
const PYTHON_MINOR: u64 = 14;

/// The versions that a declaration allows: those of any of the alternatives. An empty list is a bare name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Constraint {
    alternatives: Vec<VersionSpecifiers>,
}

impl Constraint {
    pub(super) fn exactly(version: &str) -> Option<Self> {
        let version = Version::from_str(version.trim()).ok()?;
        // A local part (`2.0.1+cu1`) would only match itself.
        let pinned = pep440_rs::VersionSpecifier::equals_version(version.only_release());
        Some(Self { alternatives: vec![pinned.into()] })
    }

    /// Specifiers in pip's syntax, separated by commas. Unparsable parts are skipped.
    pub(super) fn pep440(text: &str) -> Self {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let specifiers: Vec<_> = parts
            .filter_map(|part| {
                // `>=1.4.*` is no longer valid, but still used.
                let lenient = if part.starts_with(['>', '<']) { part.trim_end_matches(".*") } else { part };
                pep440_rs::VersionSpecifier::from_str(lenient).ok()
            })
            .collect();
        let alternatives =
            if specifiers.is_empty() { Vec::new() } else { vec![specifiers.into_iter().collect()] };
        Self { alternatives }
    }

    /// A constraint in Poetry's syntax: `^1.4`, `~1.4.2`, `1.4.*`, a bare version, and `||` between alternatives.
    pub(super) fn poetry(text: &str) -> Self {
        let alternatives = text.split("||").flat_map(|part| Self::pep440(&poetry_part(part)).alternatives);
        Self { alternatives: alternatives.collect() }
    }

    /// The versions that one of several lists of specifiers allows.
    pub(super) fn any(all: impl Iterator<Item = String>) -> Self {
        Self { alternatives: all.flat_map(|text| Self::pep440(&text).alternatives).collect() }
    }

    pub(super) fn is_bare(&self) -> bool {
        self.alternatives.is_empty()
    }

    pub(super) fn admits(&self, version: &Version) -> bool {
        self.is_bare() || self.alternatives.iter().any(|specifiers| specifiers.contains(version))
    }

    /// The versions that it names, and the next after each: some of the allowed ones, whatever its bounds.
    pub(super) fn named(&self) -> impl Iterator<Item = Version> {
        let named = self.alternatives.iter().flat_map(|specifiers| specifiers.iter());
        named
            .flat_map(|specifier| {
                let release = specifier.version().release().to_vec();
                let next = next(&release, release.len().saturating_sub(1));
                [Some(Version::new(release)), next.and_then(|next| Version::from_str(&next).ok())]
            })
            .flatten()
    }

    /// Whether some version with this major and minor number is allowed.
    pub(super) fn admits_generation(&self, major: u64, minor: u64) -> bool {
        // More patch releases than any generation has had.
        (0..100).any(|patch| self.admits(&Version::new([major, minor, patch])))
    }
}

fn poetry_part(text: &str) -> String {
    let parts = text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
    let mut written: Vec<String> = Vec::new();
    for part in parts {
        // `>= 1.4` consists of two parts because of the space.
        match written.last_mut() {
            Some(last) if last.chars().all(|letter| "<>=!~^".contains(letter)) => last.push_str(part),
            _ => written.push(part.to_owned()),
        }
    }
    written.iter().filter_map(|part| poetry_term(part)).collect::<Vec<_>>().join(",")
}

fn poetry_term(part: &str) -> Option<String> {
    if part == "*" {
        return None;
    }
    if let Some(version) = part.strip_prefix('^') {
        let release = release(version)?;
        // The first nonzero number is kept; the next may grow.
        let keep = release.iter().position(|number| *number != 0).unwrap_or(release.len().saturating_sub(1));
        return Some(format!(">={version},<{}", next(&release, keep)?));
    }
    if let Some(version) = part.strip_prefix('~').filter(|version| !version.starts_with('=')) {
        let release = release(version)?;
        return Some(format!(">={version},<{}", next(&release, usize::from(release.len() > 1))?));
    }
    let is_bare = part.starts_with(|letter: char| letter.is_ascii_digit());
    Some(if is_bare { format!("=={part}") } else { part.to_owned() })
}

fn release(version: &str) -> Option<Vec<u64>> {
    Some(Version::from_str(version.trim_end_matches(".*")).ok()?.release().to_vec())
}

/// The first release after all that share the numbers up to `position`.
fn next(release: &[u64], position: usize) -> Option<String> {
    let mut kept = release.get(..=position)?.to_vec();
    let last = kept.last_mut()?;
    *last = last.checked_add(1)?;
    Some(kept.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
}

/// A requirement for SQLAlchemy.
pub(super) struct Requirement<'a> {
    pub(super) text: &'a str,
    pub(super) constraint: Constraint,
    /// Whether it applies to an extra only, or not to the Python that models run on.
    pub(super) conditional: bool,
}

/// Parses a requirement on SQLAlchemy: name, extras, specifiers and marker; `None` for other projects.
pub(super) fn requirement(text: &str) -> Option<Requirement<'_>> {
    let text = text.split(" #").next().unwrap_or_default().trim();
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && !"._-".contains(letter));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    if !is_sqlalchemy(name) {
        return None;
    }
    let (specifiers, marker) = rest.split_once(';').unwrap_or((rest, ""));
    let specifiers = match specifiers.trim_start().strip_prefix('[') {
        Some(extras) => extras.split_once(']').map_or("", |(_, rest)| rest),
        None => specifiers,
    };
    // pip's own options (`--hash=…`) follow a requirement.
    let specifiers = specifiers.split(" --").next().unwrap_or_default();
    let specifiers = specifiers.trim().trim_start_matches('(').trim_end_matches(')');
    // After `@` comes an address, which states no version.
    let constraint =
        if specifiers.starts_with('@') { Constraint::default() } else { Constraint::pep440(specifiers) };
    Some(Requirement { text, constraint, conditional: !holds(marker) })
}

/// The name of the required project, and the requirement without marker, comment and options; `None` if a text is not a
/// requirement.
pub(super) fn project(text: &str) -> Option<(&str, &str)> {
    let text =
        text.split([';', '#']).next().unwrap_or_default().split(" --").next().unwrap_or_default().trim();
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && !"._-".contains(letter));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    let edge = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    let specifies =
        rest.trim_start().starts_with(['[', '(', '<', '>', '=', '!', '~', '@']) || rest.is_empty();
    (edge(name.chars().next()) && edge(name.chars().next_back()) && specifies).then_some((name, text))
}

/// The name and the address of a project that is required by address: `-e git+https://example.com/x#egg=x`.
pub(super) fn from_elsewhere(text: &str) -> Option<(&str, &str)> {
    let (place, fragment) = text.trim().split_once("#egg=")?;
    let name =
        fragment.split(|letter: char| !letter.is_ascii_alphanumeric() && !"._-".contains(letter)).next()?;
    let place =
        place.trim_start_matches("-e").trim_start_matches("--editable").trim_start_matches('=').trim();
    (!name.is_empty()).then_some((name, place))
}

/// Whether a requirement, as returned by [`project`] or as `name = "constraint"` of Poetry, excludes this version.
/// Unparsable parts exclude nothing.
pub(super) fn refuses(text: &str, version: &str) -> bool {
    Version::from_str(version).is_ok_and(|version| !constraint(text).admits(&version))
}

/// The versions that a requirement, as returned by [`project`] or as `name = "constraint"` of Poetry, allows.
/// Unparsable parts allow all.
pub(super) fn constraint(text: &str) -> Constraint {
    if let Some((_, constraint)) = text.split_once(" = ") {
        return Constraint::poetry(constraint.trim_matches('"'));
    }
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && !"._-".contains(letter));
    let rest = end.map_or("", |end| text.split_at(end).1);
    let rest = match rest.trim_start().strip_prefix('[') {
        Some(extras) => extras.split_once(']').map_or("", |(_, rest)| rest),
        None => rest,
    };
    let rest = rest.trim().trim_start_matches('(').trim_end_matches(')');
    if rest.starts_with('@') { Constraint::default() } else { Constraint::pep440(rest) }
}

/// Whether a name is that of SQLAlchemy's distribution.
pub(super) fn is_sqlalchemy(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case("sqlalchemy")
}

/// Whether a marker is true without extras. Conditions on platforms are assumed to be true. The grammar has one level
/// of `or` and `and`, which covers markers in practice; libraries for the full grammar keep every marker in memory for
/// the life of the process.
pub(super) fn holds(marker: &str) -> bool {
    marker.is_empty() || marker.split(" or ").any(|all| all.split(" and ").all(clause_holds))
}

fn clause_holds(clause: &str) -> bool {
    let clause = clause.trim().trim_matches(['(', ')']).trim();
    if clause.starts_with("extra") {
        return false;
    }
    let Some(rest) =
        clause.strip_prefix("python_version").or_else(|| clause.strip_prefix("python_full_version"))
    else {
        return true;
    };
    let rest = rest.trim();
    let Some(quote) = rest.find(['"', '\'']) else { return true };
    let (operator, version) = rest.split_at(quote);
    let Some(wanted) = release(version.trim_matches(['"', '\''])) else { return true };
    let order = [3, PYTHON_MINOR].as_slice().cmp(wanted.get(..2).unwrap_or(&wanted));
    match operator.trim() {
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        ">" => order == Ordering::Greater,
        ">=" | "~=" => order != Ordering::Less,
        "==" | "===" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::from_str(text).unwrap()
    }

    #[test]
    fn requirements_of_every_form() {
        let admits =
            |text: &str, candidate: &str| requirement(text).unwrap().constraint.admits(&version(candidate));
        assert!(admits("SQLAlchemy[asyncio] >=1.4,<2 ; python_version>'3.6' # why", "1.4.54"));
        assert!(!admits("sqlalchemy (<2.0)", "2.0.1"));
        assert!(admits("sqlalchemy>=1.4.*", "2.0.1"));
        assert!(!admits("sqlalchemy==1.4.* --hash=sha256:abc", "2.0.1"));
        assert!(admits("sqlalchemy @ git+https://example.com/x@rel_1_4", "2.0.1"));
        assert!(requirement("sqlalchemy-utils>=1").is_none());
        assert!(requirement("sqlalchemy_utils").is_none());
        assert!(requirement("-e .").is_none());
    }

    #[test]
    fn requirements_that_are_not_met() {
        let cases = [
            ("Flask-Foo>=1.2,<2", "1.5", false),
            ("Flask-Foo>=1.2,<2", "2.0", true),
            ("foo[bar]==1.*", "2.1", true),
            ("foo (>=3)", "2.1", true),
            ("foo = \"^1.2\"", "2.0", true),
            ("foo = \"^1.2\"", "1.9", false),
            ("foo", "9", false),
            ("foo @ git+https://example.com/foo", "9", false),
            ("foo what is this", "9", false),
        ];
        for (text, version, expected) in cases {
            assert_eq!(super::refuses(text, version), expected, "{text} {version}");
        }
    }

    #[test]
    fn projects() {
        let cases = [
            ("Flask-Foo>=1.2,<2 ; python_version > '3' # why", Some(("Flask-Foo", "Flask-Foo>=1.2,<2"))),
            ("foo.bar[x] ~= 1.0 --hash=sha256:ab", Some(("foo.bar", "foo.bar[x] ~= 1.0"))),
            ("foo", Some(("foo", "foo"))),
            ("foo @ git+https://example.com/foo", Some(("foo", "foo @ git+https://example.com/foo"))),
            ("a sentence, such as a description", None),
            ("-r other.txt", None),
            ("--index-url https://example.com", None),
            ("https://example.com/x.whl", None),
            ("", None),
            ("# foo", None),
        ];
        for (text, expected) in cases {
            assert_eq!(project(text), expected, "{text}");
        }
    }

    #[test]
    fn markers() {
        let conditional = |text: &str| requirement(text).unwrap().conditional;
        assert!(!conditional("sqlalchemy>=2; python_version >= '3.10'"));
        assert!(conditional("sqlalchemy<2; python_version < '3.8'"));
        assert!(conditional("sqlalchemy<2; extra == 'db'"));
        assert!(!conditional("sqlalchemy<2; python_full_version >= '3.9.1' and sys_platform == 'linux'"));
        assert!(conditional("sqlalchemy; (python_version=='3.8') or (extra == \"x\")"));
    }

    #[test]
    fn constraints_of_poetry() {
        let admits = |text: &str, candidate: &str| Constraint::poetry(text).admits(&version(candidate));
        assert!(admits("^1.4", "1.9") && !admits("^1.4", "2.0"));
        assert!(admits("^0.9.1", "0.9.5") && !admits("^0.9.1", "0.10"));
        assert!(admits("~1.4.2", "1.4.54") && !admits("~1.4.2", "1.5"));
        assert!(admits("~2", "2.1") && !admits("~2", "3"));
        assert!(admits("2.0.1", "2.0.1") && !admits("2.0.1", "2.0.2"));
        assert!(admits("^1.4 || ^2.0", "2.1") && !admits("^1.4 || ^2.0", "3.0"));
        assert!(admits(">= 1.4, < 2", "1.4") && !admits(">= 1.4 < 2", "2.0"));
        assert!(Constraint::poetry("*").is_bare());
    }

    #[test]
    fn generations() {
        let constraint = Constraint::pep440("==2.0.25");
        assert!(constraint.admits_generation(2, 0) && !constraint.admits_generation(2, 1));
        assert!(Constraint::pep440(">=2.0.51,<2.1").admits_generation(2, 0));
    }
}
