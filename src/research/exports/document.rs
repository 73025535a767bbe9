//! The documentation of a snapshot, and invented records with the same variables to write analysis code on.

use codebook::{Codebook, Label};
use export::docs::{Level, Quality, RuleLine, Variable};
use export::flat::{Column, Kind, Value};
use export::{Category, Documentation, Flat, Language, Text};

use super::{File, both, failed, language, snapshot, text};
use crate::register::{self, Snapshot};
use crate::texts::Words;
use crate::tx::Refused;

/// The files the documentation comes in.
pub const DOCUMENTS: [&str; 6] = ["ddi", "variables-csv", "codes-csv", "rules-csv", "pdf-nl", "pdf-en"];

/// The files invented records come in.
pub const RECORDS: [&str; 3] = ["csv", "parquet", "sav"];

/// Invented records in a file.
const INVENTED: usize = 500;

fn categories(codes: &[codebook::Code]) -> Vec<Category> {
    codes.iter().map(|code| Category { code: code.code, label: text(&code.label) }).collect()
}

pub(super) fn documentation(book: &Codebook, of: Option<&Snapshot>) -> Documentation {
    let quality_of = of.map(|of| &of.quality);
    let missing = |id: &str| quality_of?.missing.get(id);
    // What is computed is told with the alpha of the weakest it is computed from.
    let doubts = of.map(|of| register::doubts(of, book, book.columns().map(|column| column.id))).unwrap_or_default();
    let alpha = |id: &str| match doubts.iter().find(|doubt| doubt.variable == id) {
        Some(doubt) => Some((format!("quality-alpha-{}", doubt.verdict.word()), doubt.alpha?)),
        None => Some(("quality-alpha".to_owned(), quality_of?.agreement.iter().find(|row| row.variable == id)?.alpha?)),
    };
    let variables = book.columns().filter(|column| column.export != "never").map(|column| {
        let coded = book.variable(column.id);
        let rule = book.rule(column.id);
        let lines = rule.iter().flat_map(|rule| &rule.lines).map(|line| RuleLine { when: text(&line.when), expression: line.expression.clone(), then: Category { code: line.code, label: text(&line.label) } }).collect();
        let mut quality: Vec<Quality> = missing(column.id).map(|share| Quality { label: both(if share.is_few() { "quality-missing-cases" } else { "quality-missing" }), value: share.to_string() }).into_iter().collect();
        if let Some((key, alpha)) = alpha(column.id) {
            quality.push(Quality { label: both(&key), value: format!("{alpha:.2}") });
        }
        Variable {
            id: column.id.to_owned(), level: column.level.to_owned(), label: text(column.label), definition: coded.map(|variable| text(&variable.definition)).or_else(|| rule.as_ref().map(|rule| text(&rule.said))).unwrap_or_default(), rule: lines,
            kind: if column.derived { "derived".to_owned() } else { column.kind.to_owned() }, codes: categories(column.codes), range: coded.map_or((None, None), |variable| variable.range),
            condition: coded.and_then(|variable| variable.condition.clone()), asked_when: book.asked_when(column.id).map(|told| text(&told)), from: book.computed(column.id).map(|derived| derived.from.clone()).unwrap_or_default(),
            export: column.export.to_owned(), gate: column.gate.to_owned(), reliability: coded.map_or_else(|| "derived".to_owned(), |variable| variable.reliability.clone()),
            source: coded.map(|variable| variable.source.clone()).unwrap_or_default(), quality,
        }
    }).collect();
    let mut quality = vec![];
    if let Some(of) = of {
        let counted = |language| Words { language }.with("quality-cases", &[("count", &of.cases.to_string()), ("left", &of.quality.left_out.to_string())]);
        quality.push(Text::new(counted(crate::texts::Language::Nl), counted(crate::texts::Language::En)));
        if of.practice {
            quality.push(both("register-invented"));
        }
    }
    let cite = |codebook: &str, state: &str| match of {
        Some(of) => format!("Lering register, {state} {} ({}), {codebook} {}. urn:lering:{}", of.number, of.taken_at.format("%Y-%m-%d"), of.codebook, of.id),
        None => format!("Lering register, {codebook} {}", book.version),
    };
    // Before the first snapshot the codebook is documented alone.
    let (id, frozen) = match of {
        Some(of) => (format!("urn:lering:{}:codebook", of.id), snapshot(of)),
        None => (format!("urn:lering:codebook:{}", book.version), export::Snapshot { id: String::new(), number: 0, date: String::new(), codebook: book.version.clone() }),
    };
    Documentation {
        id, title: text(&book.title), summary: both("register-summary"), citation: Text::new(cite("codeboek", "stand"), cite("codebook", "snapshot")), publisher: "Lering".into(), access: both("register-access"),
        quality, snapshot: frozen, levels: book.levels.iter().map(|level| Level { id: level.id.clone(), label: text(&level.label), rows: Text::new(if level.rows_nl.is_empty() { &level.rows } else { &level.rows_nl }, &level.rows), count: None }).collect(),
        missing: categories(&book.missing), variables,
    }
}

