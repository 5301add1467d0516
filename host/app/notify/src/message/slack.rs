//! Messages of Slack's incoming webhooks, as blocks.
//!
//! Limits: 50 blocks, 150 characters of a header, 3,000 of a section. The text beside the blocks is what notifications show.

use serde_json::{Value, json};

use super::{escape, fitting, remarks};
use crate::notice::{Line, Notice, severity};

/// The maximum number of findings: more than this is for a report.
const MOST: usize = 20;

/// The maximum size of a text, in bytes, of which there are at least as many as characters.
const SECTION: usize = 2_900;
const HEADER: usize = 140;

/// The maximum size of a message, in bytes.
const LARGEST: usize = 60_000;

/// The body of a request.
pub(crate) fn slack(notice: &Notice<'_>) -> Vec<u8> {
    let lines = notice.lines(MOST);
    fitting(lines.len(), LARGEST, &|count| {
        let shown = lines.get(..count).unwrap_or_default();
        body(notice, shown, notice.items.len() - shown.len())
    })
}

fn body(notice: &Notice<'_>, lines: &[Line], left_out: usize) -> Value {
    let mut blocks = vec![
        json!({"type": "header", "text": {"type": "plain_text", "text": escape::slack(&notice.headline, HEADER), "emoji": false}}),
        context(&notice.subject()),
    ];
    blocks.extend(notice.problems.iter().map(|problem| section(&escape::slack(problem, SECTION))));
    blocks.extend(lines.iter().map(|line| section(&finding(line))));
    let remarks = remarks(notice, left_out);
    if !remarks.is_empty() {
        blocks.push(context(&remarks.join(". ")));
    }
    if let Some(url) = &notice.run.url {
        blocks.push(json!({
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Open the run"}, "url": url}],
        }));
    }
    let text = format!("{}: {}", notice.subject(), notice.headline);
    json!({"text": escape::slack(&text, SECTION), "blocks": blocks, "unfurl_links": false, "unfurl_media": false})
}

fn finding(line: &Line) -> String {
    let head = format!("*{}* {}", severity(line.severity), escape::slack(&line.rule, 300));
    let mut text = format!("{head}\n{}", escape::slack(&line.message, 1_400));
    for (name, value) in [("at", &line.place), ("readers:", &line.readers), ("owners:", &line.owners)] {
        if let Some(value) = value {
            let room = SECTION.saturating_sub(text.len() + name.len() + 2);
            text = format!("{text}\n{name} {}", escape::slack(value, room.min(800)));
        }
    }
    text
}

/// A text whose addresses and names are not made links: `verbatim`.
fn section(text: &str) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": true}})
}

fn context(text: &str) -> Value {
    let text = escape::slack(text, SECTION);
    json!({"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": true}]})
}
