//! Expressions in three values, and how one that can't be understood is refused.

use codebook::{Asked, Codebook, Record};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A codebook whose last variable is asked under a condition.
fn small(condition: &str, more: &str) -> String {
    let mut text = r#"
        [codebook]
        version = "1"
        title = { nl = "klein", en = "small" }
        [[level]]
        id = "case"
        label = { nl = "casus", en = "case" }
        [[level]]
        id = "person"
        parent = "case"
        label = { nl = "persoon", en = "person" }
    "#.to_owned();
    let variables = [
        ("gate", "case", "code", "codes = [{ code = 1, nl = 'ja', en = 'yes' }, { code = 2, nl = 'nee', en = 'no' }]"), ("a", "case", "integer", "min = 0\nmax = 99"), ("b", "case", "integer", ""),
        ("closed", "case", "integer", "condition = 'gate == 2'"), ("m", "case", "multi", "codes = [{ code = 1, nl = '', en = '' }, { code = 2, nl = '', en = '' }, { code = 9, nl = '', en = '' }]\nexclusive = [9]"),
        ("from", "case", "date", ""), ("to", "case", "date", ""), ("word", "case", "text_internal", ""), ("age", "person", "integer", ""),
    ];
    for (id, level, kind, rest) in variables {
        text += &format!("[[variable]]\nid = '{id}'\nlevel = '{level}'\nlabel = {{ nl = '{id}', en = '{id}' }}\ntype = '{kind}'\nrequired_at = 'coding'\n{rest}\n");
    }
    text += &format!("[[variable]]\nid = 'probe'\nlevel = 'case'\nlabel = {{ nl = 'probe', en = 'probe' }}\ntype = 'integer'\nrequired_at = 'coding'\ncondition = '''{condition}'''\n{more}");
    text
}

fn asked(condition: &str, case: &Value, persons: &Value) -> (Asked, Value) {
    let book = Codebook::parse(&small(condition, "")).unwrap_or_else(|why| panic!("{condition}: {why}"));
    let record: Record = serde_json::from_value(json!({ "case": [case], "person": persons })).unwrap();
    let cell = book.examine(&record).cell("case", 0, "probe").unwrap().clone();
    (cell.asked, cell.value)
}

/// What a condition gives: yes, no, or undecided for the sake of -8 or -9.
fn truth(condition: &str, case: &Value, persons: &Value) -> i64 {
    match asked(condition, case, persons) {
        (Asked::Open, _) => 1,
        (Asked::Closed, value) => {
            assert_eq!(value, -7);
            0
        }
        (_, value) => value.as_i64().unwrap(),
    }
}

