//! A comment, read by an implementation of GitHub's Markdown: whatever the names are, there is no markup but ours.

use belljar_check::render;
use comrak::{Arena, Options, nodes::NodeValue, parse_document};
use proptest::prelude::*;

use super::hostile::{impact, text, verdict};

/// All that GitHub and GitLab have beyond `CommonMark`.
fn options() -> Options<'static> {
    let mut options = Options::default();
    let on = &mut options.extension;
    (on.strikethrough, on.table, on.autolink, on.tasklist) = (true, true, true, true);
    (on.footnotes, on.math_dollars, on.math_code, on.alerts, on.superscript) = (true, true, true, true, true);
    (on.description_lists, on.multiline_block_quotes, on.wikilinks_title_after_pipe, on.underline) =
        (true, true, true, true);
    (on.spoiler, on.subscript, on.inline_footnotes) = (true, true, true);
    options
}

/// What of a page is neither text, nor code, nor a form that the program gives it.
fn surplus(page: &str) -> Vec<String> {
    let arena = Arena::new();
    let mut found = Vec::new();
    for node in parse_document(&arena, page, &options()).descendants() {
        let value = node.data.borrow().value.clone();
        match &value {
            NodeValue::Document
            | NodeValue::List(_)
            | NodeValue::Item(_)
            | NodeValue::Paragraph
            | NodeValue::SoftBreak
            | NodeValue::LineBreak
            | NodeValue::Code(_)
            | NodeValue::Emph
            | NodeValue::Strong => {}
            NodeValue::CodeBlock(block) if block.info == "sql" => {}
            NodeValue::Heading(heading) if heading.level > 2 => {}
            NodeValue::Text(text) => found.extend(words(text)),
            NodeValue::HtmlInline(html) => found.extend(tags(html)),
            NodeValue::HtmlBlock(html) => found.extend(tags(&html.literal)),
            other => found.push(format!("{other:?}")),
        }
    }
    found
}

/// Words outside of code that GitHub or GitLab makes links or pictures of.
fn words(text: &str) -> Vec<String> {
    let is_word = |word: &&str| {
        let word =
            word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric() && !"@#:!~$%&".contains(letter));
        let key = word.split_once('-').is_some_and(|(key, number)| {
            key.len() > 1 && key.bytes().all(|one| one.is_ascii_uppercase()) && !number.is_empty()
        });
        let hash = word.len() > 6 && word.bytes().all(|one| one.is_ascii_hexdigit());
        let emoji = word.len() > 2 && word.starts_with(':') && word.ends_with(':');
        key || hash
            || emoji
            || word.contains(['@', '#', '~', '$', '!', '&'])
            || word.contains("www.")
            || word.contains("//")
    };
    text.split_whitespace().filter(is_word).map(|word| format!("`{word}` in `{text}`")).collect()
}

/// Tags that are not ours.
fn tags(html: &str) -> Vec<String> {
    let ours = ["<details>", "</details>", "<summary>", "</summary>", "<sub>", "</sub>"];
    let mut rest = html.trim().to_owned();
    if rest.starts_with("<!-- belljar-check") && rest.ends_with("-->") && rest.matches("--").count() == 2 {
        return vec![];
    }
    for tag in ours {
        rest = rest.replace(tag, "");
    }
    if rest.contains(['<', '>']) { vec![html.to_owned()] } else { words(&rest) }
}

/// Ends of sections are where they began, and no name opens one.
fn balanced(page: &str) -> bool {
    page.lines().filter(|line| line.starts_with("<details>")).count()
        == page.lines().filter(|line| *line == "</details>").count()
}

#[track_caller]
fn holds(page: &str) {
    assert!(page.len() <= 60_000, "{} bytes", page.len());
    assert_eq!(surplus(page), Vec::<String>::new(), "{page}");
    assert!(balanced(page), "{page}");
}

