//! Messages by e-mail, as text and as HTML.
//!
//! Headers are written by the library, which encodes what they can't have; their values are single lines before that.

use std::fmt::Write as _;

use lettre::{
    Message,
    message::{Mailbox, MultiPart, header},
};
use serde::{Deserialize, Serialize};

use super::{escape, remarks};
use crate::notice::{Line, Notice, one_line, severity};

/// The maximum number of findings.
const MOST: usize = 50;

/// The maximum size of the subject and of a text in HTML, in bytes.
const SUBJECT: usize = 150;
const TEXT: usize = 4_000;

/// A finished mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The sender, as the configuration has it.
    pub from: String,
    /// The recipients, as the configuration has them.
    pub to: Vec<String>,
    /// Tells it from all others, also from one of another run with the same text: it is shown once, however often it arrives.
    pub id: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// `Auto-Submitted` (RFC 3834): replies by machines are not sent to it.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Mail {
    /// The mail as it is sent.
    pub(crate) fn message(&self) -> Result<Message, String> {
        let mailbox = |text: &str| {
            text.parse::<Mailbox>().map_err(|error| format!("`{text}` is not an address: {error}"))
        };
        let mut message = Message::builder()
            .from(mailbox(&self.from)?)
            .subject(self.subject.clone())
            .message_id(Some(format!("<{}@belljar>", self.id)))
            .header(AutoSubmitted);
        for to in &self.to {
            message = message.to(mailbox(to)?);
        }
        let content = MultiPart::alternative_plain_html(self.text.clone(), self.html.clone());
        message.multipart(content).map_err(|error| error.to_string())
    }
}

/// The mail about a check.
pub(crate) fn mail(notice: &Notice<'_>, from: &str, to: &[String]) -> Mail {
    let lines = notice.lines(MOST);
    let remarks = remarks(notice, notice.items.len() - lines.len());
    Mail {
        from: from.to_owned(),
        to: to.to_vec(),
        id: String::new(),
        subject: one_line(&format!("[belljar] {}: {}", notice.subject(), notice.headline), SUBJECT),
        text: text(notice, &lines, &remarks),
        html: html(notice, &lines, &remarks),
    }
}

fn text(notice: &Notice<'_>, lines: &[Line], remarks: &[String]) -> String {
    let mut out = format!("{}\n{}\n", notice.headline, notice.subject());
    // Writing to a string does not fail.
    for problem in &notice.problems {
        let _ = write!(out, "\n{problem}\n");
    }
    for line in lines {
        let _ = write!(out, "\n{} {}\n  {}\n", severity(line.severity), line.rule, line.message);
        for (name, value) in details(line) {
            let _ = writeln!(out, "  {name} {value}");
        }
    }
    if !remarks.is_empty() {
        let _ = write!(out, "\n{}\n", remarks.join("\n"));
    }
    if let Some(url) = &notice.run.url {
        let _ = write!(out, "\nThe run: {url}\n");
    }
    out
}

fn html(notice: &Notice<'_>, lines: &[Line], remarks: &[String]) -> String {
    let escaped = |text: &str| escape::html(text, TEXT);
    let mut out = format!(
        "<!doctype html><html><body><h3>{}</h3><p>{}</p>",
        escaped(&notice.headline),
        escaped(&notice.subject())
    );
    for problem in &notice.problems {
        let _ = write!(out, "<p>{}</p>", escaped(problem));
    }
    for line in lines {
        let (level, rule) = (severity(line.severity), escaped(&line.rule));
        let _ = write!(out, "<p><b>{level} {rule}</b><br>{}", escaped(&line.message));
        for (name, value) in details(line) {
            let _ = write!(out, "<br>{name} {}", escaped(value));
        }
        out.push_str("</p>");
    }
    for remark in remarks {
        let _ = write!(out, "<p>{}</p>", escaped(remark));
    }
    if let Some(url) = &notice.run.url {
        let _ = write!(out, "<p><a href=\"{}\">The run</a></p>", escaped(url));
    }
    out.push_str("</body></html>\n");
    out
}

fn details(line: &Line) -> Vec<(&'static str, &str)> {
    let all = [("at", &line.place), ("readers:", &line.readers), ("owners:", &line.owners)];
    all.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect()
}
