//! Statements with their notes.

use std::fmt;

use belljar_dialect::Database;
use belljar_text::{is_unsafe, safe};
use belljar_vet::{About, End, Origin, bare, end, layout, statement};

use crate::Step;

/// A statement as written to a file, with its terminator.
///
/// # Errors
///
/// Where it is more than one statement, or a client would take a part of it for a command; says what stands against it.
pub fn written(text: &str, database: Database, origin: Origin) -> Result<String, String> {
    statement(text, database, origin).map_err(|refused| refused.to_string())?;
    let text = if origin == Origin::Copied { bare(text, database) } else { text };
    let text = layout(text, database);
    if let Some(letter) = text.chars().find(|letter| is_unsafe(*letter) && !matches!(letter, '\n' | '\t')) {
        return Err(format!("it contains `{}`, which terminals do not show", letter.escape_unicode()));
    }
    Ok(match end(&text, database).map_err(|refused| refused.to_string())? {
        End::Semicolon => format!("{text};"),
        End::Batch => format!("{text};\nGO"),
        End::Unit => format!("{text};\n/"),
        End::Delimiter(sign) => format!("DELIMITER {sign}\n{text}{sign}\nDELIMITER ;"),
    })
}

/// What a statement makes, and what of.
pub fn about(text: &str, database: Database) -> About {
    belljar_vet::about(text, database)
}

/// The statements of all steps, each ended by a semicolon; notes and gaps are comments.
#[derive(Debug, Clone, Copy)]
pub struct Sql<'a> {
    /// The steps in order.
    pub steps: &'a [Step],
    /// The database that they are for.
    pub database: Database,
}

impl fmt::Display for Sql<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "-- changes of the models ({})", self.database.name())?;
        for step in self.steps {
            writeln!(out)?;
            for note in &step.notes {
                writeln!(out, "-- {}", safe(note))?;
            }
            for gap in &step.gaps {
                writeln!(out, "-- left out: {}", safe(gap))?;
            }
            for statement in &step.statements {
                writeln!(out, "{statement}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_in_its_comment() {
        let step = Step {
            changes: vec![0],
            statements: vec!["DROP TABLE a;".to_owned()],
            notes: vec!["one\nDROP TABLE b".to_owned()],
            gaps: vec!["two\rDROP TABLE c".to_owned()],
        };
        let text = Sql { steps: &[step], database: Database::Sqlite }.to_string();
        let statements: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
        assert_eq!(statements, ["", "DROP TABLE a;"]);
    }
}
