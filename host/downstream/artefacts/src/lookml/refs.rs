use std::collections::BTreeSet;

/// The references in SQL of LookML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// The references in the order of the text, each once.
    pub found: Vec<Reference>,
    /// Whether it contains a template, so that other SQL may be run.
    pub template: bool,
    /// Whether it is only a reference: the value is passed on unchanged.
    pub plain: bool,
    /// Words outside `${…}`, which may be columns.
    pub other_words: bool,
}

/// A reference in LookML's SQL, `${…}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// A column of the view's table: `${TABLE}.column`, without quotes.
    Column(String),
    /// `${TABLE}` without a column after it.
    Table,
    /// A field, of another view if one is named: `${field}` or `${view.field}`.
    Field(Option<String>, String),
    /// `${view.SQL_TABLE_NAME}`: the table of a view.
    TableOf(String),
}

/// The references of `sql`. A text without `${…}` that is one word refers to the column of that name, as in `sql:
/// amount ;;`.
pub fn references(sql: &str) -> References {
    let mut out = References { template: sql.contains("{{") || sql.contains("{%"), ..References::default() };
    let mut outside = String::new();
    let mut seen = BTreeSet::new();
    let mut rest = sql;
    while let Some(start) = rest.find("${") {
        outside.push_str(rest.get(..start).unwrap_or_default());
        rest = rest.get(start + 2..).unwrap_or_default();
        let Some(end) = rest.find('}') else { break };
        let inner = rest.get(..end).unwrap_or_default().trim();
        rest = rest.get(end + 1..).unwrap_or_default();
        let reference = if inner.eq_ignore_ascii_case("table") {
            match column(rest) {
                Some((name, length)) => {
                    rest = rest.get(length..).unwrap_or_default();
                    Reference::Column(name)
                }
                None => Reference::Table,
            }
        } else {
            field(inner)
        };
        if seen.insert(reference.clone()) {
            out.found.push(reference);
        }
    }
    outside.push_str(rest);
    let outside = outside.trim();
    if out.found.is_empty() && !out.template {
        let bare = unquoted(outside);
        if !bare.is_empty()
            && bare.chars().all(|one| one.is_alphanumeric() || one == '_')
            && !bare.starts_with(|one: char| one.is_ascii_digit())
        {
            out.found.push(Reference::Column(bare.to_owned()));
            out.plain = true;
            return out;
        }
    }
    out.plain = out.found.len() == 1 && outside.is_empty() && !out.template;
    out.other_words = outside.contains(|one: char| one.is_alphabetic());
    out
}

fn unquoted(text: &str) -> &str {
    for (open, close) in [('"', '"'), ('`', '`'), ('[', ']')] {
        if let Some(inner) = text.strip_prefix(open).and_then(|text| text.strip_suffix(close)) {
            return inner;
        }
    }
    text
}

/// The column in `.column`, `."Column"` or `` .`column` ``, and its length in bytes. Fields of a struct follow it, and
/// belong to it.
fn column(rest: &str) -> Option<(String, usize)> {
    let name = rest.strip_prefix('.')?;
    let close = match name.chars().next()? {
        '"' => '"',
        '`' => '`',
        '[' => ']',
        _ => {
            let end = name
                .find(|one: char| !(one.is_alphanumeric() || matches!(one, '_' | '$')))
                .unwrap_or(name.len());
            return (end > 0).then(|| (name.get(..end).unwrap_or_default().to_owned(), end + 1));
        }
    };
    let inner = name.get(1..)?;
    let end = inner.find(close)?;
    Some((inner.get(..end)?.to_owned(), end + 3))
}

fn field(inner: &str) -> Reference {
    match inner.split_once('.') {
        Some((view, "SQL_TABLE_NAME")) => Reference::TableOf(view.to_owned()),
        // `view.field._value` and similar suffixes are for Liquid, and refer to the field.
        Some((view, field)) => {
            let field = field.split('.').next().unwrap_or(field);
            Reference::Field(Some(view.to_owned()), field.to_owned())
        }
        None => Reference::Field(None, inner.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds() {
        let found = references(
            r#"CASE WHEN ${TABLE}."Email" = ${orders.id} THEN ${name} ELSE ${TABLE}.a.b END FROM ${v.SQL_TABLE_NAME} ${TABLE}"#,
        );
        assert_eq!(
            found.found,
            [
                Reference::Column("Email".into()),
                Reference::Field(Some("orders".into()), "id".into()),
                Reference::Field(None, "name".into()),
                Reference::Column("a".into()),
                Reference::TableOf("v".into()),
                Reference::Table,
            ]
        );
        assert!(!found.plain && found.other_words && !found.template);
    }

    #[test]
    fn what_is_plain() {
        for (sql, plain) in [
            ("${TABLE}.a", true),
            ("  ${TABLE}.`a` ", true),
            ("amount", true),
            ("\"Amount\"", true),
            ("${a}", true),
            ("${TABLE}.a + 1", false),
            ("upper(a)", false),
            ("1", false),
            ("{{ x }}", false),
            ("${TABLE}.{{ x }}", false),
            ("", false),
        ] {
            assert_eq!(references(sql).plain, plain, "{sql}");
        }
    }

    #[test]
    fn what_does_not_end() {
        assert_eq!(references("${").found, []);
        assert_eq!(references("${TABLE}.\"a").found, [Reference::Table]);
    }
}
