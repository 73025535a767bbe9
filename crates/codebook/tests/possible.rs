//! Conditions that can never be true are found and named; those that can are left alone.

use codebook::{Codebook, Used, compare};

fn book(condition: &str) -> Codebook {
    let mut text = "[codebook]\nversion = '1'\ntitle = { nl = 'klein', en = 'small' }\n[[level]]\nid = 'case'\nlabel = { nl = 'casus', en = 'case' }\n[[level]]\nid = 'person'\nparent = 'case'\nlabel = { nl = 'persoon', en = 'person' }\n".to_owned();
    let codes = |some: &[i64]| format!("codes = [{}]", some.iter().map(|code| format!("{{ code = {code}, nl = 'c{code}', en = 'c{code}' }}")).collect::<Vec<_>>().join(", "));
    for (id, level, kind, rest) in [
        ("sex", "case", "code", codes(&[1, 2, 3])), ("age", "case", "integer", "min = 0\nmax = 110".to_owned()), ("free", "case", "integer", String::new()),
        ("shut", "case", "code", format!("{}\ncondition = 'sex == 2'", codes(&[1, 2]))), ("harm", "case", "multi", codes(&[1, 2, 9])), ("role", "person", "code", codes(&[1, 2])),
    ] {
        text += &format!("[[variable]]\nid = '{id}'\nlevel = '{level}'\nlabel = {{ nl = '{id}', en = '{id}' }}\ntype = '{kind}'\nrequired_at = 'coding'\n{rest}\n");
    }
    for (id, level, rest) in [
        ("peopled", "case", "method = 'cases'\ncases = [{ when = 'any(person, role == 1)', code = 1 }, { when = 'count(person) > 0', code = 3 }, { when = 'always', code = 2 }]".to_owned()),
        ("folded", "case", "from = ['sex']\nmethod = 'map'\nmap = [{ from = [1], code = 1 }, { from = [2, 3], code = 2 }]".to_owned()),
        ("aged", "case", "from = ['age']\nmethod = 'bands'\nbands = [{ min = 0, max = 17, code = 1 }, { min = 18, max = 110, code = 2 }]".to_owned()),
        ("again", "case", "method = 'cases'\ncases = [{ when = 'peopled == 1', code = 1 }, { when = 'always', code = 2 }]".to_owned()),
    ] {
        text += &format!("[[derived]]\nid = '{id}'\nlevel = '{level}'\nlabel = {{ nl = '{id}', en = '{id}' }}\ntype = 'code'\n{}\n{rest}\n", codes(&[1, 2, 3]));
    }
    text += &format!("[[variable]]\nid = 'probe'\nlevel = 'case'\nlabel = {{ nl = 'probe', en = 'probe' }}\ntype = 'integer'\nrequired_at = 'coding'\ncondition = '{condition}'\n");
    Codebook::parse(&text).unwrap_or_else(|why| panic!("{condition}: {why}"))
}

#[test]
fn what_can_never_be_true_is_named() {
    for (condition, name) in [
        ("sex == 1 and sex == 2", "sex"), ("sex in [1, 2] and sex == 3", "sex"), ("sex > 3", "sex"), ("sex < 1", "sex"), ("age > 110", "age"), ("age < 0", "age"), ("age > 50 and age < 50", "age"),
        ("free > 5 and not free > 3", "free"), ("free == 4 and free != 4", "free"), ("sex == 1 and (sex == 2 or sex == 3)", "sex"), ("missing(sex) and sex == 1", "sex"), ("missing(shut) and shut != 1", "shut"),
        ("sex != 1 and sex != 2 and sex != 3", "sex"), ("any(person, role == 1 and role == 2)", "role"), ("count(person) < 0", "person"), ("size(harm) > 3", "harm"), ("1 == 2", "1"), ("age - age > 110", "age"),
        ("has(harm, 1) and not has(harm, 1)", "harm"), ("not has(harm, 1) and has(harm, 1)", "harm"), ("has_any(harm, 1, 2) and not has(harm, 1) and not has(harm, 2)", "harm"), ("5 < age and age <= 5", "age"), ("age in [3, 4] and not age in [3, 4] and not missing(age)", "age"),
    ] {
        let never = book(condition).never();
        assert_eq!(never.iter().map(|one| one.at.as_str()).collect::<Vec<_>>(), ["probe.condition"], "{condition}");
        assert!(never[0].why.en.contains(name) && never[0].why.nl.contains(name.split("person").next().unwrap_or_default()) && never[0].why.nl != never[0].why.en, "{condition}: {:?}", never[0]);
    }
}

#[test]
fn what_can_be_true_is_left_alone() {
    for condition in [
        "sex == 1 or sex == 2", "sex == 1 and shut == 1", "sex >= 3", "age >= 110", "age == 0", "missing(sex)", "missing(sex) or sex == 1", "not shut == 1 and not shut == 2", "any(person, role == 1) and any(person, role == 2)",
        "all(person, role == 1 and role == 2)", "has(harm, 1) and has(harm, 2)", "has(harm, 1) and not has(harm, 2)", "has_any(harm, 1, 2) and not has(harm, 1)", "not has(harm, 1) and not has(harm, 2)", "free != 4", "age - free > 200", "not (sex == 1 and sex == 2)", "sex in [1, 2] and sex in [2, 3]", "count(person) > 300", "always",
    ] {
        assert_eq!(book(condition).never(), [], "{condition}");
    }
}

