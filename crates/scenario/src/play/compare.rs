//! What came out, beside what the file expects.

use std::path::Path;
use std::process::Command;


use super::client::{list, text};
use super::stage::Stage;
use super::{PlayError, Played};
use crate::{Expect, Scenario};

impl Stage<'_> {
    /// Reads the state and the path of the case, and keeps each disagreement.
    pub async fn compare(&mut self, states: &[&str], until: Option<&str>) -> Result<(), PlayError> {
        let path = self.path("");
        let seen = self.of("CO")?.get(&path).await?;
        self.played.state = text(&seen, "state")?;
        self.played.path = list(&seen, "history").filter_map(|step| step.get("to")?.as_str().map(str::to_owned)).collect();
        let end = until.and_then(|until| states.iter().position(|state| *state == until)).map_or(states.len(), |at| at + 1);
        let wanted = states.get(..end).unwrap_or(states);
        let mut wrong = vec![];
        if self.played.path != wanted {
            wrong.push(format!("the case went {} and not {}", self.played.path.join(", "), wanted.join(", ")));
        }
        if until.is_none() {
            wrong.extend(counted(&self.played, &self.told.expect));
        }
        if let Some(pdf) = &self.played.report {
            wrong.extend(published(pdf, self.told));
        }
        self.played.disagreements.extend(wrong);
        Ok(())
    }
}

fn counted(played: &Played, expect: &Expect) -> Vec<String> {
    let counts = [
        ("organisations", played.organisations), ("reflections", played.reflections), ("nothing_known", played.nothing_known), ("events", played.events),
        ("relatives", played.relatives), ("meetings", played.meetings), ("findings", played.findings), ("recommendations", played.recommendations),
    ];
    counts.into_iter().filter_map(|(name, found)| {
        let wanted = *expect.counts.get(name)?;
        (i64::try_from(found) != Ok(wanted)).then(|| format!("{name}: {found} and not {wanted}"))
    }).collect()
}

/// What must and must not stand in the PDF, read back with pdftotext where that is installed.
fn published(pdf: &Path, told: &Scenario) -> Vec<String> {
    // Without the program nothing is known of the text, and so nothing disagrees.
    let Ok(out) = Command::new("pdftotext").arg(pdf).arg("-").output() else { return vec![] };
    if !out.status.success() {
        return vec![format!("the PDF can't be read back: {}", String::from_utf8_lossy(&out.stderr).trim())];
    }
    let words = plain(&String::from_utf8_lossy(&out.stdout));
    let holds = |phrase: &&String| words.contains(&plain(phrase));
    let expect = &told.expect;
    let lacks = expect.must_appear.iter().filter(|phrase| !holds(phrase)).map(|phrase| format!("the PDF lacks: {phrase}"));
    let banned = expect.must_not_appear.iter().chain(&expect.markers_never_published).filter(holds).map(|phrase| format!("the PDF holds: {phrase}"));
    lacks.chain(banned).collect()
}

/// One space between words, straight quotes, no soft hyphens: how a line was set does not matter.
fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|sign| *sign != '\u{ad}').map(|sign| match sign { '‘' | '’' | 'ʼ' => '\'', '“' | '”' => '"', other => other }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_number_that_differs_is_told_and_one_that_is_not_expected_is_not() {
        let played = Played { findings: 2, meetings: 1, ..Played::default() };
        let expect = Expect { counts: BTreeMap::from([("findings".to_owned(), 3), ("meetings".to_owned(), 1)]), ..Expect::default() };
        assert_eq!(counted(&played, &expect), ["findings: 2 and not 3"]);
    }

    #[test]
    fn a_phrase_is_found_over_lines_and_kinds_of_quotes() {
        assert!(plain("the van\n ’t  Zandt fam\u{ad}ily").contains(&plain("van 't Zandt family")));
    }
}
