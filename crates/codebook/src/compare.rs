//! What a new version of the codebook may not do to an old one, and what it has to say about it.
//!
//! A code, a variable and a factor are never used again; what goes out of use stays listed with the version that retired it; a new
//! meaning is a new code; a version says by mapping lines how codes go over.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::letting;
use crate::record::Record;
use crate::{Code, Codebook, Derived, Label, Mapping, MappingKind, Variable};

/// How often codes stand in records.
#[derive(Clone, Debug, Default)]
pub struct Used {
    variables: BTreeMap<String, u64>,
    codes: BTreeMap<(String, i64), u64>,
}

impl Used {
    /// Counts the codes of a record.
    pub fn add(&mut self, record: &Record) {
        for (id, value) in record.0.values().flatten().flatten() {
            *self.variables.entry(id.clone()).or_default() += 1;
            let several = value.as_array().into_iter().flatten().filter_map(serde_json::Value::as_i64);
            for code in value.as_i64().into_iter().chain(several) {
                *self.codes.entry((id.clone(), code)).or_default() += 1;
            }
        }
    }
    /// Adds what was counted elsewhere: how often a variable holds a code, or something that is none.
    pub fn count(&mut self, variable: &str, code: Option<i64>, times: u64) {
        *self.variables.entry(variable.to_owned()).or_default() += times;
        if let Some(code) = code {
            *self.codes.entry((variable.to_owned(), code)).or_default() += times;
        }
    }
    /// Adds all of another count.
    pub fn join(&mut self, other: &Used) {
        for (id, times) in &other.variables {
            *self.variables.entry(id.clone()).or_default() += times;
        }
        for (of, times) in &other.codes {
            *self.codes.entry(of.clone()).or_default() += times;
        }
    }
    /// Whether nothing is in use.
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }
    /// Reads a file of counts: lines of variable, code and how often, under a header.
    ///
    /// # Errors
    /// The line that is none of these.
    pub fn read(text: &str) -> Result<Used, Label> {
        let mut found = Used::default();
        for (number, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
            let mut fields = line.split([',', ';']).map(str::trim);
            let told = (|| Some((fields.next().filter(|id| !id.is_empty())?, fields.next()?, fields.next()?.parse().ok()?)))();
            let wrong = || Label::of(format!("regel {}: is niet variabele,code,aantal", number + 1), format!("line {}: not variable,code,times", number + 1));
            let (variable, code, times): (&str, &str, u64) = told.ok_or_else(wrong)?;
            let code = if code.is_empty() { None } else { Some(code.parse().map_err(|_| wrong())?) };
            found.count(variable, code, times);
        }
        Ok(found)
    }
    /// How often a variable is coded.
    pub fn variable(&self, id: &str) -> u64 {
        self.variables.get(id).copied().unwrap_or(0)
    }
    /// How often a code stands.
    pub fn code(&self, id: &str, code: i64) -> u64 {
        self.codes.get(&(id.to_owned(), code)).copied().unwrap_or(0)
    }
}

/// Something about a new version that a board has to know.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Difference {
    /// Which rule, by its stable name.
    pub rule: &'static str,
    /// The variable, or the version.
    pub variable: String,
    /// The code, if it is about one.
    pub code: Option<i64>,
    /// Whether the version can't be taken into use like this.
    pub stops: bool,
    /// How many answers in records it touches.
    pub used: u64,
    /// What is the matter.
    pub what: Label,
    /// Why that is not allowed, and what to do.
    pub why: Label,
}

/// Compares a version with the one before it.
pub fn compare(old: &Codebook, new: &Codebook, used: &Used) -> Vec<Difference> {
    let lines: Vec<&Mapping> = new.history.iter().filter(|version| !old.history.iter().any(|known| known.version == version.version)).flat_map(|version| &version.mapping).collect();
    let mut found = Comparison { old, new, used, lines, found: vec![] };
    found.versions();
    for variable in old.variables.iter().chain(&old.retired) {
        found.variable(variable);
    }
    for derived in old.derived.iter().chain(&old.retired_derived) {
        found.derived(derived);
    }
    found.factors();
    found.mapping();
    found.never();
    found.letting();
    found.found
}

