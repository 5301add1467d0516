//! CODEOWNERS: the owners of files, as GitHub and GitLab determine them.
//!
//! Based on GitHub's "About code owners" and GitLab's "Code Owners syntax and error handling". On both, the last
//! matching rule applies; on GitLab in each section separately. The patterns of the `ignore` crate are those of git,
//! which differ from both for directories, so patterns are translated to `globset`'s here.

mod pattern;

use std::collections::BTreeMap;

use globset::{GlobSet, GlobSetBuilder};

use crate::{FileDiagnostics, Reading, excerpt};

/// Locations on GitHub; the first that exists is used.
pub const GITHUB: &[&str] = &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Locations on GitLab; the first that exists is used.
pub const GITLAB: &[&str] = &["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// The size limit in bytes: GitHub does not load a file of 3 MB or more.
pub const LARGEST: usize = 3 << 20;

/// The maximum number of rules; each is compiled.
const MOST_RULES: usize = 20_000;

/// The maximum number of wildcards of all patterns together: each needs some five kilobytes when compiled.
const MOST_WILDCARDS: usize = 20_000;

/// The host whose syntax applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// No sections; a pattern with a `/` in it starts at the root.
    Github,
    /// Sections and exclusions; a pattern matches anywhere unless it starts with `/`.
    Gitlab,
}

/// An owner of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// `@user`, `@group/team`, an address, or a role of GitLab.
    pub name: String,
    /// The section, as it is written.
    pub section: Option<String>,
    /// Whether the approval of the section is optional.
    pub optional: bool,
    /// Line of the rule, counted from 1.
    pub line: u32,
}

/// A parsed CODEOWNERS file.
#[derive(Debug, Clone)]
pub struct Codeowners {
    /// The path of the file in the source.
    pub path: String,
    host: Host,
    sections: Vec<Section>,
}

/// Rules that are matched together.
#[derive(Debug, Clone, Default)]
struct Section {
    name: Option<String>,
    optional: bool,
    default: Vec<String>,
    rules: Vec<OwnerRule>,
    set: GlobSet,
    /// The rule of each pattern of the set.
    rule_of: Vec<usize>,
}

#[derive(Debug, Clone)]
struct OwnerRule {
    owners: Vec<String>,
    excludes: bool,
    line: u32,
}

/// The first location with a CODEOWNERS file.
pub fn locate(mut exists: impl FnMut(&str) -> bool) -> Option<&'static str> {
    let mut places = GITHUB.iter().chain(GITLAB);
    places.find(|path| exists(path)).copied()
}

/// Parses a CODEOWNERS file. The host follows from its path; at a path that both use, from whether it has sections.
pub fn parse_file(bytes: &[u8], path: &str) -> Reading<Codeowners> {
    let mut diagnostics = FileDiagnostics::new(path);
    let text = String::from_utf8_lossy(bytes);
    let sectioned = || text.lines().any(|line| header(line).is_some());
    let host = match path {
        _ if path.starts_with(".github/") => Host::Github,
        _ if path.starts_with(".gitlab/") || sectioned() => Host::Gitlab,
        _ => Host::Github,
    };
    let mut out = Codeowners { path: path.to_owned(), host, sections: Vec::new() };
    if bytes.len() >= LARGEST {
        let message = format!("it has {} bytes; the limit is {LARGEST}", bytes.len());
        diagnostics.error("codeowners-too-large", 0, message, "combine patterns");
        return diagnostics.with(out);
    }
    out.sections = sections(&text, host, &mut diagnostics);
    diagnostics.with(out)
}

impl Codeowners {
    /// The host whose syntax applies.
    pub const fn host(&self) -> Host {
        self.host
    }

    /// The owners of a file, in the order of the sections; `path` is from the root, with `/` between its parts.
    pub fn owners(&self, path: &str) -> Vec<Owner> {
        let path = path.trim_start_matches('/');
        let mut out = Vec::new();
        for section in &self.sections {
            let hits = section.set.matches(path);
            let rules = || hits.iter().filter_map(|at| section.rule_of.get(*at)).copied();
            // An exclusion can't be reverted by a later rule of its section.
            if rules().any(|at| section.rules.get(at).is_some_and(|rule| rule.excludes)) {
                continue;
            }
            let Some(rule) = rules().max().and_then(|at| section.rules.get(at)) else { continue };
            let names = if rule.owners.is_empty() { &section.default } else { &rule.owners };
            out.extend(names.iter().map(|name| Owner {
                name: name.clone(),
                section: section.name.clone(),
                optional: section.optional,
                line: rule.line,
            }));
        }
        out
    }
}