#[test]
fn what_is_derived_is_looked_through() {
    for condition in [
        "peopled == 1 and not any(person, role == 1)", "not any(person, role == 1) and peopled == 1", "peopled == 1 and count(person) == 0", "peopled == 2 and count(person) > 0", "peopled == 2 and any(person, role == 2)",
        "peopled == 3 and any(person, role == 1)", "peopled in [1, 3] and count(person) == 0", "count(person) == 0 and any(person, role == 2)", "folded == 1 and sex == 2", "sex == 2 and folded == 1", "folded == 2 and sex < 2",
        "folded == 3", "aged == 1 and age > 17", "age > 17 and aged == 1", "again == 1 and count(person) == 0", "not (peopled == 1 or peopled != 1) and not missing(peopled) and peopled in [1, 2, 3]", "not always",
    ] {
        let never = book(condition).never();
        assert_eq!(never.iter().map(|one| one.at.as_str()).collect::<Vec<_>>(), ["probe.condition"], "{condition}");
        assert!(!never[0].why.nl.is_empty() && never[0].why.nl != never[0].why.en, "{condition}: {:?}", never[0]);
    }
    for condition in [
        "peopled == 1 and any(person, role == 2)", "peopled == 3 and count(person) == 1", "peopled == 2 and count(person) == 0", "peopled in [1, 2] and count(person) == 0", "folded == 2 and sex == 3", "aged == 2 and age == 18",
        "missing(peopled) and count(person) == 0", "not peopled == 1 and any(person, role == 2)", "again == 2 and count(person) == 0", "again == 2 and any(person, role == 2)", "peopled == 1 and folded == 1 and aged == 1",
        // What a row reads of another level is not looked through.
        "any(person, peopled == 2 and role == 1)",
    ] {
        assert_eq!(book(condition).never(), [], "{condition}");
    }
}

#[test]
fn the_codebook_has_none_and_a_version_that_brings_one_is_stopped() {
    let text = std::fs::read_to_string("../../config/codebook/2026.1.toml").unwrap();
    let old = Codebook::parse(&text).unwrap();
    assert_eq!(old.never(), []);
    // Such a question, told with the way out; once it stands it is not told again.
    let new = Codebook::parse(&text.replacen("condition = \"", "condition = \"police_region == 1 and police_region == 2 and ", 1)).unwrap();
    let told = compare(&old, &new, &Used::default());
    let never: Vec<_> = told.iter().filter(|one| one.rule == "never-true").collect();
    assert!(never.len() == 1 && never[0].stops && never[0].what.en.contains("police_region") && never[0].what.nl.contains("geen waarde van police_region"), "{told:?}");
    assert!(compare(&new, &new, &Used::default()).iter().all(|one| one.rule != "never-true"));
}

#[test]
fn a_hard_check_that_no_record_can_satisfy_is_named_alone_or_beside_another() {
    let text = std::fs::read_to_string("../../config/codebook/2026.1.toml").unwrap();
    let old = Codebook::parse(&text).unwrap();
    assert_eq!(old.never_holds(), []);
    let with = |checks: &[(&str, &str, &str, &str)]| -> Vec<String> {
        let all: String = checks.iter().map(|(id, severity, when, then)| format!("\n[[check]]\nid = \"{id}\"\nlevel = \"victim\"\nseverity = \"{severity}\"\nwhen = \"{when}\"\nthen = \"{then}\"\nmessage.nl = \"x\"\nmessage.en = \"y\"\n")).collect();
        let new = Codebook::parse(&(text.clone() + &all)).unwrap();
        compare(&old, &new, &Used::default()).into_iter().filter(|one| one.rule == "never-holds").map(|one| { assert!(one.stops && one.what.nl != one.what.en); one.variable }).collect()
    };
    assert_eq!(with(&[("X1", "hard", "always", "victim_age < 0")]), ["X1.then"]);
    assert_eq!(with(&[("X1", "hard", "victim_sex == 1", "victim_sex == 2")]), ["X1.then"]);
    assert_eq!(with(&[("X1", "hard", "always", "victim_age < 3"), ("X2", "hard", "always", "victim_age > 3")]), ["X1 + X2"]);
    assert_eq!(with(&[("X1", "hard", "victim_sex == 1", "victim_age < 3"), ("X2", "hard", "always", "victim_age > 3")]), ["X1 + X2"]);
    // A soft one is confirmed with a reason; two that never apply to one row stand in nobody's way, nor does one that only narrows the other.
    assert_eq!(with(&[("X1", "soft", "always", "victim_age < 0")]), Vec::<String>::new());
    assert_eq!(with(&[("X1", "hard", "victim_sex == 1", "victim_age < 3"), ("X2", "hard", "victim_sex == 2", "victim_age > 3")]), Vec::<String>::new());
    assert_eq!(with(&[("X1", "hard", "always", "victim_age < 30"), ("X2", "hard", "always", "victim_age > 3")]), Vec::<String>::new());
}
