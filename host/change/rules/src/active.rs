use belljar_schema::{Diagnostic, Place, Severity};
use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::{
    Level, Rule, RuleConfig, RulesConfig, rules,
    selector::{Selected, selected},
};

/// A rule that looks, with what is set for it.
pub(crate) struct Active {
    pub(crate) rule: &'static Rule,
    /// Takes the place of every severity.
    pub(crate) severity: Option<Severity>,
    only: GlobSet,
    except: GlobSet,
    except_tables: GlobSet,
}

impl Active {
    /// All rules that look; what is set wrongly is said in `diagnostics`, and passed over.
    pub(crate) fn all(config: &RulesConfig, diagnostics: &mut Vec<Diagnostic>) -> Vec<Self> {
        for key in config.rules.keys() {
            if !rules().iter().any(|rule| is_for(key, rule)) {
                let message = format!("there is no rule or category `{key}`");
                diagnostics.push(Diagnostic::new(Severity::Warning, "unknown-rule", message));
            }
        }
        let of = |rule| Self::for_rule(config, rule, diagnostics);
        let found = rules().iter().filter_map(of).collect();
        diagnostics.sort();
        diagnostics.dedup();
        found
    }

    fn for_rule(
        config: &RulesConfig,
        rule: &'static Rule,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let none = RuleConfig::default();
        let keys = [rule.code, rule.name, rule.category().text()];
        let own = keys.iter().find_map(|key| config.rules.get(*key)).unwrap_or(&none);
        let is_off = own.level == Some(Level::Off);
        let looks = match selected(rule, &config.select, &config.ignore) {
            Selected::Unnamed => own.level.map_or(rule.enabled, |_| !is_off),
            Selected::Named => true,
            Selected::Among => !is_off,
            Selected::Not => false,
        };
        looks.then(|| Self {
            rule,
            severity: own.level.and_then(Level::severity),
            only: globs(&own.only, diagnostics),
            except: globs(&own.except, diagnostics),
            except_tables: globs(&own.except_tables, diagnostics),
        })
    }

    /// Whether it looks at what is declared there.
    pub(crate) fn looks_at(&self, config: &RulesConfig, place: Option<&Place>, table: &str) -> bool {
        let path_is_in = |place: &Place| {
            let path = config.path_in_project(&place.path);
            (self.only.is_empty() || self.only.is_match(&*path)) && !self.except.is_match(&*path)
        };
        place.is_none_or(path_is_in) && !self.except_tables.is_match(table)
    }
}

fn is_for(key: &str, rule: &Rule) -> bool {
    key == rule.code || key == rule.name || key == rule.category().text()
}

fn globs(texts: &[String], diagnostics: &mut Vec<Diagnostic>) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    let mut bad = |text: &str, error: &globset::Error| {
        let message = format!("`{text}` is not a glob pattern: {}", error.kind());
        diagnostics.push(Diagnostic::new(Severity::Warning, "bad-glob", message));
    };
    for text in texts {
        match Glob::new(text) {
            Ok(glob) => {
                builder.add(glob);
            }
            Err(error) => bad(text, &error),
        }
    }
    builder.build().unwrap_or_else(|error| {
        bad(&texts.join(" "), &error);
        GlobSet::empty()
    })
}