#[test]
fn three_values_follow_the_table() {
    let case = json!({ "gate": 1, "a": 5, "b": -8, "m": [1, 2], "from": "2024-05", "to": "2024-05-20" });
    // a is 5, b unknown, closed is -7, word not collected.
    let table = [
        ("always", 1), ("a == 5", 1), ("a != 5", 0), ("a < 5", 0), ("a <= 5", 1), ("a > 4", 1), ("a >= 6", 0), ("a in [4, 5]", 1), ("a in [4, -5]", 0),
        ("b == 5", -8), ("b != 5", -8), ("b in [5]", -8), ("closed == 5", 0), ("closed != 5", 0), ("not closed == 5", 1), ("closed == b", 0), ("b == closed", 0),
        ("a == 5 and b == 5", -8), ("a == 6 and b == 5", 0), ("b == 5 and a == 6", 0), ("a == 5 or b == 5", 1), ("b == 5 or a == 5", 1), ("a == 6 or b == 5", -8), ("not b == 5", -8), ("not (a == 6 or a == 7)", 1),
        ("missing(b)", 1), ("missing(a)", 0), ("missing(closed)", 0), ("missing(word)", 1), ("not missing(b) and b == 5", 0),
        ("a + 2 == 7", 1), ("a - 2 * 2 == 1", 1), ("(a - 2) * 2 == 6", 1), ("a + b == 7", -8), ("a + closed == 7", 0), ("b + closed == 7", 0),
        ("has(m, 1)", 1), ("has(m, 9)", 0), ("has_any(m, 9, 2)", 1), ("has_any(m, 9)", 0), ("has(m, b)", -8), ("size(m) == 2", 1), ("has(m, a)", 0),
        ("days(from, to) >= -11", 1), ("days(from, to) >= 0", -8), ("days(from, to) > 19", 0), ("days(from, to) <= 0", -8), ("days(from, to) <= 19", 1), ("days(from, to) <= -12", 0), ("days(from, to) < -11", 0), ("days(from, to) < 0", -8),
        ("days(from, to) == 0", -8), ("days(from, to) == 30", 0), ("days(from, to) != 0", -8), ("days(from, to) != 30", 1), ("days(from, to) in [0]", -8), ("days(from, to) in [20, 30]", 0), ("days(from, to) * -1 <= 11", 1), ("months(from, to) == 0", 1), ("year(from) == 2024", 1), ("year(to) < 2024", 0),
        ("any(person, age >= 18)", 1), ("all(person, age >= 18)", 0), ("any(person, age >= 80)", -8), ("all(person, age >= 3)", -8), ("count(person) == 3", 1), ("count(person, age >= 18) >= 1", 1),
        ("count(person, age >= 18) >= 2", -8), ("count(person, age >= 18) >= 3", 0), ("distinct(person, age, age >= 1) >= 2", 1), ("distinct(person, age, age >= 1) >= 3", -8), ("distinct(person, age, age >= 1) >= 4", 0),
    ];
    for (condition, wanted) in table {
        assert_eq!(truth(condition, &case, &json!([{ "age": 4 }, { "age": 40 }, { "age": -6 }])), wanted, "{condition}");
    }
    let bare = json!({ "m": [9] });
    for (condition, wanted) in [("a == 5", -9), ("b == 5 or a == 5", -9), ("size(m) == 0", 1), ("any(person, age >= 1)", 0), ("all(person, age >= 1)", 1), ("days(from, to) >= 0", -9), ("closed == 1", -9), ("a + b == 1", -9)] {
        assert_eq!(truth(condition, &bare, &json!([])), wanted, "{condition}");
    }
    // What is not yet collected weighs more than what is unknown: it can still be.
    for condition in ["a == 5 or b == 5", "b == 5 or a == 5", "a == 5 and b == 5", "a == b"] {
        assert_eq!(truth(condition, &json!({ "a": -6 }), &json!([])), -9, "{condition}");
    }
}

#[test]
fn a_code_that_stands_where_the_question_is_closed_counts_as_not_applicable() {
    let book = Codebook::parse(&small("gate == 1", "")).unwrap();
    let mut told: Record = serde_json::from_value(json!({ "case": [{ "gate": 2, "probe": 7 }] })).unwrap();
    let examined = book.examine(&told);
    assert_eq!(examined.cell("case", 0, "probe").unwrap().value, -7);
    assert_eq!(examined.leftover.iter().map(codebook::Place::field).collect::<Vec<_>>(), ["case[0].probe"]);
    assert_eq!((book.drop_leftover(&mut told).len(), told), (1, serde_json::from_value(json!({ "case": [{ "gate": 2 }] })).unwrap()));
}

#[test]
fn an_expression_that_cannot_be_understood_is_refused_by_variable_place_and_reason() {
    let refused = |condition: &str| Codebook::parse(&small(condition, "")).unwrap_err().to_string();
    let table = [
        ("gaet == 1", "there is no variable gaet (character 1 of"), ("gate == 3", "gate has no code 3"), ("gate in [1, 4]", "gate has no code 4"), ("has(m, 3)", "m has no code 3"), ("gate = 1", "'=' is one too many"),
        ("gate == 1 and", "the text ends"), ("age == 1", "age belongs to person, which a row of case reaches only through"), ("any(planet, age == 1)", "there is no level planet"), ("any(person)", "any() does not take 1 parts"),
        ("size(a) == 1", "a has no several codes"), ("m == 1", "m is no number"), ("days(a, to) == 1", "a is no date"), ("word == 1", "word is no number"), ("a", "a is not true or false"), ("a + 1", "a number is not true or false"),
        ("frobnicate(a) == 1", "there is no function frobnicate() that gives a number"), ("frobnicate(a)", "frobnicate() is not true or false"), ("factor(x) == 1", "there is no factor x"), ("factors_in_scope == 1", "there is no catalogue"),
        ("probe == 1", "needs itself: probe → probe"),
    ];
    for (condition, why) in table {
        let told = refused(condition);
        assert!(told.starts_with("codebook: probe") && told.contains(why), "{condition}: {told}");
    }
}

