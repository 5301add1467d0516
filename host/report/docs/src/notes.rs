//! What people write on a page, which its next version keeps.

/// The first line of each page: only files with it are replaced or removed.
pub(crate) const MARK: &str =
    "<!-- belljar:docs This page is generated. Only what is between the two lines of notes is kept. -->";
/// The line before the notes.
pub(crate) const BEGIN: &str = "<!-- belljar:notes -->";
/// The line after the notes.
pub(crate) const END: &str = "<!-- belljar:end of notes -->";

/// Why the notes of a page can't be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenNotes;

/// Whether a file was written by this program: its first line says so.
pub fn is_own(text: &str) -> bool {
    text.lines().next() == Some(MARK)
}

/// Whether people wrote something on a page, or changed the lines around it.
pub fn has_notes(text: &str) -> bool {
    find(text).map_or(true, |notes| notes.is_some_and(|notes| !notes.trim().is_empty()))
}

/// A new page with the notes of the old one.
///
/// # Errors
/// The old page has only one of the lines around the notes, or has them several times.
pub fn with_notes(page: &str, old: &str) -> Result<String, BrokenNotes> {
    let notes = find(old)?.unwrap_or_default();
    let empty = format!("{BEGIN}\n{END}\n");
    Ok(page.replacen(&empty, &format!("{BEGIN}\n{notes}{END}\n"), 1))
}

/// The notes of a page, as whole lines.
fn find(text: &str) -> Result<Option<String>, BrokenNotes> {
    let lines: Vec<&str> = text.lines().collect();
    let positions = |wanted: &str| -> Vec<usize> {
        lines.iter().enumerate().filter(|(_, line)| line.trim_end() == wanted).map(|(at, _)| at).collect()
    };
    match (positions(BEGIN).as_slice(), positions(END).as_slice()) {
        ([], []) => Ok(None),
        ([begin], [end]) if begin < end => {
            let notes = lines.get(begin + 1..*end).unwrap_or_default();
            Ok(Some(notes.iter().flat_map(|line| [line, "\n"]).collect()))
        }
        _ => Err(BrokenNotes),
    }
}
