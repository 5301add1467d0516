//! Statements with what is to be said about them.

use std::fmt;

use belljar_diff::render::safe;

use crate::Step;

/// The statements of all steps, each ended by a semicolon; notes and gaps are comments.
#[derive(Debug, Clone, Copy)]
pub struct Sql<'a> {
    /// The steps.
    pub steps: &'a [Step],
    /// The dialect they are for.
    pub dialect: &'a str,
}

impl fmt::Display for Sql<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "-- what the models changed ({})", self.dialect)?;
        for step in self.steps {
            writeln!(out)?;
            for note in &step.notes {
                writeln!(out, "-- {}", safe(note))?;
            }
            for gap in &step.gaps {
                writeln!(out, "-- left out: {}", safe(gap))?;
            }
            for statement in &step.statements {
                let lines: Vec<String> = statement.trim_end().split('\n').map(safe).collect();
                writeln!(out, "{};", lines.join("\n"))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_stays_in_its_comment() {
        let step = Step {
            changes: vec![0],
            statements: vec!["DROP TABLE a".to_owned()],
            notes: vec!["one\nDROP TABLE b".to_owned()],
            gaps: vec!["two\rDROP TABLE c".to_owned()],
        };
        let text = Sql { steps: &[step], dialect: "sqlite" }.to_string();
        let statements: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
        assert_eq!(statements, ["", "DROP TABLE a;"]);
    }
}
