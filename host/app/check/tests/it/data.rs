//! What the answers of a database do to a verdict.

use belljar_check::{
    CheckConfig, DataAnswer, DataAnswers, DataPlan, Input, Owners, Verdict, check,
    render::{self, TextOptions},
};
use belljar_rules::{Database, Severity};
use belljar_schema::{Column, Document};

use super::hostile::{column, document, table};

fn users(edit: impl Fn(&mut Column)) -> Document {
    let mut users = table("users", "x");
    users.schema = None;
    let mut email = column("email", "x", false);
    edit(&mut email);
    users.columns.push(email);
    document(vec![users])
}

fn verdict() -> Verdict {
    let mut config = CheckConfig::default();
    config.rules.dialects = vec![Database::Postgresql];
    let (base, head) = (users(|email| email.nullable = true), users(|email| email.nullable = false));
    check(&Input {
        owners: Owners::default(),
        base: Ok(&base),
        head: &head,
        tree: None,
        config: &config,
        renames: &[],
        prefix: "",
        base_tree: None,
        texts: None,
        migrations: None,
        proposal: None,
        downstream: None,
        remarks: vec![],
    })
}

fn answered(answer: &DataAnswer) -> Verdict {
    let mut verdict = verdict();
    let plan = DataPlan::new(&verdict, Database::Postgresql);
    assert!(!plan.questions.is_empty());
    let answers = plan.questions.iter().map(|question| (question.clone(), answer.clone())).collect();
    let name = "postgresql://h/d".to_owned();
    plan.apply(&mut verdict, &DataAnswers { name, database: Database::Postgresql, answers });
    verdict
}

fn severity_of(verdict: &Verdict) -> Severity {
    verdict.findings.iter().find(|item| item.finding.code == "BJ204").unwrap().finding.severity
}

fn counted(count: u64) -> DataAnswer {
    DataAnswer { count: Some(count), ..DataAnswer::default() }
}

#[test]
fn an_error_about_rows_that_do_not_exist_is_a_warning() {
    assert!(!verdict().passed && severity_of(&verdict()) == Severity::Error);
    let none = answered(&counted(0));
    assert!(none.passed && severity_of(&none) == Severity::Warning, "{:?}", none.findings);
    assert_eq!((none.summary.errors, none.summary.failing), (0, 0));
    let some = answered(&counted(3));
    assert!(!some.passed && severity_of(&some) == Severity::Error);
    let unknown = answered(&DataAnswer { error: Some("the query took too long".to_owned()), ..counted(0) });
    assert!(unknown.passed, "a count is an answer");
    let unknown = answered(&DataAnswer { error: Some("too long".to_owned()), ..DataAnswer::default() });
    assert!(!unknown.passed && severity_of(&unknown) == Severity::Error);
    assert_eq!(unknown.database.as_ref().map(|it| (it.questions > 0, it.answered)), Some((true, 0)));
}

/// Answers to other questions, or to none, leave everything as it is.
#[test]
fn answers_to_other_questions() {
    let mut verdict = verdict();
    let plan = DataPlan::new(&verdict, Database::Postgresql);
    let mut question = plan.questions[0].clone();
    question.table.push('x');
    let answers = vec![(question, counted(0))];
    let name = "postgresql://h/d".to_owned();
    plan.apply(&mut verdict, &DataAnswers { name, database: Database::Postgresql, answers });
    assert!(!verdict.passed && severity_of(&verdict) == Severity::Error);
    let text = render::concise(&verdict);
    assert!(text.contains("not verified: the database gave no answer in time"), "{text}");
}

#[test]
fn every_format_shows_the_answer() {
    let (some, none) = (answered(&counted(12_345)), answered(&counted(0)));
    let capped = answered(&DataAnswer { is_capped: true, ..counted(100_000) });
    for (verdict, wanted) in [
        (&some, "verified: 12,345 rows with NULL in `email`"),
        (&none, "verified: no row with NULL in `email`"),
        (&capped, "verified: more than 100,000 rows with NULL in `email`"),
    ] {
        for text in [
            render::concise(verdict),
            render::full(verdict, TextOptions::default()),
            render::sarif(verdict).unwrap(),
            render::github(verdict),
            render::gitlab(verdict).unwrap(),
            render::junit(verdict).unwrap(),
            render::markdown(verdict, "", None),
        ] {
            let plain = text.replace("&#x60;", "`").replace("\\`", "`").replace("&#96;", "`");
            assert!(plain.contains(wanted), "{wanted}: {text}");
        }
        let json = serde_json::to_value(verdict).unwrap();
        let again: Verdict = serde_json::from_value(json).unwrap();
        let rows =
            |verdict: &Verdict| verdict.findings.iter().map(|item| item.rows.clone()).collect::<Vec<_>>();
        assert_eq!((rows(&again), &again.database), (rows(verdict), &verdict.database));
    }
    let text = render::concise(&some);
    assert!(text.contains("postgresql://h/d answered"), "{text}");
}

/// The address of a database is text of an operator, and the name of a column that of a stranger.
#[test]
fn hostile_names_are_neutralised() {
    let mut verdict = answered(&counted(1));
    let item = verdict.findings.iter_mut().find(|item| !item.rows.is_empty()).unwrap();
    item.rows[0].counted = "rows with `\u{202e}\x1b[2J</details>\n::error::x".to_owned();
    for text in [render::concise(&verdict), render::markdown(&verdict, "", None), render::github(&verdict)] {
        assert!(!text.contains('\x1b') && !text.contains('\u{202e}'), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("::error::x")), "{text}");
        assert!(!text.contains("</details>\n::error"), "{text}");
    }
}