struct Comparison<'a> {
    old: &'a Codebook,
    new: &'a Codebook,
    used: &'a Used,
    lines: Vec<&'a Mapping>,
    found: Vec<Difference>,
}

fn label(nl: impl Into<String>, en: impl Into<String>) -> Label {
    Label { nl: nl.into(), en: en.into() }
}

impl Comparison<'_> {
    fn tell(&mut self, rule: &'static str, variable: &str, code: Option<i64>, what: Label) {
        let used = code.map_or_else(|| self.used.variable(variable), |code| self.used.code(variable, code));
        // A code nobody ever chose needs no mapping for the sake of records; all else stops.
        let stops = rule != "mapping-missing" || used > 0;
        self.found.push(Difference { rule, variable: variable.to_owned(), code, stops, used, what, why: why(rule) });
    }
    /// Whether a line speaks of the variable as a whole.
    fn whole(&self, variable: &str) -> bool {
        self.lines.iter().any(|line| line.variable == variable && line.from.is_empty())
    }
    fn of_code(&self, variable: &str, code: i64) -> Option<&Mapping> {
        self.lines.iter().copied().find(|line| line.variable == variable && line.from.contains(&code))
    }

    fn versions(&mut self) {
        let version = &self.new.version;
        if *version == self.old.version {
            self.tell("version-not-new", version, None, label(format!("beide heten {version}"), format!("both are called {version}")));
        } else if !self.new.history.iter().any(|known| known.version == *version) {
            self.tell("history-missing", version, None, label(format!("[[history]] noemt {version} niet"), format!("[[history]] does not name {version}")));
        }
        for known in self.old.history.iter().filter(|known| !self.new.history.iter().any(|kept| kept.version == known.version)) {
            self.tell("history-missing", &known.version, None, label(format!("[[history]] noemt {} niet meer", known.version), format!("[[history]] no longer names {}", known.version)));
        }
    }

    fn variable(&mut self, old: &Variable) {
        let id = &old.id;
        let live = self.new.variable(id);
        let Some(new) = live.or_else(|| self.new.retired.iter().find(|variable| variable.id == *id)) else {
            return self.tell("variable-removed", id, None, label(format!("variabele {id} staat er niet meer in"), format!("variable {id} is no longer listed")));
        };
        match (&old.retired_in, &new.retired_in) {
            (Some(when), None) => return self.tell("variable-reused", id, None, label(format!("variabele {id} ging eruit in {when} en is weer in gebruik"), format!("variable {id} was retired in {when} and is in use again"))),
            (Some(_), Some(_)) => return,
            (None, Some(when)) => {
                self.retired(id, None, when);
                if !self.lines.iter().any(|line| line.variable == *id) {
                    self.tell("mapping-missing", id, None, label(format!("geen regel zegt hoe {id} overgaat"), format!("no line says how {id} goes over")));
                }
                return;
            }
            (None, None) => {}
        }
        if old.level != new.level {
            self.tell("level-changed", id, None, label(format!("{id} ging van niveau {} naar {}", old.level, new.level), format!("{id} moved from level {} to {}", old.level, new.level)));
        }
        if old.kind != new.kind {
            self.tell("type-changed", id, None, label(format!("{id} was {} en is {}", old.kind, new.kind), format!("{id} was {} and is {}", old.kind, new.kind)));
        }
        if !self.whole(id) && (old.label != new.label || old.definition != new.definition) {
            self.tell("meaning-changed", id, None, label(format!("{id} heet of betekent iets anders: {}", new.label.nl), format!("{id} is named or defined otherwise: {}", new.label.en)));
        }
        if !self.whole(id) && plain(&old.condition) != plain(&new.condition) {
            let shown = |condition: &Option<String>| condition.clone().unwrap_or_else(|| "always".into());
            self.tell("condition-changed", id, None, label(format!("{id} werd gevraagd bij '{}', nu bij '{}'", shown(&old.condition), shown(&new.condition)), format!("{id} was asked when '{}', now when '{}'", shown(&old.condition), shown(&new.condition))));
        }
        let narrower = new.range.0.is_some_and(|min| old.range.0.is_none_or(|before| min > before)) || new.range.1.is_some_and(|max| old.range.1.is_none_or(|before| max < before));
        if narrower && !self.whole(id) {
            self.tell("range-narrowed", id, None, label(format!("{id} laat minder getallen toe"), format!("{id} allows fewer numbers")));
        }
        for code in old.codes.iter().chain(&old.retired) {
            self.code(id, code, new);
        }
    }

    fn code(&mut self, id: &str, old: &Code, new: &Variable) {
        let code = old.code;
        let Some(now) = new.codes.iter().chain(&new.retired).find(|known| known.code == code) else {
            return self.tell("code-removed", id, Some(code), label(format!("code {code} ({}) van {id} staat er niet meer in", old.label.nl), format!("code {code} ({}) of {id} is no longer listed", old.label.en)));
        };
        match (&old.retired_in, &now.retired_in) {
            (Some(when), None) => self.tell("code-reused", id, Some(code), label(format!("code {code} van {id} ging eruit in {when} en is weer in gebruik", ), format!("code {code} of {id} was retired in {when} and is in use again"))),
            (Some(_), Some(_)) => {}
            (None, Some(when)) => {
                self.retired(id, Some(code), when);
                if self.of_code(id, code).is_none() {
                    self.tell("mapping-missing", id, Some(code), label(format!("geen regel zegt wat code {code} ({}) van {id} wordt", old.label.nl), format!("no line says what becomes of code {code} ({}) of {id}", old.label.en)));
                }
            }
            (None, None) => {
                let line = self.of_code(id, code).map(|line| (line.kind, line.to.contains(&code)));
                if matches!(line, Some((MappingKind::SplitRecode | MappingKind::Broken, _)) | Some((_, false))) {
                    self.tell("retired-in-missing", id, Some(code), label(format!("code {code} van {id} gaat over maar blijft in gebruik"), format!("code {code} of {id} goes over yet stays in use")));
                } else if old.label != now.label && !matches!(line, Some((MappingKind::Same, _))) {
                    self.tell("meaning-changed", id, Some(code), label(format!("code {code} van {id} was '{}' en is '{}'", old.label.nl, now.label.nl), format!("code {code} of {id} was '{}' and is '{}'", old.label.en, now.label.en)));
                }
                if now.exclusive && !old.exclusive {
                    self.tell("exclusive-changed", id, Some(code), label(format!("code {code} van {id} moet nu alleen staan"), format!("code {code} of {id} must now stand alone")));
                }
            }
        }
    }

    /// What goes out of use does so in a version that comes after the old one.
    fn retired(&mut self, id: &str, code: Option<i64>, when: &str) {
        let later = self.new.history.iter().any(|version| version.version == *when) && !self.old.history.iter().any(|version| version.version == *when);
        if !later {
            self.tell("retired-in-wrong", id, code, label(format!("{id} zegt eruit te zijn sinds {when}; die versie komt niet na {}", self.old.version), format!("{id} claims to be retired in {when}, which does not come after {}", self.old.version)));
        }
    }

    fn derived(&mut self, old: &Derived) {
        let id = &old.id;
        let Some(new) = self.new.derived.iter().chain(&self.new.retired_derived).find(|derived| derived.id == *id) else {
            return self.tell("variable-removed", id, None, label(format!("afgeleide variabele {id} staat er niet meer in"), format!("derived variable {id} is no longer listed")));
        };
        match (&old.retired_in, &new.retired_in) {
            (Some(when), None) => self.tell("variable-reused", id, None, label(format!("variabele {id} ging eruit in {when} en is weer in gebruik"), format!("variable {id} was retired in {when} and is in use again"))),
            (None, Some(when)) => self.retired(id, None, when),
            (None, None) if !self.whole(id) && old.computed_by() != new.computed_by() => {
                self.tell("derivation-changed", id, None, label(format!("{id} wordt anders afgeleid"), format!("{id} is computed otherwise")));
            }
            _ => {}
        }
    }

    fn factors(&mut self) {
        for old in self.old.factors.iter().chain(&self.old.retired_factors) {
            let now = self.new.factors.iter().chain(&self.new.retired_factors).find(|factor| factor.id == old.id);
            match now {
                None => self.tell("factor-removed", &old.id, Some(old.code), label(format!("factor {} staat er niet meer in", old.id), format!("factor {} is no longer listed", old.id))),
                Some(now) if now.code != old.code || old.retired_in.is_some() && now.retired_in.is_none() => {
                    self.tell("factor-reused", &old.id, Some(old.code), label(format!("factor {} heeft een andere code of is weer in gebruik", old.id), format!("factor {} has another code or is in use again", old.id)));
                }
                Some(_) => {}
            }
        }
    }

    /// A version that stands asks nothing anew: only what is new in this one is told.
    fn never(&mut self) {
        let before = self.old.never();
        for one in self.new.never().into_iter().filter(|one| !before.contains(one)) {
            self.tell("never-true", &one.at, None, label(format!("{}: {}", one.at, one.why.nl), format!("{}: {}", one.at, one.why.en)));
        }
        let before = self.old.never_holds();
        for one in self.new.never_holds().into_iter().filter(|one| !before.contains(one)) {
            self.tell("never-holds", &one.at, None, label(format!("{}: {}", one.at, one.why.nl), format!("{}: {}", one.at, one.why.en)));
        }
    }

    /// What lets out more or checks less stops, unless the version says itself that it does; what is stricter is told.
    fn letting(&mut self) {
        let stated: Vec<&String> = self.new.history.iter().filter(|version| !self.old.history.iter().any(|known| known.version == version.version)).flat_map(|version| &version.loosened).collect();
        for change in letting::changes(self.old, self.new) {
            let rule = if change.loosens { "release-loosened" } else { "release-tightened" };
            let stops = change.loosens && !stated.contains(&&change.id);
            let used = self.used.variable(&change.id);
            self.found.push(Difference { rule, variable: change.id, code: None, stops, used, what: change.what, why: why(rule) });
        }
    }

    fn mapping(&mut self) {
        let mut told: BTreeSet<(&str, i64)> = BTreeSet::new();
        for line in self.lines.clone() {
            let wrong = self.invalid(line).or_else(|| {
                let twice = line.from.iter().find(|code| !told.insert((&line.variable, **code)))?;
                Some(label(format!("code {twice} gaat tweemaal over"), format!("code {twice} goes over twice")))
            });
            if let Some(wrong) = wrong {
                self.tell("mapping-invalid", &line.variable, line.from.first().copied(), label(format!("{}: {}", line.variable, wrong.nl), format!("{}: {}", line.variable, wrong.en)));
            }
        }
    }
    fn invalid(&self, line: &Mapping) -> Option<Label> {
        let id = &line.variable;
        let known = |derived: &Derived| derived.id == *id;
        let old = self.old.variable(id);
        if old.is_none() && !self.old.derived.iter().any(known) {
            return Some(label("de oude versie heeft deze variabele niet", "the old version has no such variable"));
        }
        let before = old.map(|variable| variable.codes.as_slice()).unwrap_or_default();
        if let Some(code) = line.from.iter().find(|code| !before.iter().any(|known| known.code == **code)) {
            return Some(label(format!("de oude versie heeft geen code {code}"), format!("the old version has no code {code}")));
        }
        let after = self.new.variable(id).map(|variable| variable.codes.as_slice()).unwrap_or_default();
        if let Some(code) = line.to.iter().find(|code| !after.iter().any(|known| known.code == **code)) {
            return Some(label(format!("de nieuwe versie heeft geen code {code} in gebruik"), format!("the new version has no code {code} in use")));
        }
        let fits = match line.kind {
            MappingKind::Same => line.from == line.to,
            MappingKind::Merged => !line.from.is_empty() && line.to.len() == 1,
            MappingKind::SplitRecode => line.from.len() == 1 && line.to.len() > 1,
            MappingKind::Broken => line.to.is_empty(),
        };
        (!fits).then(|| label("van en naar passen niet bij de soort", "from and to do not fit the kind"))
    }
}

