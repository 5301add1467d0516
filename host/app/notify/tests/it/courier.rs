//! The processes of messages, with commands of the test in place of the program.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use belljar_notify::{Delivery, Outcome, Route, courier};

fn delivery(target: &str, limit: Duration) -> Delivery {
    let route = Route::Http {
        url: "https://a.example/s3cret".to_owned(),
        headers: Vec::new(),
        body: "{}".to_owned(),
    };
    Delivery { target: target.to_owned(), route, time_limit: limit, attempts: 1 }
}

/// The outcomes of messages for which a shell runs this script.
fn send(script: &str, deliveries: &[Delivery]) -> Vec<Outcome> {
    courier::send_all(deliveries, &|| {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(script);
        command
    })
}

/// The failure of one message.
fn failure(script: &str, limit: Duration) -> String {
    send(script, &[delivery("t", limit)]).remove(0).failure.unwrap_or_default()
}

const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_secs(1);

/// There are more messages than processes at a time.
#[test]
fn each_process_gets_its_message() {
    let script = r#"sed -n 's/.*"target":"\([^"]*\)".*/{"failure":"to \1","attempts":1}/p'"#;
    let names: Vec<String> = (0..20).map(|number| format!("t{number}")).collect();
    let deliveries: Vec<Delivery> = names.iter().map(|name| delivery(name, LONG)).collect();
    let failures: Vec<String> =
        send(script, &deliveries).into_iter().filter_map(|outcome| outcome.failure).collect();
    let expected: Vec<String> = names.iter().map(|name| format!("to {name}")).collect();
    assert_eq!(failures, expected);
    assert_eq!(send("exit 1", &[]), []);
}

/// Those of this test are `PATH` and variables of Cargo.
#[test]
fn a_process_does_not_get_the_environment() {
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    let script = r#"cat > /dev/null; echo "{\"failure\":\"<$CARGO_MANIFEST_DIR>\",\"attempts\":1}""#;
    assert_eq!(failure(script, LONG), "<>");
}

#[test]
fn an_answer_that_is_none_is_a_failure() {
    for (script, expected) in [
        ("cat > /dev/null", "its process ended without an answer (exit status: 0)"),
        ("exit 3", "its process ended without an answer (exit status: 3)"),
        ("kill -9 $$", "its process ended without an answer (signal: 9 (SIGKILL))"),
        ("echo fine", "its process gave no valid answer"),
        ("echo '{}'", "its process gave no valid answer"),
        ("yes", "its process gave no valid answer"),
    ] {
        assert_eq!(failure(script, LONG), expected, "{script}");
    }
    let missing = courier::send_all(&[delivery("t", LONG)], &|| Command::new("/no/such/program")).remove(0);
    assert!(missing.failure.unwrap_or_default().starts_with("its process can't be started: "));
}

/// All messages together have the limit, however many there are.
#[test]
fn a_process_ends_with_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let late = folder.path().join("late");
    for script in [format!("sleep 4; touch {}", late.display()), "while :; do :; done".to_owned()] {
        let begun = Instant::now();
        let deliveries: Vec<Delivery> = (0..12).map(|_| delivery("t", SHORT)).collect();
        for (position, outcome) in send(&script, &deliveries).into_iter().enumerate() {
            let expected = if position < 8 { "it is not sent within 1 s" } else { "the time limit is over" };
            assert_eq!(outcome.failure.as_deref(), Some(expected), "{script}: {position}");
        }
        assert!(begun.elapsed() < Duration::from_secs(4), "{script}: {:?}", begun.elapsed());
    }
    std::thread::sleep(Duration::from_secs(4));
    assert!(!late.exists(), "it was ended, and not left alone");
}
