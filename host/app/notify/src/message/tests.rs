use belljar_check::{Item, Verdict};
use serde_json::Value;

use super::*;
use crate::{Event, Run, notice};

/// Texts that a repository may contain, and what a service could take them for.
const HOSTILE: [&str; 14] = [
    "<!channel>",
    "<!everyone>",
    "<!here|here>",
    "<@U024BE7LH>",
    "<https://evil.example|click>",
    "@channel @here @everyone",
    "&lt;!channel&gt;",
    "[click](https://evil.example)",
    "<at>everyone</at>",
    "<script>alert(1)</script>",
    "a\r\nBcc: victim@example.com\r\n\r\nx",
    "\u{202e}txet desrever",
    "\x1b[2J\u{7}",
    "`*_~` **bold** \"quoted\"",
];

fn item(message: &str) -> Item {
    let mut item = crate::sample().unwrap().findings.remove(0);
    message.clone_into(&mut item.finding.message);
    message.clone_into(&mut item.finding.name);
    item.owners = vec![message.to_owned()];
    item.spot.place.as_mut().unwrap().path = message.to_owned();
    item
}

fn verdict(items: Vec<Item>) -> Verdict {
    Verdict { findings: items, ..crate::sample().unwrap() }
}

fn run_of(text: &str) -> Run {
    Run::from_variables(&|name| match name {
        "CI_PROJECT_PATH" | "CI_COMMIT_REF_NAME" => Some(text.to_owned()),
        "CI_JOB_URL" => Some("https://ci.example/1".to_owned()),
        _ => None,
    })
}

fn notice<'a>(verdict: &'a Verdict, run: &'a Run) -> Notice<'a> {
    Notice {
        event: Event::CheckFailed,
        name: run.project.clone().unwrap_or_default(),
        run,
        headline: notice::headline(Event::CheckFailed, Some(verdict)),
        verdict: Some(verdict),
        items: verdict.findings.iter().collect(),
        problems: verdict
            .findings
            .iter()
            .take(1)
            .map(|item| notice::one_line(&item.finding.message, 600))
            .collect(),
        remarks: Vec::new(),
        is_sample: false,
    }
}

/// Every string of a JSON value.
fn strings<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(map) => map.values().for_each(|item| strings(item, found)),
        _ => {}
    }
}

#[test]
fn slack_gets_no_markup_of_the_repository() {
    for text in HOSTILE {
        let (verdict, run) = (verdict(vec![item(text)]), run_of(text));
        let body: Value = serde_json::from_slice(&slack(&notice(&verdict, &run))).unwrap();
        let mut all = Vec::new();
        strings(&body, &mut all);
        for shown in all {
            assert!(!shown.contains(['<', '>']), "{shown}");
            assert!(!shown.contains("@c") && !shown.contains("@h") && !shown.contains("@e"), "{shown}");
            assert!(
                !shown
                    .chars()
                    .any(|letter| letter != '\u{2060}' && letter != '\n' && belljar_text::is_unsafe(letter)),
                "{shown:?}"
            );
        }
        for block in body["blocks"].as_array().unwrap() {
            let texts =
                block.get("text").into_iter().chain(block["elements"].as_array().into_iter().flatten());
            for text in texts.filter(|text| text["type"] == "mrkdwn") {
                assert_eq!(text["verbatim"], true, "addresses in {text} are no links");
            }
        }
    }
}

#[test]
fn teams_gets_runs_of_text_without_markdown() {
    for text in HOSTILE {
        let (verdict, run) = (verdict(vec![item(text)]), run_of(text));
        let body: Value = serde_json::from_slice(&teams(&notice(&verdict, &run))).unwrap();
        let card = &body["attachments"][0]["content"];
        assert_eq!((&body["type"], &card["type"]), (&"message".into(), &"AdaptiveCard".into()));
        let text_of_card = card.to_string();
        assert!(!text_of_card.contains("\"TextBlock\"") && !text_of_card.contains("\"entities\""), "{card}");
        assert_eq!(card["actions"][0]["url"], "https://ci.example/1");
        let mut all = Vec::new();
        strings(card, &mut all);
        assert!(all.iter().all(|shown| !shown.contains(belljar_text::is_unsafe)), "{all:?}");
    }
}

#[test]
fn mails_have_no_headers_and_no_tags_of_the_repository() {
    let to = ["Data <data@example.com>".to_owned(), "b@example.com".to_owned()];
    for text in HOSTILE {
        let (verdict, run) = (verdict(vec![item(text)]), run_of(text));
        let mail = mail(&notice(&verdict, &run), "belljar@example.com", &to);
        assert!(!mail.subject.contains(['\r', '\n']), "{:?}", mail.subject);
        for tag in ["<script", "<at>", "<!c", "<@", "<https"] {
            assert!(!mail.html.contains(tag), "{}", mail.html);
        }
        let sent = String::from_utf8(mail.message().unwrap().formatted()).unwrap();
        let (head, _) = sent.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with(' '))
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name)
            .collect();
        assert!(!names.iter().any(|name| name.eq_ignore_ascii_case("bcc")), "{head}");
        assert_eq!(names.iter().filter(|name| **name == "To").count(), 1, "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated") && head.contains("Message-ID: <"), "{head}");
    }
}