/// A condition without the accidents of its spacing.
fn plain(condition: &Option<String>) -> Option<String> {
    condition.as_ref().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn why(rule: &str) -> Label {
    let (nl, en) = match rule {
        "version-not-new" => ("elke wijziging krijgt een eigen versienummer, want een casus houdt de versie waaronder hij gecodeerd is", "every change has its own version, since a case keeps the version it was coded under"),
        "history-missing" => ("elke versie blijft in de geschiedenis staan, met datum en overgang", "every version stays in the history, with its date and mapping"),
        "variable-removed" | "code-removed" | "factor-removed" => ("wat ooit gebruikt is blijft staan, met retired_in; zo wordt het nooit opnieuw uitgegeven", "what was ever used stays listed, with retired_in; so it is never given out again"),
        "variable-reused" | "code-reused" | "factor-reused" => ("een id of code wordt nooit opnieuw gebruikt, anders betekent een oud dossier iets anders; kies een nieuwe", "an id or code is never used again, or an old record would change its meaning; choose a new one"),
        "retired-in-missing" => ("zet retired_in met deze versie bij de code, of laat de regel weg", "add retired_in with this version to the code, or drop the line"),
        "retired-in-wrong" => ("retired_in noemt de versie waarin het eruit ging; dat kan geen oude zijn", "retired_in names the version that took it out; it can't be an old one"),
        "mapping-missing" => ("zonder regel kan geen dossier of reeks over de versies heen gelezen worden; voeg toe: same, merged, split_recode of broken", "without a line no record or series can be read across versions; add one: same, merged, split_recode or broken"),
        "mapping-invalid" => ("een regel gaat van codes van de oude versie naar codes die in de nieuwe in gebruik zijn", "a line leads from codes of the old version to codes in use in the new"),
        "condition-changed" | "derivation-changed" => ("dezelfde naam gaat nu over andere gevallen; zeg met een regel zonder codes of de reeks doorloopt (same) of breekt (broken)", "the same name is now about other cases; say by a line without codes whether the series goes on (same) or breaks (broken)"),
        "range-narrowed" => ("oude getallen kunnen erbuiten vallen; zeg met een regel zonder codes dat dit niet zo is (same), of neem een nieuwe variabele", "old numbers may fall outside; say by a line without codes that they do not (same), or take a new variable"),
        "never-true" => ("een vraag die nooit gesteld wordt of een controle die nooit afgaat is een vergissing; verander de voorwaarde, of haal haar weg", "a question that is never asked or a check that never fires is a mistake; change the condition, or take it out"),
        "never-holds" => ("waar deze harde controle geldt wordt geen dossier ooit definitief; verander haar, of haal haar weg", "where this hard check applies no record ever becomes final; change it, or take it out"),
        "release-loosened" => ("er komt meer naar buiten, of er wordt minder nagekeken, dan eerst; zet het terug, of noem het bij de versie in [[history]] met loosened", "more is let out, or less is checked, than before; put it back, or name it with the version in [[history]] by loosened"),
        "release-tightened" => ("dit is strenger dan het was, en stopt niets", "this is stricter than it was, and stops nothing"),
        "exclusive-changed" => ("oude dossiers kunnen deze code naast andere hebben; neem een nieuwe code", "old records may hold this code beside others; take a new code"),
        "level-changed" | "type-changed" => ("oude antwoorden passen niet meer; een andere soort variabele krijgt een nieuwe id", "old answers no longer fit; a variable of another kind has a new id"),
        _ => ("een nieuwe betekenis krijgt een nieuwe code of id; bleef de betekenis gelijk, zeg dat met een regel 'same'", "a new meaning is a new code or id; if the meaning stayed, say so by a line 'same'"),
    };
    label(nl, en)
}
