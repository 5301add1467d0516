//! The arguments of all commands about the terminal.

use std::ffi::{OsStr, OsString};

use anstream::ColorChoice;
use clap::{Args, ValueEnum};

/// How the output is shown.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Terminal")]
pub(crate) struct Terminal {
    /// When to use colours: `auto` is on a terminal, unless `NO_COLOR` is set, and always if `CLICOLOR_FORCE` is. Files
    /// never have any.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto, hide_possible_values = false)]
    pub(crate) color: Color,

    /// Do not show long text with a pager (`$BELLJAR_PAGER`, else `$PAGER`, else `less`).
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    Auto,
    /// Always, also in a pipe.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// The value of `--color` in arguments that are not parsed yet: errors and help have colours too.
    pub(crate) fn find(arguments: &[OsString]) -> Self {
        let before_values = arguments.iter().take_while(|one| *one != OsStr::new("--"));
        let words: Vec<&str> = before_values.filter_map(|one| one.to_str()).collect();
        let mut values =
            words.iter().enumerate().filter_map(|(position, word)| match word.strip_prefix("--color") {
                Some("") => words.get(position + 1).copied(),
                Some(rest) => rest.strip_prefix('='),
                None => None,
            });
        values.next_back().and_then(|text| Self::from_str(text, false).ok()).unwrap_or(Self::Auto)
    }

    /// Uses it for all output of this process.
    pub(crate) fn set(self) {
        match self {
            Self::Auto => ColorChoice::Auto,
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
        .write_global();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_before_the_values_counts() {
        for (words, expected) in [
            (&["belljar", "extract"][..], Color::Auto),
            (&["belljar", "--color", "never", "extract"], Color::Never),
            (&["belljar", "extract", "--color=always"], Color::Always),
            (&["belljar", "--color=never", "--color", "always"], Color::Always),
            (&["belljar", "--color", "red"], Color::Auto),
            (&["belljar", "--colors=never", "--color"], Color::Auto),
            (&["belljar", "--", "--color=never"], Color::Auto),
        ] {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            assert_eq!(Color::find(&words), expected, "{words:?}");
        }
    }
}
