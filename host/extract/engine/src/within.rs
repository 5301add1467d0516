//! What is seen of a repository from one of its directories: what lies there, by its paths from there.

use belljar_schema::{Diagnostic, Document, Place};
use belljar_source::PLACE_PREFIX;

/// Whether a place lies in a directory, or nowhere.
pub(crate) fn holds(within: Option<&str>, place: Option<&Place>) -> bool {
    match (within, place) {
        (Some(within), Some(place)) => below(&place.path, within).is_some(),
        _ => true,
    }
}

/// Gives every path of a document from a directory on.
pub(crate) fn document(within: &str, document: &mut Document) {
    for table in &mut document.tables {
        place(within, &mut table.place);
        table.columns.iter_mut().for_each(|column| place(within, &mut column.place));
        let of_columns = table.columns.iter_mut().flat_map(|column| &mut column.reasons);
        of_columns.chain(&mut table.reasons).for_each(|reason| text(within, &mut reason.message));
    }
    for view in &mut document.views {
        place(within, &mut view.place);
        view.columns.iter_mut().for_each(|column| place(within, &mut column.place));
        let of_columns = view.columns.iter_mut().flat_map(|column| &mut column.reasons);
        of_columns.chain(&mut view.reasons).for_each(|reason| text(within, &mut reason.message));
    }
    for object in &mut document.objects {
        place(within, &mut object.place);
        object.reasons.iter_mut().for_each(|reason| text(within, &mut reason.message));
    }
    for item in &mut document.unresolved {
        item.place.path = path(within, &item.place.path);
        text(within, &mut item.reason.message);
    }
    document.sequences.iter_mut().for_each(|sequence| place(within, &mut sequence.place));
    document.types.iter_mut().for_each(|named| place(within, &mut named.place));
    document.classes.iter_mut().for_each(|class| place(within, &mut class.place));
    document.stand_ins.iter_mut().for_each(|item| place(within, &mut item.place));
    document.diagnostics.iter_mut().for_each(|item| diagnostic(Some(within), item));
    for project in &mut document.projects {
        project.path = path(within, &project.path);
    }
}

/// Gives the paths of a diagnostic of the whole tree from a directory on.
pub(crate) fn diagnostic(within: Option<&str>, diagnostic: &mut Diagnostic) {
    if let Some(within) = within {
        place(within, &mut diagnostic.place);
        text(within, &mut diagnostic.message);
    }
}

fn place(within: &str, place: &mut Option<Place>) {
    if let Some(place) = place {
        place.path = path(within, &place.path);
    }
}

/// Paths in messages stand behind a quote.
fn text(within: &str, text: &mut String) {
    let inside = format!("`{within}/");
    if text.contains(&inside) {
        *text = text.replace(&inside, "`");
    }
}

/// The way from a directory to a path.
pub fn path(within: &str, path: &str) -> String {
    if within.is_empty() || path.starts_with(PLACE_PREFIX) {
        return path.to_owned();
    }
    if let Some(below) = below(path, within) {
        return below.to_owned();
    }
    let common = within.split('/').zip(path.split('/')).take_while(|(one, other)| one == other).count();
    let up = within.split('/').skip(common).map(|_| "..");
    up.chain(path.split('/').skip(common).filter(|part| !part.is_empty())).collect::<Vec<_>>().join("/")
}

fn below<'a>(path: &'a str, directory: &str) -> Option<&'a str> {
    path.strip_prefix(directory)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn ways_from_a_directory() {
        for (within, whole, expected) in [
            ("", "a/b.py", "a/b.py"),
            ("a/b", "a/b/c.py", "c.py"),
            ("a/b", "a/bc.py", "../bc.py"),
            ("a/b", "a/c/d.py", "../c/d.py"),
            ("a/b", "d.py", "../../d.py"),
            ("a/b", "", "../.."),
            ("a/b", "wheelhouse:x/y.py", "wheelhouse:x/y.py"),
        ] {
            assert_eq!(path(within, whole), expected, "{within} {whole}");
        }
    }
}