/// Each form stays within its limits however much there is, and states how much it leaves out.
#[test]
fn messages_are_within_the_limits_of_services() {
    let long = "é<&\"".repeat(500);
    for count in [0, 1, 7, 20, 21, 49, 51, 1_200] {
        let verdict = verdict((0..count).map(|_| item(&long)).collect());
        let run = run_of("acme/shop");
        let notice = notice(&verdict, &run);

        let body = slack(&notice);
        let value: Value = serde_json::from_slice(&body).unwrap();
        let blocks = value["blocks"].as_array().unwrap();
        assert!(blocks.len() <= 50, "{count}: {} blocks", blocks.len());
        for block in blocks {
            let size = |text: &Value| text["text"].as_str().map_or(0, |text| text.chars().count());
            let most = if block["type"] == "header" { 150 } else { 3_000 };
            assert!(size(&block["text"]) <= most, "{count}");
            block["elements"].as_array().into_iter().flatten().for_each(|one| assert!(size(one) <= 3_000));
        }
        let findings =
            blocks.iter().filter(|block| block["type"] == "section").count() - notice.problems.len();
        assert_eq!(
            String::from_utf8_lossy(&body).contains("more; the report"),
            findings < count,
            "{count} {findings}"
        );
        assert!(findings <= 20 && (findings > 5 || findings == count), "{count} {findings}");

        let body = teams(&notice);
        assert!(body.len() <= 28_000, "{count}: {}", body.len());
        let value: Value = serde_json::from_slice(&body).unwrap();
        let items = value["attachments"][0]["content"]["body"].as_array().unwrap();
        let findings = items.iter().filter(|item| item["type"] == "Container").count();
        assert_eq!(
            String::from_utf8_lossy(&body).contains("more; the report"),
            findings < count,
            "{count} {findings}"
        );
        assert!(findings > 3 || findings == count, "{count} {findings}");

        let mail = mail(&notice, "a@example.com", &["b@example.com".to_owned()]);
        assert!(mail.text.len() < 200_000 && mail.html.len() < 400_000);
        assert_eq!(mail.text.contains("more; the report"), count > 50, "{count}");

        let body = webhook(&notice);
        assert!(body.len() <= 1 << 20, "{count}: {}", body.len());
        let value: Value = serde_json::from_slice(&body).unwrap();
        let shown = value["findings"].as_array().unwrap().len();
        assert_eq!(value["left_out"].as_u64().unwrap(), (count - shown) as u64);
        assert!(shown == count || shown > 10, "{count} {shown}");
    }
}

/// The document decides how many readers there are: a comparison of each with each would take hours.
#[test]
fn many_readers_take_little_time() {
    let reader = |number: usize| {
        serde_json::json!({
            "dataset": format!("d{}", number / 2), "name": format!("n{}", number / 2), "kind": "model",
            "system": "dbt", "column": null, "verdict": "breaks", "code": "column-gone", "message": "m",
            "certainty": "certain", "doubts": [], "steps": 1, "way": [], "owners": [], "place": null,
        })
    };
    let mut verdict = crate::sample().unwrap();
    let impact = serde_json::json!({
        "format": "1.0", "belljar": "0", "summary": belljar_impact::Summary::default(), "notify": [],
        "changes": [{
            "change": verdict.findings[0].finding.change.index, "code": "remove-column", "path": "a.b", "becomes": null,
            "place": null, "verdict": "breaks", "certainty": "certain",
            "affected": (0..100_000).map(reader).collect::<Vec<Value>>(),
        }],
        "unknowns": [], "diagnostics": [],
    });
    verdict.impact = Some(serde_json::from_value(impact).unwrap());
    let run = run_of("acme/shop");
    let begun = std::time::Instant::now();
    let lines = notice(&verdict, &run).lines(1);
    let expected = "model n0 breaks, model n1 breaks, model n2 breaks and 49997 more";
    assert_eq!(lines[0].readers.as_deref(), Some(expected));
    assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn a_message_says_what_a_reader_needs() {
    let verdict = crate::sample().unwrap();
    let run = run_of("acme/shop");
    let notice = notice(&verdict, &run);
    let mail = mail(&notice, "a@example.com", &["b@example.com".to_owned()]);
    assert_eq!(mail.subject, "[belljar] acme/shop (acme/shop): Schema check failed: 2 errors");
    for part in [
        "error BJ102 drop-column\n  column `customers.email` is dropped with its values\n  at shop/models.py:7, was at shop/models.py:10\n  owners: @acme/data",
        "The run: https://ci.example/1",
    ] {
        assert!(mail.text.contains(part), "{}", mail.text);
    }
    let value: Value = serde_json::from_slice(&webhook(&notice)).unwrap();
    assert_eq!((&value["format"], &value["event"]), (&"1.0".into(), &"check.failed".into()));
    assert_eq!(value["check"]["summary"]["errors"], 2);
    assert_eq!(value["findings"][0]["code"], "BJ102");
    assert_eq!(value["run"]["url"], "https://ci.example/1");
}
