//! What commands have in common: where their results go, and whether they are carried out in a process of their own.

use crate::{
    check, cli,
    cli::{CheckFormat, Command, Isolation, Published},
    contract, diff, explain, extract,
    failure::Failure,
    impact, lineage,
    log::Obeyed,
    output::{self, Output},
    rules,
    session::Session,
};

impl Command {
    /// Where the results go, in the order in which the command numbers them.
    pub(crate) fn outputs(&self) -> Vec<Output> {
        match self {
            Self::Extract(given) => vec![Output::new(given.output.clone())],
            Self::Diff(given) => vec![Output::new(given.output.clone())],
            Self::Lineage(given) => vec![Output::new(given.output.clone())],
            Self::Impact(given) => vec![Output::new(given.output.clone())],
            Self::Contract(given) => vec![Output::new(given.output.clone())],
            Self::Check(given) => {
                let reports = given.report.iter().map(|(form, file)| (*form, Some(file.clone())));
                let all = reports.chain([(given.format, given.output.clone())]);
                all.map(|(form, file)| Output { file, obeyed: obeyed(form) }).collect()
            }
            Self::Explain(_) | Self::Rules(_) | Self::JsonSchema(_) | Self::ConfinedJob => {
                vec![Output::new(None)]
            }
        }
    }

    /// How a source is read; nothing where none is.
    pub(crate) fn reading(&mut self) -> Option<&mut cli::Reading> {
        match self {
            Self::Extract(given) => Some(&mut given.reading),
            Self::Explain(given) => (!explain::is_code(&given.name)).then_some(&mut given.reading),
            Self::Diff(given) => Some(&mut given.reading),
            Self::Check(given) => Some(&mut given.reading),
            Self::Lineage(given) => Some(&mut given.reading),
            Self::Impact(given) => Some(&mut given.reading),
            Self::Contract(given) => Some(&mut given.reading),
            Self::Rules(_) | Self::JsonSchema(_) | Self::ConfinedJob => None,
        }
    }

    /// Where nothing is said of it: what compares with what a stranger proposes has a process of its own.
    pub(crate) fn isolation(&self) -> Isolation {
        match self {
            Self::Diff(_) | Self::Check(_) | Self::Impact(_) => Isolation::Auto,
            _ => Isolation::Never,
        }
    }

    /// Carries it out, and gives the exit code.
    pub(crate) fn run(self, session: &mut Session) -> Result<u8, Failure> {
        match self {
            Self::Extract(given) => extract::run(*given, session),
            Self::Explain(given) => explain::run(*given, session),
            Self::Diff(given) => diff::run(*given, session),
            Self::Check(given) => check::run(*given, session),
            Self::Lineage(given) => lineage::run(*given, session),
            Self::Impact(given) => impact::run(*given, session),
            Self::Contract(given) => contract::run(*given, session),
            Self::Rules(given) => rules::run(&given),
            Self::JsonSchema(given) => output::print_json(&match given.of {
                Published::Extract => belljar_schema::json_schema(),
                Published::Diff => belljar_diff::json_schema(),
                Published::Check => belljar_check::json_schema(),
                Published::Lineage => belljar_lineage::graph::json_schema(),
                Published::Impact => belljar_impact::json_schema(),
            }),
            Self::ConfinedJob => crate::isolate::child::run(),
        }
    }
}

/// What may be obeyed in a form of a check.
fn obeyed(form: CheckFormat) -> Obeyed {
    if form == CheckFormat::Github { Obeyed::Annotations } else { Obeyed::Nothing }
}
