//! Shows long text with a pager. Only a terminal gets one; the text has passed the guard.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::{self, IsTerminal as _, Write as _},
    process::{Command, Stdio},
};

/// The environment variables that name the pager, the first of them that is set.
const VARIABLES: [&str; 2] = ["BELLJAR_PAGER", "PAGER"];

/// The default pager.
const DEFAULT: &str = "less";

/// Options of `less`, unless `LESS` sets others: ends where one page is enough, keeps colours and the screen, and ends
/// when it is interrupted.
const LESS: &str = "FRXK";

/// The exit status of a shell that does not find a program.
const NOT_FOUND: i32 = 127;

/// Whether standard output may be shown with a pager.
pub(crate) fn is_possible() -> bool {
    io::stdout().is_terminal() && name(variable).is_some()
}

/// Whether a text is longer than the terminal.
pub(crate) fn is_long(text: &[u8]) -> bool {
    let Some((_, height)) = terminal_size::terminal_size() else { return false };
    let lines = text.split(|byte| *byte == b'\n').count();
    lines > usize::from(height.0)
}

/// Shows a text. Returns whether there was a pager to show it.
pub(crate) fn show(text: &[u8]) -> io::Result<bool> {
    let Some(pager) = name(variable) else { return Ok(false) };
    let mut command = Command::new("sh");
    command.arg("-c").arg(pager).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        command.env("LESS", LESS);
    }
    let Ok(mut child) = command.spawn() else { return Ok(false) };
    // A pager may end before it has read everything.
    let written = child.stdin.take().map_or(Ok(()), |mut input| input.write_all(text));
    let status = child.wait()?;
    if status.code() == Some(NOT_FOUND) {
        return Ok(false);
    }
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(true),
    }
}

fn variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}

/// The command of the pager; `None` if there is to be none.
fn name(variable: impl Fn(&str) -> Option<OsString>) -> Option<OsString> {
    let name = VARIABLES.iter().find_map(|name| variable(name)).unwrap_or_else(|| DEFAULT.into());
    let is_none = name.is_empty() || name == OsStr::new("cat");
    (!is_none).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_names_the_pager() {
        for (set, expected) in [
            (&[][..], Some("less")),
            (&[("PAGER", "more")], Some("more")),
            (&[("PAGER", "more"), ("BELLJAR_PAGER", "less -S")], Some("less -S")),
            (&[("PAGER", "more"), ("BELLJAR_PAGER", "")], None),
            (&[("PAGER", "cat")], None),
        ] {
            let variable = |name: &str| set.iter().find(|(own, _)| *own == name).map(|(_, text)| text.into());
            assert_eq!(name(variable), expected.map(OsString::from), "{set:?}");
        }
    }
}