/// The documentation as a file.
///
/// # Errors
/// `NotFound` for a format there is not.
pub fn document(book: &Codebook, of: &Snapshot, format: &str) -> Result<File, Refused> {
    use export::docs::{codes_csv, ddi, pdf, rules_csv, variables_csv};
    let docs = documentation(book, Some(of));
    let made = |ending: &str, kind: &'static str, bytes: Result<Vec<u8>, export::ExportError>| Ok(File { name: format!("lering-codebook-{}-{ending}", of.codebook), kind, bytes: bytes.map_err(failed)? });
    match format {
        "ddi" => made("ddi.xml", "application/xml", ddi(&docs)),
        "variables-csv" => made("variables.csv", "text/csv; charset=utf-8", variables_csv(&docs)),
        "codes-csv" => made("codes.csv", "text/csv; charset=utf-8", codes_csv(&docs)),
        "rules-csv" => made("rules.csv", "text/csv; charset=utf-8", rules_csv(&docs)),
        "pdf-nl" => made("nl.pdf", "application/pdf", pdf(&docs, Language::Nl)),
        "pdf-en" => made("en.pdf", "application/pdf", pdf(&docs, Language::En)),
        _ => Err(Refused::NotFound),
    }
}

/// The documentation as part of a page.
///
/// # Errors
/// `Internal` when the codebook contradicts itself, which its loading excludes.
pub fn page_of(book: &Codebook, of: Option<&Snapshot>, words: &Words) -> Result<String, Refused> {
    export::docs::html(&documentation(book, of), language(words)).map_err(failed)
}

/// The levels whose rows a row of one names, itself the last: those it hangs under or links, without the case, which has a number of its own. Each
/// with the name of its key, which is a column where no variable is the key already.
fn keyed<'a>(book: &'a Codebook, level: &'a codebook::Level) -> Vec<&'a codebook::Level> {
    let mut all: Vec<&codebook::Level> = vec![];
    for next in level.parent.iter().chain(&level.links).filter_map(|id| book.levels.iter().find(|known| known.id == *id)) {
        for found in keyed(book, next) {
            if !all.iter().any(|known| known.id == found.id) {
                all.push(found);
            }
        }
    }
    let own = level.parent.is_some() && !level.key.is_empty() && !level.key.contains('+') && !book.columns().any(|column| column.level == level.id && column.id == level.key);
    if own {
        all.push(level);
    }
    all
}

