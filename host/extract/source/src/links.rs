use std::collections::{BTreeMap, VecDeque};

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::FileEntry;

use crate::{
    SourceLimits,
    findings::Findings,
    folder::{Folder, Node, Target},
    names,
};

/// The maximum length of a chain of links before it counts as a cycle; the same as in Linux.
const MAX_HOPS: usize = 40;

/// The files below a folder, with every link replaced by its target.
///
/// Files are added first and links after them, so that links can't exhaust the limits of files.
pub(crate) fn resolve(
    root: &Folder,
    limits: &SourceLimits,
    findings: &mut Findings,
) -> BTreeMap<String, FileEntry> {
    let mut walk =
        Walk { limits, findings, files: BTreeMap::new(), links: VecDeque::new(), noted: 0, shown: 0 };
    walk.show(&[root], &mut vec![root], "", false);
    // A folder behind a link adds its own links to the queue.
    while let Some(link) = walk.links.pop_front() {
        walk.link(link);
    }
    walk.files
}

/// A folder with its parent folders, root first.
type Chain<'a> = Vec<&'a Folder>;

struct Link<'a> {
    /// Its path in the resulting tree.
    path: String,
    /// The folder that contains it.
    folder: Chain<'a>,
    /// The folders that are being expanded on the way to it: a repetition would never end.
    above: Chain<'a>,
    target: &'a Target,
}

