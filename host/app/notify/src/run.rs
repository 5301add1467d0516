//! The run of CI that a message links to, from the variables that CI services set.

use belljar_text::{brief, is_unsafe, safe};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The maximum length of a name or an address, in bytes.
const LONGEST: usize = 500;

/// Where a command ran. Names of branches are chosen by whoever opens a pull request: they are text, and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// The repository, as the CI service names it.
    pub project: Option<String>,
    /// The pull request or branch.
    pub change: Option<String>,
    /// The address of the run.
    pub url: Option<String>,
    /// What tells this run from others, where its variables do not tell which change it is about.
    #[serde(skip)]
    pub(crate) alone: Option<String>,
}

impl Run {
    /// The run of the service that set these variables; without one, nothing is known.
    pub fn from_variables(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let get =
            |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let services = [github, gitlab, bitbucket, azure, circle, jenkins];
        let found = services.iter().find_map(|service| service(&get)).unwrap_or_default();
        Self {
            project: found.project.as_deref().map(shown),
            change: found.change.as_deref().map(shown),
            url: found.url.filter(|url| is_address(url)),
            alone: found.alone,
        }
    }

    /// The run with the change and the address that the command line states. An address that is none is an error.
    pub fn stated(mut self, change: Option<&str>, url: Option<&str>) -> Result<Self, String> {
        if let Some(change) = change {
            self.change = Some(shown(change));
            self.alone = None;
        }
        if let Some(url) = url {
            if !is_address(url) {
                return Err("it is not an address that begins with `https://` or `http://`".to_owned());
            }
            self.url = Some(url.to_owned());
        }
        Ok(self)
    }

    /// What tells the findings of one change from those of another.
    pub(crate) fn scope(&self) -> String {
        [&self.project, &self.change, &self.alone].map(|part| part.as_deref().unwrap_or_default()).join("\n")
    }
}

type Get<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Events of GitHub whose runs are about the branch that `GITHUB_REF` names.
const ABOUT_THEIR_BRANCH: [&str; 6] =
    ["push", "pull_request", "merge_group", "schedule", "workflow_dispatch", "create"];

fn github(get: Get<'_>) -> Option<Run> {
    let project = get("GITHUB_REPOSITORY")?;
    let server = get("GITHUB_SERVER_URL").unwrap_or_else(|| "https://github.com".to_owned());
    let url = get("GITHUB_RUN_ID").map(|run| format!("{server}/{project}/actions/runs/{run}"));
    let reference = get("GITHUB_REF");
    let request = reference.as_deref().and_then(|text| text.strip_prefix("refs/pull/")?.split('/').next());
    // Any other event may start a run on the default branch that is about another change.
    let event = get("GITHUB_EVENT_NAME");
    let is_elsewhere = event.is_some_and(|event| !ABOUT_THEIR_BRANCH.contains(&&*event));
    let alone = get("GITHUB_RUN_ID").filter(|_| is_elsewhere && request.is_none());
    let change = match request {
        Some(number) => Some(format!("pull request {number}")),
        None if is_elsewhere => get("GITHUB_HEAD_REF"),
        None => get("GITHUB_REF_NAME"),
    };
    Some(Run { project: Some(project), change, url, alone })
}

fn gitlab(get: Get<'_>) -> Option<Run> {
    let project = get("CI_PROJECT_PATH")?;
    let request = get("CI_MERGE_REQUEST_IID").map(|number| format!("merge request {number}"));
    let change = request.or_else(|| get("CI_COMMIT_REF_NAME"));
    Some(Run {
        project: Some(project),
        change,
        url: get("CI_JOB_URL").or_else(|| get("CI_PIPELINE_URL")),
        alone: None,
    })
}

fn bitbucket(get: Get<'_>) -> Option<Run> {
    let project = get("BITBUCKET_REPO_FULL_NAME")?;
    let request = get("BITBUCKET_PR_ID").map(|number| format!("pull request {number}"));
    let url = get("BITBUCKET_BUILD_NUMBER")
        .map(|number| format!("https://bitbucket.org/{project}/pipelines/results/{number}"));
    Some(Run {
        project: Some(project),
        change: request.or_else(|| get("BITBUCKET_BRANCH")),
        url,
        alone: None,
    })
}

fn azure(get: Get<'_>) -> Option<Run> {
    let project = get("BUILD_REPOSITORY_NAME")?;
    let request =
        get("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER").or_else(|| get("SYSTEM_PULLREQUEST_PULLREQUESTID"));
    let change =
        request.map(|number| format!("pull request {number}")).or_else(|| get("BUILD_SOURCEBRANCHNAME"));
    let url = get("SYSTEM_COLLECTIONURI").zip(get("SYSTEM_TEAMPROJECT")).zip(get("BUILD_BUILDID")).map(
        |((server, team), build)| {
            format!(
                "{}/{}/_build/results?buildId={build}",
                server.trim_end_matches('/'),
                team.replace(' ', "%20")
            )
        },
    );
    Some(Run { project: Some(project), change, url, alone: None })
}

