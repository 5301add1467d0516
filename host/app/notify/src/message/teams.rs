//! Messages of webhooks of Workflows in Microsoft Teams: an Adaptive Card.
//!
//! All texts of the repository are runs of a `RichTextBlock`, which have no markup; a `TextBlock` would render Markdown.
//! A message may have 28 kB.

use serde_json::{Value, json};

use super::{fitting, remarks};
use crate::notice::{Line, Notice, severity};

/// The maximum size of a message, in bytes: Teams counts more than the JSON itself.
const LARGEST: usize = 24_000;

/// The maximum number of findings.
const MOST: usize = 30;

/// The body of a request.
pub(crate) fn teams(notice: &Notice<'_>) -> Vec<u8> {
    let lines = notice.lines(MOST);
    fitting(lines.len(), LARGEST, &|count| {
        let shown = lines.get(..count).unwrap_or_default();
        card(notice, shown, notice.items.len() - shown.len())
    })
}

fn card(notice: &Notice<'_>, lines: &[Line], left_out: usize) -> Value {
    let mut body = vec![
        block(
            &[json!({"type": "TextRun", "text": notice.headline, "weight": "bolder", "size": "large"})],
            false,
        ),
        block(&[subtle(&notice.subject())], false),
    ];
    body.extend(notice.problems.iter().map(|problem| block(&[run(problem)], true)));
    body.extend(lines.iter().map(finding));
    body.extend(remarks(notice, left_out).iter().map(|remark| block(&[subtle(remark)], false)));
    let actions: Vec<Value> = notice
        .run
        .url
        .iter()
        .map(|url| json!({"type": "Action.OpenUrl", "title": "Open the run", "url": url}))
        .collect();
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "msteams": {"width": "Full"},
                // Clients may render it as Markdown, so it has no text of the repository.
                "fallbackText": notice.headline,
                "body": body,
                "actions": actions,
            },
        }],
    })
}

fn finding(line: &Line) -> Value {
    let color = match line.severity {
        belljar_schema::Severity::Error => "attention",
        belljar_schema::Severity::Warning => "warning",
        belljar_schema::Severity::Note => "default",
    };
    let head = format!("{} ", severity(line.severity));
    let mut items = vec![
        block(
            &[
                json!({"type": "TextRun", "text": head, "weight": "bolder", "color": color}),
                json!({"type": "TextRun", "text": line.rule, "weight": "bolder"}),
            ],
            false,
        ),
        block(&[run(&line.message)], false),
    ];
    for (name, value) in [("at", &line.place), ("readers:", &line.readers), ("owners:", &line.owners)] {
        items.extend(value.iter().map(|value| block(&[subtle(&format!("{name} {value}"))], false)));
    }
    json!({"type": "Container", "separator": true, "items": items})
}

fn block(inlines: &[Value], separator: bool) -> Value {
    json!({"type": "RichTextBlock", "inlines": inlines, "separator": separator})
}

fn run(text: &str) -> Value {
    json!({"type": "TextRun", "text": text})
}

fn subtle(text: &str) -> Value {
    json!({"type": "TextRun", "text": text, "isSubtle": true})
}