/// Invented records of one level, with the variables, types and missing codes of the register and none of its records.
///
/// # Errors
/// `NotFound` for a level or a format there is not.
pub fn invented(book: &Codebook, of: &Snapshot, level: &str, format: &str, words: &Words) -> Result<File, Refused> {
    let found = book.levels.iter().find(|known| known.id == level).ok_or(Refused::NotFound)?;
    let columns: Vec<codebook::Column<'_>> = book.columns().filter(|column| column.level == level && column.export != "never").collect();
    let keyed = keyed(book, found);
    let mut rows = vec![];
    // The seed is the version of the codebook: the same file for everybody, and nothing of the snapshot.
    for (number, record) in (1_i64..).zip(synthetic::generate(book, seed(&book.version), INVENTED).map_err(|why| Refused::Internal(why.to_string()))?) {
        for (at, row) in book.flat(&record).remove(level).unwrap_or_default().into_iter().enumerate() {
            let mut values = vec![Some(Value::Number(number))];
            // Rows are numbered within their case, as the rows of other levels name them.
            values.extend(keyed.iter().map(|key| {
                let of = if key.id == found.id { Some(at) } else { row.belongs.get(&key.id).copied() };
                of.and_then(|of| i64::try_from(of + 1).ok()).map(Value::Number)
            }));
            values.extend(columns.iter().map(|column| value(column, row.values.get(column.id))));
            rows.push(values);
        }
    }
    let case = Column { id: "case_number".into(), label: both("invented-case"), kind: Kind::Integer, codes: vec![] };
    let keys = keyed.iter().map(|key| {
        let label = Text::new(format!("{}: {}", key.label.nl, both("invented-row").nl), format!("{}: {}", key.label.en, both("invented-row").en));
        Column { id: key.key.clone(), label, kind: Kind::Integer, codes: vec![] }
    });
    let told = |label: &Label| Text::new(format!("{} ({})", label.nl, both("invented").nl), format!("{} ({})", label.en, both("invented").en));
    let flat = Flat {
        title: told(&found.label), note: Text::new(format!("{} {}", both("register-invented").nl, of.codebook), format!("{} {}", both("register-invented").en, of.codebook)), missing: categories(&book.missing),
        columns: std::iter::once(case).chain(keys).chain(columns.iter().map(|column| Column { id: column.id.to_owned(), label: text(column.label), kind: kind(column), codes: categories(column.codes) })).collect(), rows,
    };
    let language = language(words);
    let made = |ending: &str, kind: &'static str, bytes: Result<Vec<u8>, export::ExportError>| Ok(File { name: format!("lering-invented-{level}.{ending}"), kind, bytes: bytes.map_err(failed)? });
    match format {
        "csv" => made("csv", "text/csv; charset=utf-8", export::flat::csv(&flat)),
        "parquet" => made("parquet", "application/vnd.apache.parquet", export::flat::parquet(&flat, language)),
        "sav" => made("sav", "application/x-spss-sav", export::flat::sav(&flat, language)),
        _ => Err(Refused::NotFound),
    }
}

fn seed(version: &str) -> u64 {
    version.bytes().fold(0, |seed, byte| seed * 131 + u64::from(byte))
}

fn kind(column: &codebook::Column<'_>) -> Kind {
    match column.kind {
        "multi" => Kind::Multi,
        "date" => Kind::Date,
        "integer" => Kind::Integer,
        "code" if !column.codes.is_empty() => Kind::Code,
        "code" => Kind::Integer,
        _ => Kind::Text,
    }
}