fn circle(get: Get<'_>) -> Option<Run> {
    let url = get("CIRCLE_BUILD_URL")?;
    let project = get("CIRCLE_PROJECT_USERNAME").zip(get("CIRCLE_PROJECT_REPONAME"));
    Some(Run {
        project: project.map(|(user, name)| format!("{user}/{name}")),
        change: get("CIRCLE_BRANCH"),
        url: Some(url),
        alone: None,
    })
}

fn jenkins(get: Get<'_>) -> Option<Run> {
    let url = get("BUILD_URL")?;
    get("JENKINS_URL")?;
    let request = get("CHANGE_ID").map(|number| format!("pull request {number}"));
    Some(Run {
        project: get("JOB_NAME"),
        change: request.or_else(|| get("BRANCH_NAME")),
        url: Some(url),
        alone: None,
    })
}

fn shown(text: &str) -> String {
    safe(&brief(text, LONGEST))
}

/// Whether a text is an address that a message may link to.
pub(crate) fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && text.len() <= LONGEST
        && text.is_ascii()
        && !text.contains(|letter: char| is_unsafe(letter) || " \"'<>|\\^`{}()[]".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_known_by_their_variables() {
        for (variables, project, change, url) in [
            (
                &[
                    ("GITHUB_REPOSITORY", "acme/shop"),
                    ("GITHUB_RUN_ID", "7"),
                    ("GITHUB_REF", "refs/pull/12/merge"),
                ][..],
                Some("acme/shop"),
                Some("pull request 12"),
                Some("https://github.com/acme/shop/actions/runs/7"),
            ),
            (
                &[("GITHUB_REPOSITORY", "acme/shop"), ("GITHUB_REF_NAME", "a\u{202e}b")],
                Some("acme/shop"),
                Some("a\\u{202e}b"),
                None,
            ),
            (
                &[
                    ("CI_PROJECT_PATH", "g/p"),
                    ("CI_MERGE_REQUEST_IID", "3"),
                    ("CI_JOB_URL", "https://gitlab.example/g/p/-/jobs/1"),
                ],
                Some("g/p"),
                Some("merge request 3"),
                Some("https://gitlab.example/g/p/-/jobs/1"),
            ),
            (
                &[("BITBUCKET_REPO_FULL_NAME", "w/r"), ("BITBUCKET_BUILD_NUMBER", "5")],
                Some("w/r"),
                None,
                Some("https://bitbucket.org/w/r/pipelines/results/5"),
            ),
            (
                &[
                    ("BUILD_REPOSITORY_NAME", "r"),
                    ("SYSTEM_COLLECTIONURI", "https://dev.azure.com/acme/"),
                    ("SYSTEM_TEAMPROJECT", "My Team"),
                    ("BUILD_BUILDID", "9"),
                ],
                Some("r"),
                None,
                Some("https://dev.azure.com/acme/My%20Team/_build/results?buildId=9"),
            ),
            (&[("CIRCLE_BUILD_URL", "javascript:alert(1)")], None, None, None),
            (&[("BUILD_URL", "https://ci.example/1")], None, None, None),
            (&[], None, None, None),
        ] {
            let get = |name: &str| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            };
            let run = Run::from_variables(&get);
            assert_eq!(
                (run.project.as_deref(), run.change.as_deref(), run.url.as_deref()),
                (project, change, url),
                "{variables:?}"
            );
        }
    }

    /// A finding of one pull request must not count as sent for another.
    #[test]
    fn runs_whose_change_is_not_known_are_alone() {
        let scope = |event: &str, reference: &str, run: &str| {
            let get = |name: &str| {
                let value = match name {
                    "GITHUB_REPOSITORY" => "acme/shop",
                    "GITHUB_EVENT_NAME" => event,
                    "GITHUB_REF" => reference,
                    "GITHUB_REF_NAME" => "main",
                    "GITHUB_HEAD_REF" => "patch-1",
                    "GITHUB_RUN_ID" => run,
                    _ => return None,
                };
                Some(value.to_owned())
            };
            Run::from_variables(&get).scope()
        };
        for event in
            ["pull_request_target", "workflow_run", "issue_comment", "check_run", "status", "new_one"]
        {
            assert_ne!(scope(event, "refs/heads/main", "1"), scope(event, "refs/heads/main", "2"), "{event}");
        }
        for reference in ["refs/pull/1/merge", "refs/heads/main"] {
            for event in ["pull_request", "push", "schedule", "merge_group", ""] {
                assert_eq!(scope(event, reference, "1"), scope(event, reference, "2"), "{event}");
            }
        }
        let run =
            |change| Run { alone: Some("7".to_owned()), ..Run::default() }.stated(change, None).unwrap();
        assert_eq!(run(Some("pull request 3")).scope(), "\npull request 3\n");
        assert_eq!(run(None).scope(), "\n\n7");
        assert!(Run::default().stated(None, Some("javascript:alert(1)")).is_err());
    }

    #[test]
    fn addresses_that_are_no_links() {
        for text in [
            "",
            "https://",
            "https:///x",
            "ftp://a",
            "https://a b",
            "https://a|b",
            "https://a>",
            "https://a\n",
        ] {
            assert!(!is_address(text), "{text:?}");
        }
        assert!(is_address("https://ci.example/run/1?x=2"));
    }
}