enum Leads<'a> {
    File(&'a FileEntry),
    Folder(Chain<'a>),
    Outside,
    Nowhere,
    InCircles,
}

struct Walk<'a, 'f> {
    limits: &'a SourceLimits,
    findings: &'f mut Findings,
    files: BTreeMap<String, FileEntry>,
    /// Links that remain to be followed.
    links: VecDeque<Link<'a>>,
    /// Number of links that were ever in the queue.
    noted: usize,
    /// Number of entries under names of links.
    shown: usize,
}

impl<'a> Walk<'a, '_> {
    /// Adds a folder under a path. `above` are its parent folders, including those of links.
    fn show(&mut self, chain: &[&'a Folder], above: &mut Chain<'a>, path: &str, linked: bool) {
        let Some(folder) = chain.last().copied() else { return };
        for (name, node) in &folder.children {
            let path = names::join(path, name);
            if linked && !self.has_room(&path) {
                if self.shown >= self.limits.max_linked_entries {
                    return;
                }
                continue;
            }
            match node {
                Node::File(entry) => {
                    self.files.insert(path, entry.clone());
                }
                Node::Folder(child) => {
                    let mut chain = chain.to_vec();
                    chain.push(child);
                    above.push(child);
                    self.show(&chain, above, &path, linked);
                    above.pop();
                }
                Node::Link(target) => {
                    let link = Link { path, folder: chain.to_vec(), above: above.clone(), target };
                    self.note(link);
                }
            }
        }
    }

    /// Whether one more entry may be added under the name of a link.
    fn has_room(&mut self, path: &str) -> bool {
        let SourceLimits { max_linked_entries, max_path_bytes, max_depth, .. } = *self.limits;
        let full = self.shown >= max_linked_entries;
        // Paths that are too long count as well: they took time.
        self.shown = self.shown.saturating_add(1);
        if full || path.len() > max_path_bytes || path.matches('/').count() > max_depth {
            let limit = if full { "`max-linked-entries`" } else { "`max-depth` or `max-path-length`" };
            self.report(Severity::Warning, "link-limit", path, &format!("exceeds the limit {limit}"));
            return false;
        }
        true
    }

    fn note(&mut self, link: Link<'a>) {
        if self.noted >= self.limits.max_links {
            return self.report(Severity::Warning, "link-limit", &link.path, "exceeds the limit `max-links`");
        }
        self.noted += 1;
        self.links.push_back(link);
    }

    fn link(&mut self, link: Link<'a>) {
        let Link { path, folder, mut above, target } = link;
        let shown = names::shown(target.text.as_bytes());
        match leads(&folder, target) {
            Leads::File(entry) => {
                self.files.insert(path, entry.clone());
            }
            Leads::Folder(chain) if chain.last().is_some_and(|end| contains(&above, end)) => {
                self.report(
                    Severity::Warning,
                    "link-cycle",
                    &path,
                    &format!("leads back to itself through `{shown}`"),
                );
            }
            Leads::Folder(chain) => {
                above.extend(chain.last());
                self.show(&chain, &mut above, &path, true);
            }
            Leads::Outside => {
                let text = format!("leads out of the tree to `{shown}`, which is not read");
                self.report(Severity::Warning, "link-outside", &path, &text);
            }
            Leads::Nowhere => {
                let text = format!("leads to `{shown}`, which is not in the tree");
                // Many links are dangling; one that should be a module is a missing part of the models.
                let severity = if names::is_python(&path) { Severity::Warning } else { Severity::Note };
                self.report(severity, "link-dangling", &path, &text);
            }
            Leads::InCircles => {
                self.report(
                    Severity::Warning,
                    "link-cycle",
                    &path,
                    &format!("is circular through `{shown}`"),
                );
            }
        }
    }

    fn report(&mut self, severity: Severity, code: &str, path: &str, text: &str) {
        let message = format!("link `{}` {text}", names::shown(path.as_bytes()));
        self.findings.add(Diagnostic::new(severity, code, message).at(path, 0));
    }
}

fn contains(chain: &[&Folder], folder: &Folder) -> bool {
    chain.iter().any(|other| std::ptr::eq(*other, folder))
}

/// Follows a target part by part, as a file system does: a link within the path is followed before the `..` that comes
/// after it.
fn leads<'a>(from: &[&'a Folder], target: &'a Target) -> Leads<'a> {
    let mut chain = from.to_vec();
    let mut parts: Vec<&str> = Vec::new();
    let mut hops = 0;
    if !enter(target, &mut chain, &mut parts) {
        return Leads::Outside;
    }
    while let Some(part) = parts.pop() {
        match part {
            "" | "." => continue,
            ".." if chain.len() == 1 => return Leads::Outside,
            ".." => {
                chain.pop();
                continue;
            }
            _ => {}
        }
        match chain.last().and_then(|folder| folder.children.get(part)) {
            Some(Node::Folder(folder)) => chain.push(folder),
            Some(Node::File(entry)) if parts.is_empty() => return Leads::File(entry),
            Some(Node::Link(next)) => {
                hops += 1;
                if hops > MAX_HOPS {
                    return Leads::InCircles;
                }
                if !enter(next, &mut chain, &mut parts) {
                    return Leads::Outside;
                }
            }
            Some(Node::File(_)) | None => return Leads::Nowhere,
        }
    }
    Leads::Folder(chain)
}