#[test]
fn what_contradicts_itself_elsewhere_is_refused_too() {
    let refused = |more: &str| Codebook::parse(&small("always", more)).unwrap_err().to_string();
    let derived = |id: &str, rest: &str| format!("[[derived]]\nid = '{id}'\nlevel = 'case'\nlabel = {{ nl = '', en = '' }}\ntype = 'code'\ncodes = [{{ code = 1, nl = '', en = '' }}]\n{rest}\n");
    let check = |when: &str, then: &str| format!("[[check]]\nid = 'C1'\nlevel = 'case'\nseverity = 'hard'\nwhen = '{when}'\nthen = '{then}'\nmessage = {{ nl = '', en = '' }}\n");
    let table = [
        (check("gaet == 1", "always"), "C1.when: there is no variable gaet"), (check("always", "gate == 9"), "C1.then: gate has no code 9"), (check("always", "always").replace("hard", "firm"), "unknown variant `firm`"),
        (derived("x", "method = 'map'\nfrom = ['gate']\nmap = [{ from = [1], code = 1 }]"), "x: does not say what becomes of code 2"),
        (derived("x", "method = 'map'\nfrom = ['gate']\nmap = [{ from = [1, 2, 3], code = 1 }]"), "x: gate has no code 3"), (derived("x", "method = 'map'\nfrom = ['gate']\nmap = [{ from = [1, 2], code = 4 }]"), "x: gives code 4"),
        (derived("x", "method = 'bands'\nfrom = ['a']\nbands = [{ min = 0, max = 5, code = 1 }, { min = 5, max = 9, code = 1 }]"), "x: the band 5-9"), (derived("x", "method = 'magic'"), "x: there is no method magic"),
        (derived("x", "method = 'function'\nfunction = 'size(m) +'"), "x.function: the text ends"), (derived("x", "method = 'cases'\ncases = [{ when = 'gaet == 1', code = 1 }]"), "x.cases[0]: there is no variable gaet"),
        (derived("x", "method = 'map'\nfrom = ['gaet']\nmap = []"), "x.from: there is no variable gaet"), (derived("x", "method = 'map'\nfrom = ['age']\nmap = []"), "x.from: age belongs to person"),
        (derived("x", "method = 'function'\nfunction = 'y + 1'") + &derived("y", "method = 'function'\nfunction = 'x + 1'"), "needs itself: x → y → x"),
        (derived("x", "method = 'function'\nfunction = 'a'\ncoarse = 'nowhere'"), "x: there is no variable nowhere to be coarser"),
    ];
    for (more, why) in table {
        let told = refused(&more);
        assert!(told.contains(why), "{why}: {told}");
    }
    let cycle = small("closed == 1", "").replace("condition = 'gate == 2'", "condition = 'probe == 2'");
    assert!(Codebook::parse(&cycle).unwrap_err().to_string().contains("needs itself: closed → probe → closed"));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fall(text in "[a-z0-9 ()<>=!,;+*\\-\\[\\]_é]{0,60}") {
        let _ = Codebook::parse(&small(&text, ""));
    }

    #[test]
    fn what_is_not_so_is_decided_exactly_when_what_is_so_is(a in -10i64..12, b in -10i64..12, sign in prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="])) {
        let told = |number: i64| if (-9..-5).contains(&number) { json!(-8) } else { json!(number) };
        let case = json!({ "a": told(a), "b": told(b) });
        let (so, not) = (truth(&format!("a {sign} b"), &case, &json!([])), truth(&format!("not a {sign} b"), &case, &json!([])));
        prop_assert_eq!(if so >= 0 { 1 - so } else { so }, not);
    }
}
