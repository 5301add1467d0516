//! Based on "Naming conventions" (fivetran.com/docs/core-concepts/no-renaming), "Schema and Upsert Table Names Produce
//! Different Destination Tables" (…/docs/connector-sdk/troubleshooting/schema-table-name-normalization), which lists
//! the rules, and "System Columns and Tables" (…/docs/core-concepts/system-columns-and-tables).

use super::without_accents;

/// Columns of every table; `_fivetran_deleted` not in history mode.
pub(super) const ADDED: &[&str] = &["_fivetran_synced", "_fivetran_deleted"];

/// Columns of tables without a primary key, and in history mode.
pub(super) const SOMETIMES_ADDED: &[&str] =
    &["_fivetran_id", "_fivetran_index", "_fivetran_active", "_fivetran_start", "_fivetran_end"];

/// The documentation names no limit but that of the warehouse, the shortest of which is PostgreSQL's.
pub(super) const LONGEST: usize = 63;

/// The steps in the order of the rules.
pub(super) fn convert_name(name: &str, is_table: bool) -> String {
    let ascii = without_accents(name);
    let mut out = String::new();
    let mut before: Option<char> = None;
    let mut letters = ascii.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_ascii_alphanumeric() {
            // `camelCase`, and the end of an abbreviation as in `HTTPServer`.
            let after_lower = before.is_some_and(|one| one.is_ascii_lowercase() || one.is_ascii_digit());
            let ends_abbreviation = before.is_some_and(|one| one.is_ascii_uppercase())
                && letters.peek().is_some_and(char::is_ascii_lowercase);
            if letter.is_ascii_uppercase() && (after_lower || ends_abbreviation) && !out.ends_with('_') {
                out.push('_');
            }
            out.push(letter.to_ascii_lowercase());
        } else if !out.ends_with('_') {
            out.push('_');
        }
        before = Some(letter);
    }
    if out.starts_with(|one: char| one.is_ascii_digit()) {
        out.insert(0, '_');
    }
    match out.trim_start_matches('_') {
        rest if is_table && rest.starts_with(|one: char| one.is_ascii_alphabetic()) => rest.to_owned(),
        _ => out,
    }
}

#[cfg(test)]
mod tests {
    use super::convert_name;

    #[test]
    fn the_rules_in_their_order() {
        for (from, to) in [
            ("orders", "orders"),
            ("userData", "user_data"),
            ("user.data", "user_data"),
            ("user-Data", "user_data"),
            ("HTTPServer", "http_server"),
            ("ID", "id"),
            ("a__b", "a_b"),
            ("2fa", "_2fa"),
            ("Größe", "gro_e"),
            ("éclair", "eclair"),
            ("表", "_"),
            ("", ""),
        ] {
            assert_eq!(convert_name(from, false), to, "{from}");
        }
        assert_eq!(
            (
                convert_name("_x", true).as_str(),
                convert_name("_x", false).as_str(),
                convert_name("_1", true).as_str()
            ),
            ("x", "_x", "_1")
        );
    }
}