/// Pushes the parts of a target to the stack. False if it starts outside.
fn enter<'a>(target: &'a Target, chain: &mut Chain<'a>, parts: &mut Vec<&'a str>) -> bool {
    if names::is_absolute(&target.text) {
        return false;
    }
    if target.from_root {
        chain.truncate(1);
    }
    parts.extend(target.text.rsplit('/'));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files are paths; links are `path -> target`.
    fn folder(lines: &[&str]) -> Folder {
        let mut root = Folder::default();
        for line in lines {
            let node = match line.split_once(" -> ") {
                Some((_, text)) => Node::Link(Target { text: text.to_owned(), from_root: false }),
                None => Node::File(FileEntry { key: (*line).to_owned(), size: 0 }),
            };
            let path = line.split(" -> ").next().unwrap();
            assert!(root.insert(path, node), "{line}");
        }
        root
    }

    /// The files as `path = key`, and the codes of the diagnostics.
    fn check(limits: &SourceLimits, lines: &[&str], files: &[&str], codes: &[&str]) {
        let mut findings = Findings::default();
        let found = super::resolve(&folder(lines), limits, &mut findings);
        let found: Vec<_> = found
            .into_iter()
            .map(|(path, entry)| if path == entry.key { path } else { format!("{path} = {}", entry.key) })
            .collect();
        assert_eq!(found, files);
        let found: Vec<_> = findings.into_diagnostics().into_iter().map(|d| d.code).collect();
        assert_eq!(found, codes);
    }

    #[test]
    fn a_link_takes_the_key_of_its_target() {
        check(
            &SourceLimits::default(),
            &["a/x.py", "b/y.py -> ../a/x.py"],
            &["a/x.py", "b/y.py = a/x.py"],
            &[],
        );
    }

    #[test]
    fn a_linked_folder_shows_its_files_under_both_names() {
        let lines = ["a/s/x.py", "a/y.py", "b -> a", "c -> b/s"];
        let files = ["a/s/x.py", "a/y.py", "b/s/x.py = a/s/x.py", "b/y.py = a/y.py", "c/x.py = a/s/x.py"];
        check(&SourceLimits::default(), &lines, &files, &[]);
    }

    #[test]
    fn links_behind_links_are_followed() {
        let lines = ["a/x.py", "b/in -> ../a", "c -> b"];
        check(&SourceLimits::default(), &lines, &["a/x.py", "b/in/x.py = a/x.py", "c/in/x.py = a/x.py"], &[]);
    }

    #[test]
    fn what_leads_out_is_not_followed() {
        for target in ["../x", "/etc/passwd", "a/../../x", "C:/x", "\\\\host\\x"] {
            check(
                &SourceLimits::default(),
                &["a/x.py", &format!("b -> {target}")],
                &["a/x.py"],
                &["link-outside"],
            );
        }
        check(&SourceLimits::default(), &["a/x.py", "b -> a/../a/x.py"], &["a/x.py", "b = a/x.py"], &[]);
    }

    #[test]
    fn what_leads_nowhere_is_noted() {
        for target in ["none.py", "a/x.py/y", "a/none/../x.py"] {
            check(
                &SourceLimits::default(),
                &["a/x.py", &format!("b -> {target}")],
                &["a/x.py"],
                &["link-dangling"],
            );
        }
    }

    #[test]
    fn circles_end() {
        let limits = SourceLimits::default();
        check(&limits, &["x.py", "a -> b", "b -> a"], &["x.py"], &["link-cycle", "link-cycle"]);
        check(&limits, &["p/x.py", "p/up -> .."], &["p/x.py"], &["link-cycle"]);
        check(&limits, &["x.py", "self -> ."], &["x.py"], &["link-cycle"]);
        // Two folders that link to each other: each shows the other once.
        let lines = ["a/x.py", "a/b -> ../b", "b/y.py", "b/a -> ../a"];
        let files = ["a/b/y.py = b/y.py", "a/x.py", "b/a/x.py = a/x.py", "b/y.py"];
        check(&limits, &lines, &files, &["link-cycle", "link-cycle"]);
    }

    #[test]
    fn a_tree_that_doubles_at_every_level_is_bounded_and_keeps_its_files() {
        let mut lines = Vec::new();
        for level in 0..40 {
            lines.push(format!("d{level}/l -> ../d{}", level + 1));
            lines.push(format!("d{level}/r -> ../d{}", level + 1));
        }
        lines.push("d40/x.py".to_owned());
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        let limits = SourceLimits { max_linked_entries: 1000, ..SourceLimits::default() };
        let mut findings = Findings::default();
        let files = super::resolve(&folder(&lines), &limits, &mut findings);
        assert!(files.contains_key("d40/x.py"));
        assert!(files.contains_key("d39/l/x.py"));
        assert!(files.len() <= 1001);
        assert!(findings.into_diagnostics().iter().any(|d| d.code == "link-limit"));
    }

    #[test]
    fn the_number_of_links_is_bounded() {
        let limits = SourceLimits { max_links: 2, ..SourceLimits::default() };
        let lines = ["a -> x.py", "b -> x.py", "c -> x.py", "x.py"];
        check(&limits, &lines, &["a = x.py", "b = x.py", "x.py"], &["link-limit"]);
    }
}
