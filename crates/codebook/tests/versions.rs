//! A second version, invented: what it may not do is named by rule, and records go over by its lines.

use codebook::{Codebook, Difference, Record, Used, compare, map_record};
use serde_json::{Value, json};

/// A small codebook of one version.
fn book(version: &str, variables: &str, history: &str) -> Codebook {
    Codebook::parse(&format!(r#"
        [codebook]
        version = "{version}"
        title = {{ nl = "klein", en = "small" }}
        [[level]]
        id = "case"
        label = {{ nl = "casus", en = "case" }}
        {variables}
        [[history]]
        version = "2026.1"
        {history}
    "#)).unwrap()
}

fn variable(id: &str, rest: &str) -> String {
    format!("[[variable]]\nid = '{id}'\nlevel = 'case'\nlabel = {{ nl = '{id}', en = '{id}' }}\nrequired_at = 'coding'\n{rest}\n")
}

fn code(code: i64, name: &str, rest: &str) -> String {
    format!("{{ code = {code}, nl = '{name}', en = '{name}'{rest} }}")
}

fn coded(kind: &str, codes: &[String]) -> String {
    format!("type = '{kind}'\ncodes = [{}]", codes.join(", "))
}

/// `place` with home, street, other and one long gone; `harm` with several codes; `age`.
fn old() -> Codebook {
    let place = variable("place", &coded("code", &[code(1, "home", ""), code(2, "street", ""), code(3, "other", ""), code(9, "gone", ", retired_in = '2026.1'")]));
    let harm = variable("harm", &coded("multi", &[code(1, "blow", ""), code(2, "cut", ""), code(3, "none", "")]));
    book("2026.1", &[place, harm, variable("age", "type = 'integer'\nmin = 0\nmax = 110"), derived("age")].concat(), "")
}

fn derived(from: &str) -> String {
    format!("[[derived]]\nid = 'double'\nlevel = 'case'\nlabel = {{ nl = '', en = '' }}\ntype = 'integer'\nmethod = 'function'\nfunction = '{from} * 2'\n")
}

fn used() -> Used {
    let mut used = Used::default();
    used.add(&record(json!({ "case": [{ "place": 2, "harm": [1, 2], "age": 40 }] })));
    used
}

fn record(told: Value) -> Record {
    serde_json::from_value(told).unwrap()
}

/// The next version, told by its parts, and the rules it breaks: `rule variable code`.
fn broken(place: &[String], harm: &str, age: &str, lines: &str) -> Vec<String> {
    let new = book("2027.1", &[variable("place", &coded("code", place)), harm.to_owned(), age.to_owned(), derived("age")].concat(), &format!("[[history]]\nversion = '2027.1'\nmapping = [{lines}]"));
    let found = compare(&old(), &new, &used());
    for one in &found {
        assert!(!one.what.nl.is_empty() && !one.what.en.is_empty() && !one.why.nl.is_empty() && !one.why.en.is_empty() && one.why.nl != one.why.en);
    }
    found.iter().map(named).collect()
}

fn named(one: &Difference) -> String {
    format!("{} {}{}", one.rule, one.variable, one.code.map(|code| format!(" {code}")).unwrap_or_default())
}

fn places() -> Vec<String> {
    vec![code(1, "home", ""), code(2, "street", ""), code(3, "other", ""), code(9, "gone", ", retired_in = '2026.1'")]
}
fn harm() -> String {
    variable("harm", &coded("multi", &[code(1, "blow", ""), code(2, "cut", ""), code(3, "none", "")]))
}
fn age() -> String {
    variable("age", "type = 'integer'\nmin = 0\nmax = 110")
}
const GONE: &str = ", retired_in = '2027.1'";

#[test]
fn a_version_that_only_adds_breaks_nothing() {
    let mut more = places();
    more.push(code(4, "boat", ""));
    assert_eq!(broken(&more, &harm(), &(age() + &variable("hour", "type = 'integer'")), ""), Vec::<String>::new());
}

#[test]
fn codes_and_variables_never_vanish_return_or_change_their_meaning() {
    let with = |at: usize, code: String| {
        let mut codes = places();
        codes[at] = code;
        codes
    };
    assert_eq!(broken(&places()[..2], &harm(), &age(), ""), ["code-removed place 3", "code-removed place 9"]);
    assert_eq!(broken(&places(), "", &age(), ""), ["variable-removed harm"]);
    assert_eq!(broken(&with(3, code(9, "moon", "")), &harm(), &age(), ""), ["code-reused place 9"]);
    assert_eq!(broken(&with(0, code(1, "shed", "")), &harm(), &age(), ""), ["meaning-changed place 1"]);
    assert_eq!(broken(&with(0, code(1, "the home", "")), &harm(), &age(), "{ variable = 'place', from = 1, to = 1, kind = 'same' }"), Vec::<String>::new());
    assert_eq!(broken(&with(2, code(3, "other", ", retired_in = '2026.1'")), &harm(), &age(), "{ variable = 'place', from = 3, kind = 'broken' }"), ["retired-in-wrong place 3"]);
    assert_eq!(broken(&places(), &harm(), &age(), "{ variable = 'place', from = 3, to = 1, kind = 'merged' }"), ["retired-in-missing place 3"]);
    assert_eq!(broken(&places(), &harm().replace("multi", "code"), &age(), ""), ["type-changed harm"]);
    assert_eq!(broken(&places(), &harm(), &variable("age", "type = 'integer'\nmin = 12\nmax = 110"), ""), ["range-narrowed age"]);
    assert_eq!(broken(&places(), &harm(), &variable("age", "type = 'integer'\nmin = 0\nmax = 110\ncondition = 'place == 1'"), ""), ["condition-changed age"]);
    assert_eq!(broken(&places(), &harm(), &age().replace("en = 'age'", "en = 'years'"), ""), ["meaning-changed age"]);
    assert_eq!(broken(&places(), &harm(), &age().replace("en = 'age'", "en = 'years'"), "{ variable = 'age', kind = 'same' }"), Vec::<String>::new());
    assert_eq!(broken(&places(), &harm().replace("codes =", "exclusive = [3]\ncodes ="), &age(), ""), ["exclusive-changed harm 3"]);
}

#[test]
fn what_goes_out_of_use_says_how_it_goes_over_and_only_what_is_used_stops() {
    let gone = |at: usize, name: &str| {
        let mut codes = places();
        codes[at] = code(i64::try_from(at).unwrap() + 1, name, GONE);
        codes
    };
    let told = |at, name| {
        let new = book("2027.1", &[variable("place", &coded("code", &gone(at, name))), harm(), age(), derived("age")].concat(), "[[history]]\nversion = '2027.1'");
        compare(&old(), &new, &used())
    };
    let (street, other) = (told(1, "street"), told(2, "other"));
    assert_eq!((named(&street[0]), street[0].stops, street[0].used), ("mapping-missing place 2".into(), true, 1));
    assert_eq!((named(&other[0]), other[0].stops, other[0].used), ("mapping-missing place 3".into(), false, 0));
    assert_eq!(broken(&gone(1, "street"), &harm(), &age(), "{ variable = 'place', from = 2, to = 3, kind = 'merged' }"), Vec::<String>::new());
    assert_eq!(broken(&places(), &(harm() + "retired_in = '2027.1'\n"), &age(), ""), ["mapping-missing harm"]);
    assert_eq!(broken(&places(), &(harm() + "retired_in = '2027.1'\n"), &age(), "{ variable = 'harm', kind = 'broken' }"), Vec::<String>::new());
}

#[test]
fn lines_that_lead_nowhere_are_named() {
    let mut split = places();
    split[1] = code(2, "street", GONE);
    split.extend([code(4, "road", ""), code(5, "path", "")]);
    let line = |rest: &str| broken(&split, &harm(), &age(), &format!("{{ variable = 'place', {rest} }}"));
    assert_eq!(line("from = 2, to = [4, 5], kind = 'split_recode'"), Vec::<String>::new());
    for wrong in ["from = 2, to = [4, 6], kind = 'split_recode'", "from = 2, to = [9, 4], kind = 'split_recode'", "from = 2, to = 4, kind = 'split_recode'", "from = 2, to = [4, 5], kind = 'merged'", "from = 2, to = 4, kind = 'broken'", "from = 2, to = 4, kind = 'same'"] {
        assert_eq!(line(wrong), ["mapping-invalid place 2"], "{wrong}");
    }
    assert_eq!(line("from = 2, to = [4, 5], kind = 'split_recode' }, { variable = 'place', from = 7, to = 4, kind = 'merged'"), ["mapping-invalid place 7"]);
    assert_eq!(line("from = 2, to = [4, 5], kind = 'split_recode' }, { variable = 'place', from = 2, kind = 'broken'"), ["mapping-invalid place 2"]);
    assert_eq!(line("from = 2, to = [4, 5], kind = 'split_recode' }, { variable = 'moon', kind = 'broken'"), ["mapping-invalid moon"]);
}

#[test]
fn a_version_has_a_number_of_its_own_and_a_place_in_the_history() {
    let parts = [variable("place", &coded("code", &places())), harm(), age()].concat();
    let told = |version: &str, history: &str, from: &str| compare(&old(), &book(version, &(parts.clone() + &derived(from)), history), &used()).iter().map(named).collect::<Vec<_>>();
    assert_eq!(told("2026.1", "", "age"), ["version-not-new 2026.1"]);
    assert_eq!(told("2027.1", "", "age"), ["history-missing 2027.1"]);
    assert_eq!(told("2027.1", "[[history]]\nversion = '2027.1'", "3"), ["derivation-changed double"]);
    let refused = std::panic::catch_unwind(|| book("2027.1", "", "[[history]]\nversion = '2027.1'\nmapping = [{ variable = 'x', kind = 'guess' }]"));
    assert!(refused.is_err(), "a kind nobody knows is refused with the file");
}

#[test]
fn records_go_over_by_the_lines_and_what_cannot_is_work() {
    let place = variable("place", &coded("code", &[code(1, "home", ""), code(2, "street", GONE), code(3, "other", GONE), code(4, "road", ""), code(5, "path", "")]));
    let harm = variable("harm", &coded("multi", &[code(1, "blow", GONE), code(2, "cut", GONE), code(3, "none", ""), code(4, "wound", ""), code(5, "stab", GONE)]));
    let lines = "{ variable = 'place', from = 2, to = [4, 5], kind = 'split_recode' }, { variable = 'harm', from = [1, 2], to = 4, kind = 'merged' }, { variable = 'harm', from = 5, kind = 'broken' }";
    let new = book("2027.1", &[place, harm].concat(), &format!("[[history]]\nversion = '2027.1'\nmapping = [{lines}]"));
    let mapping = &new.history.last().unwrap().mapping;
    let told = record(json!({ "case": [{ "key": "c", "place": 2, "harm": [2, 1, 5], "age": 40 }, { "place": 1, "harm": -8 }, { "place": 3, "harm": [5] }, { "place": -6, "harm": [3] }] }));
    let (mapped, work) = map_record(&told, mapping, &new);
    assert_eq!(mapped, record(json!({ "case": [{ "key": "c", "harm": [4] }, { "place": 1, "harm": -8 }, {}, { "place": -6, "harm": [3] }] })));
    let work: Vec<_> = work.iter().map(|work| format!("{} {} was {} now {:?}", work.place.field(), work.rule, work.was, work.choices)).collect();
    assert_eq!(work, [
        "case[0].harm broken was [2,1,5] now []", "case[0].place split was 2 now [4, 5]", "case[2].harm broken was [5] now []", "case[0].age not-in-version was 40 now []", "case[2].place not-in-version was 3 now []",
    ]);
    assert_eq!(codebook::faults(&new, &mapped).iter().map(|fault| fault.rule).collect::<Vec<_>>(), ["only-one"], "but for the rows of this test");
    let (mapped, work) = map_record(&record(json!({ "moon": [{ "age": 4 }] })), mapping, &new);
    assert_eq!((mapped, work[0].place.field(), work[0].rule), (Record::default(), "moon[0].age".into(), "not-in-version"));
}

#[test]
fn the_codebook_of_the_repository_does_not_differ_from_itself_but_in_its_number() {
    let text = std::fs::read_to_string("../../config/codebook/2026.1.toml").unwrap();
    let (old, new) = (Codebook::parse(&text).unwrap(), Codebook::parse(&(text.replacen("version = \"2026.1\"", "version = \"2027.1\"", 1) + "\n[[history]]\nversion = \"2027.1\"\ndate = 2027-01-01\nnote = \"\"\nmapping = []\n")).unwrap());
    assert_eq!(compare(&old, &new, &Used::default()), []);
    assert_eq!(compare(&old, &old, &Used::default()).iter().map(named).collect::<Vec<_>>(), ["version-not-new 2026.1"]);
}

#[test]
fn what_lets_out_more_or_checks_less_stops_until_the_version_says_so_and_what_is_stricter_is_told() {
    let text = std::fs::read_to_string("../../config/codebook/2026.1.toml").unwrap();
    let old = Codebook::parse(&text).unwrap();
    let entry = |kind: &str, id: &str| {
        let begin = text.find(&format!("[[{kind}]]\nid = \"{id}\"\n")).unwrap_or_else(|| panic!("{id}"));
        let end = text[begin + 4..].find("\n[[").map_or(text.len(), |at| begin + 4 + at);
        text[begin..end].to_owned()
    };
    let told = |change: &dyn Fn(&str) -> String, loosened: &str| -> Vec<(String, bool)> {
        let changed = change(&text);
        assert_ne!(changed, text);
        let next = changed.replacen("version = \"2026.1\"", "version = \"2027.1\"", 1) + &format!("\n[[history]]\nversion = \"2027.1\"\ndate = 2027-01-01\nnote = \"\"\nmapping = []\nloosened = [{loosened}]\n");
        let found = compare(&old, &Codebook::parse(&next).unwrap(), &used());
        assert!(found.iter().all(|one| !one.why.nl.is_empty() && one.why.nl != one.why.en));
        found.iter().map(|one| (format!("{} {}", one.rule, one.variable), one.stops)).collect()
    };
    let within = |kind: &'static str, id: &'static str, from: &'static str, to: &'static str| {
        let before = entry(kind, id);
        assert!(before.contains(from), "{id}: {from}");
        move |text: &str| text.replacen(&before, &before.replacen(from, to, 1), 1)
    };
    let loosened = |id: &str, stops: bool| vec![(format!("release-loosened {id}"), stops)];
    let exported = within("variable", "incident_date", "export = \"never\"", "export = \"public\"");
    assert_eq!(told(&exported, ""), loosened("incident_date", true));
    assert_eq!(told(&exported, "\"incident_date\""), loosened("incident_date", false), "stated, it is told and stops nothing");
    assert_eq!(told(&within("variable", "incident_date", "gate = \"none\"", "gate = \"key\""), ""), loosened("incident_date", true));
    assert_eq!(told(&within("variable", "incident_date", "identifying = \"direct\"", "identifying = \"none\""), ""), loosened("incident_date", true));
    for (from, to, id) in [
        ("threshold_cell_and_remainder = 10", "threshold_cell_and_remainder = 2", "release.threshold_cell_and_remainder"), ("rounding = 5", "rounding = 1", "release.rounding"), ("max_keys = 2", "max_keys = 5", "release.max_keys"),
        ("no_means = true", "no_means = false", "release.no_means"), ("no_means = true\n", "", "release.no_means"), ("minimum_units = 30", "minimum_units = 3", "reliability.minimum_units"), ("tentative = 0.67", "tentative = 0.5", "reliability.tentative"),
    ] {
        assert_eq!(told(&|text: &str| text.replacen(from, to, 1), ""), loosened(id, true), "{to}");
    }
    let gone = entry("check", "C01");
    assert_eq!(told(&|text: &str| text.replacen(&gone, "", 1), ""), loosened("C01", true));
    assert_eq!(told(&within("check", "C57", "severity = \"hard\"", "severity = \"soft\""), ""), loosened("C57", true));
    assert_eq!(told(&within("check", "C57", "when = \"homicide_certainty == 1\"", "when = \"homicide_certainty == 2\""), "\"C57\""), loosened("C57", false));
    let stricter = |id: &str| vec![(format!("release-tightened {id}"), false)];
    assert_eq!(told(&within("check", "C58", "severity = \"soft\"", "severity = \"hard\""), ""), stricter("C58"));
    assert_eq!(told(&|text: &str| text.replacen("rounding = 5", "rounding = 10", 1), ""), stricter("release.rounding"));
}