fn value(column: &codebook::Column<'_>, value: Option<&serde_json::Value>) -> Option<Value> {
    match value? {
        serde_json::Value::Array(codes) => Some(Value::Codes(codes.iter().filter_map(serde_json::Value::as_i64).collect())),
        serde_json::Value::Number(number) => number.as_i64().map(|number| if number < 0 { Value::Missing(number) } else if matches!(kind(column), Kind::Date | Kind::Text) { Value::Text(number.to_string()) } else { Value::Number(number) }),
        serde_json::Value::String(text) => Some(Value::Text(text.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that may leave says what it means or how it is computed, in both languages and in every document.
    #[test]
    fn no_variable_is_published_without_its_meaning_or_its_rule() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let docs = documentation(&book, None);
        for file in [export::docs::variables_csv(&docs), export::docs::codes_csv(&docs), export::docs::rules_csv(&docs)] {
            let text = String::from_utf8(file.expect("a file")).expect("text").to_lowercase();
            assert!(!text.contains("invented") && !text.contains("verzonnen"), "the codebook is no practice data");
        }
        let derived: Vec<&Variable> = docs.variables.iter().filter(|variable| variable.kind == "derived").collect();
        assert!(derived.len() > 20 && derived.iter().any(|variable| variable.rule.len() > 10), "a decision table among them");
        let empty: Vec<&str> = docs.variables.iter().filter(|variable| variable.definition.nl.trim().is_empty() || variable.definition.en.trim().is_empty()).map(|variable| variable.id.as_str()).collect();
        assert_eq!(empty, Vec::<&str>::new());
        let told = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        let (rules, xml) = (told(export::docs::rules_csv(&docs).expect("rules")), told(export::docs::ddi(&docs).expect("ddi")));
        let pages = [Language::Nl, Language::En].map(|language| export::docs::html(&docs, language).expect("page"));
        for line in derived.iter().flat_map(|variable| &variable.rule) {
            assert!(!line.when.nl.is_empty() && !line.when.en.is_empty() && !line.then.label.nl.is_empty(), "{line:?}");
            let first = |text: &str| text.split(['\'', '"', '<', '&']).next().unwrap_or_default().to_owned();
            for (whole, part) in [(&rules, &line.when.nl), (&rules, &line.when.en), (&xml, &line.when.en), (&pages[0], &line.when.nl), (&pages[1], &line.when.en)] {
                assert!(whole.contains(&first(part)), "{part}");
            }
        }
        assert!(!pages[0].contains("one row per") && pages[0].contains("één rij per"), "what a row is stands in Dutch in the Dutch document");
    }

    /// Fewer than ten cases are a count and stand apart from shares.
    #[test]
    fn a_count_is_no_share() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let quality = serde_json::from_value(serde_json::json!({ "missing": { "place_type": "few", "place_sphere": 0.1 } })).expect("a note");
        let snapshot = Snapshot { id: crate::ids::SnapshotId::new(), number: 1, practice: true, codebook: book.version.clone(), cases: 100, hash: String::new(), quality, taken_at: chrono::Utc::now() };
        let docs = documentation(&book, Some(&snapshot));
        let told = |id: &str| docs.variables.iter().find(|variable| variable.id == id).and_then(|variable| variable.quality.first()).map(|quality| (quality.label.en.clone(), quality.value.clone())).expect("a quality");
        assert_eq!([told("place_type"), told("place_sphere")], [("Missing (cases)".to_owned(), "<10".to_owned()), ("Missing (share)".to_owned(), "± 10 %".to_owned())]);
    }

    /// Who reads the codebook reads when something is asked in words; the expression stands in the files for programs.
    #[test]
    fn conditions_stand_in_words_where_people_read_them() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let docs = documentation(&book, None);
        let asked = docs.variables.iter().find(|variable| variable.id == "urbanity").expect("it is asked of the European part only");
        let (expression, words) = (asked.condition.clone().expect("a condition"), asked.asked_when.clone().expect("its words"));
        assert!(expression.contains("police_region") && !words.nl.contains("police_region") && !words.en.contains("<=") && words.nl != words.en, "{words:?}");
        assert!(docs.variables.iter().all(|variable| variable.kind == "derived" || variable.condition.is_some() == variable.asked_when.is_some()));
        let page = export::docs::html(&docs, Language::Nl).expect("a page");
        let named = words.nl.rsplit(": ").next().unwrap_or_default().split([';', '\'', '&']).next().unwrap_or_default().to_owned();
        assert!(!named.is_empty() && page.contains(&named), "{named}");
    }

    /// A row of each level names the rows it hangs under or links by numbers that stand in their files.
    #[test]
    fn invented_rows_are_joined_by_their_keys() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let of = |level: &str| keyed(&book, book.levels.iter().find(|known| known.id == level).expect("a level")).into_iter().map(|level| level.key.as_str()).collect::<Vec<_>>();
        assert_eq!(["case", "victim", "relation", "review", "recommendation"].map(of), [vec![], vec!["victim_no"], vec!["victim_no", "suspect_no"], vec!["review_no"], vec!["review_no", "recommendation_no"]]);
        let words = Words { language: crate::texts::Language::En };
        let snapshot = Snapshot {
            id: crate::ids::SnapshotId::new(), number: 1, practice: true, codebook: book.version.clone(), cases: 0, hash: String::new(), quality: serde_json::from_value(serde_json::json!({})).expect("a note"),
            taken_at: chrono::Utc::now(),
        };
        let rows = |level: &str| {
            let file = invented(&book, &snapshot, level, "csv", &words).expect("a file");
            let text = String::from_utf8(file.bytes).expect("text");
            text.trim_start_matches('\u{feff}').lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        let (victims, relations) = (rows("victim"), rows("relation"));
        assert_eq!((&victims[0][..2], &relations[0][..3]), (["case_number", "victim_no"].map(str::to_owned).as_slice(), ["case_number", "victim_no", "suspect_no"].map(str::to_owned).as_slice()));
        let known: std::collections::BTreeSet<&[String]> = victims[1..].iter().map(|row| &row[..2]).collect();
        assert_eq!(known.len(), victims.len() - 1, "a key is one row's");
        assert!(relations.len() > victims.len() / 2 && relations[1..].iter().all(|row| known.contains(&row[..2])), "each relation has its victim");
    }
}