fn sections(text: &str, host: Host, diagnostics: &mut FileDiagnostics<'_>) -> Vec<Section> {
    let mut out = vec![Section::default()];
    let mut builders = vec![GlobSetBuilder::new()];
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    let (mut current, mut rules, mut wildcards) = (0, 0, 0);
    for (line, number) in text.lines().zip(1_u32..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(header) = header(line).filter(|_| host == Host::Gitlab) {
            // Sections are merged by name, ignoring case.
            current = *by_name.entry(header.name.to_lowercase()).or_insert_with(|| {
                let name = Some(header.name.clone());
                out.push(Section { name, optional: header.optional, ..Section::default() });
                builders.push(GlobSetBuilder::new());
                out.len() - 1
            });
            if let Some(section) = out.get_mut(current).filter(|section| section.default.is_empty()) {
                section.default = header.default;
            }
            continue;
        }
        rules += 1;
        let (pattern, owners) = split(line);
        wildcards += pattern.bytes().filter(|byte| matches!(byte, b'*' | b'?' | b'[')).count();
        if let Some(excess) = excess(rules, wildcards) {
            diagnostics.error("codeowners-too-many", number, excess, "combine patterns");
            break;
        }
        let globs = match pattern::globs(&pattern, host) {
            Ok(globs) => globs,
            Err(why) => {
                let message = format!("the pattern `{}` is ignored: {why}", excerpt(&pattern));
                diagnostics.warning("codeowners-pattern", number, message, "");
                continue;
            }
        };
        let (Some(section), Some(builder)) = (out.get_mut(current), builders.get_mut(current)) else {
            continue;
        };
        let rule = section.rules.len();
        for glob in globs {
            section.rule_of.push(rule);
            builder.add(glob);
        }
        let excludes = host == Host::Gitlab && pattern.starts_with('!');
        section.rules.push(OwnerRule { owners, excludes, line: number });
    }
    build(&mut out, builders, diagnostics);
    out
}

/// The message for a file with more rules or wildcards than the limit.
fn excess(rules: usize, wildcards: usize) -> Option<String> {
    if rules > MOST_RULES {
        return Some(format!("it has more than {MOST_RULES} rules; the rest is ignored"));
    }
    (wildcards > MOST_WILDCARDS)
        .then(|| format!("its patterns have more than {MOST_WILDCARDS} wildcards; the rest is ignored"))
}

/// Compiles the patterns of each section to one set.
fn build(sections: &mut [Section], builders: Vec<GlobSetBuilder>, diagnostics: &mut FileDiagnostics<'_>) {
    for (section, builder) in sections.iter_mut().zip(builders) {
        match builder.build() {
            Ok(set) => section.set = set,
            Err(error) => {
                let message = format!("its patterns exceed the limit together: {error}");
                diagnostics.error("codeowners-pattern", 0, message, "combine patterns");
                section.rule_of.clear();
            }
        }
    }
}

struct Header {
    name: String,
    optional: bool,
    default: Vec<String>,
}

/// Parses `[Name]`, `^[Name]`, `[Name][2] @default`.
fn header(line: &str) -> Option<Header> {
    let line = line.trim();
    let optional = line.starts_with('^');
    let rest = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?;
    let (name, mut rest) = rest.split_once(']')?;
    if let Some((count, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        count.parse::<u32>().ok()?;
        rest = after;
    }
    // If anything else follows immediately, it is a pattern that starts with a character class.
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| Header {
        name: name.trim().to_owned(),
        optional,
        default: split(&format!("x {rest}")).1,
    })
}

/// The pattern and the owners; a space after `\` belongs to the pattern, and `#` after a space starts a comment.
fn split(line: &str) -> (String, Vec<String>) {
    let mut pattern = String::new();
    let mut letters = line.char_indices();
    let mut rest = "";
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some((_, escaped @ (' ' | '#'))) => pattern.push(escaped),
                Some((_, escaped)) => pattern.extend(['\\', escaped]),
                None => pattern.push('\\'),
            },
            _ if letter.is_whitespace() => {
                rest = line.get(at..).unwrap_or_default();
                break;
            }
            _ => pattern.push(letter),
        }
    }
    let owners = rest.split_whitespace().take_while(|word| !word.starts_with('#'));
    (pattern, owners.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests;