/// Everything that is written as Markdown.
fn pages(evil: &str, count: usize) -> [String; 4] {
    let mut verdict = verdict(evil, count);
    // A reader has a way, and each step of it a name: few of what is long are many.
    let impact = impact(evil, if evil.len() > 1_000 { 3 } else { count.min(8) });
    let alone = render::markdown(&verdict, evil, None);
    verdict.impact = Some(impact.clone());
    [
        alone,
        render::markdown(&verdict, evil, None),
        belljar_diff::render::Markdown(&verdict.diff).to_string(),
        belljar_impact::render::Markdown(&impact).to_string(),
    ]
}

/// The control: what is looked for is found.
#[test]
fn markup_is_seen() {
    for page in [
        "[x](https://e.example)",
        "![x](y)",
        "see https://e.example",
        "www.e.example",
        "a@e.example",
        "# heading",
        "<img src=x>",
        "x <b>",
        "| a |\n|---|\n| b |",
        "@all",
        "#12",
        "GH-12",
        ":100:",
        "deadbeef",
        "> quote",
        "---",
        "x[^1]\n\n[^1]: note",
        "$`x`$",
        "```\ncode\n```",
        "`x",
        "- [ ] task",
    ] {
        if page != "`x" {
            assert!(!surplus(page).is_empty(), "{page}");
        }
    }
    // Ninety backticks are no fence for cmark: what is in them is markup.
    let fence = "`".repeat(90);
    assert!(!surplus(&format!("{fence}[x](https://e.example){fence}")).is_empty());
    let page = render::markdown(&verdict("plain", 1), "", None);
    assert!(page.contains("is dropped with all its rows") && page.contains("<details>"), "{page}");
    holds(&page);
}

#[test]
fn known_attacks() {
    let fence = "`".repeat(90);
    for evil in [
        format!("{fence}\n</details>\n[x](https://e.example) @octocat"),
        "x` GH-12 `y".to_owned(),
        "x` :100: `y".to_owned(),
        "x` deadbeef `y".to_owned(),
        format!("x\n{}\n# heading", "`".repeat(300)),
        "`".repeat(20_000),
        "@".repeat(20_000),
        "\u{10ffff}".repeat(5_000),
    ] {
        for page in pages(&evil, 20) {
            holds(&page);
        }
    }
}

/// A name does not decide whose comment is rewritten.
#[test]
fn the_first_line_distinguishes_folders() {
    let first = |prefix: &str| {
        let page = render::markdown(&verdict("plain", 1), prefix, None);
        page.lines().next().unwrap().to_owned()
    };
    assert_eq!(first(""), "<!-- belljar-check -->");
    assert_eq!(first("services/api/"), "<!-- belljar-check services/api -->");
    let long = "x".repeat(5_000);
    let all = ["a b/", "a_b/", "a-b/", "a\nb/", &long, &format!("{long}y"), "-->/", "a"].map(first);
    let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(distinct.len(), all.len(), "{all:?}");
    assert!(all.iter().all(|line| line.len() < 200 && line.matches("--").count() == 2), "{all:?}");
}

/// What our own rules say is shown as sentences.
#[test]
fn our_own_words_are_prose() {
    for step in belljar_rules::rules().iter().flat_map(|rule| rule.recipe) {
        // What is filled in is a name, or SQL that stands in quotes of its own.
        let text = step.text.replace(['{', '}'], "");
        assert_eq!(belljar_text::prose(&text), text);
    }
}

/// What a name says is within its quotes, whatever it holds. What code of the repository says of itself is a sentence of its
/// own, and no finding that is certain has one.
#[test]
fn a_name_cannot_imitate_the_report() {
    let verdict = verdict("x` is harmless, and so is `y", 1);
    let sure =
        verdict.findings.iter().filter(|item| item.finding.certainty == belljar_diff::Certainty::Certain);
    let shown: Vec<String> = sure.map(|item| belljar_text::prose(&item.finding.message)).collect();
    assert!(shown.len() > 1 && shown.iter().all(|text| text.contains("harmless")), "{shown:?}");
    for text in shown {
        let arena = Arena::new();
        for node in parse_document(&arena, &text, &options()).descendants() {
            if let NodeValue::Text(outside) = &node.data.borrow().value {
                assert!(!outside.contains("harmless"), "{text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_names_are(evil in text(), count in 1_usize..6) {
        for page in pages(&evil, count) {
            holds(&page);
        }
    }
}
