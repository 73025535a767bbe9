//! What may be asked, when two questions are one, and what they cost.

mod support;

use gate::{Attacker, BUDGET, Builder, Catalogue, Ledger, Malformed, Question, QuestionError, Quota, Refused, Register, Role, Seed, Terms, Variable, ask};
use support::{awkward, four, noise};

const OPEN: Terms = Terms { quota: None, checked: false };

#[test]
fn only_questions_of_the_list_exist() {
    let catalogue = awkward(0, 0).catalogue();
    let refused = |keys: &[&str], outcome: &str| Question::new(&catalogue, keys, outcome).unwrap_err();
    assert_eq!(refused(&["period", "part", "sex"], "known"), QuestionError::TooManyKeys(3));
    assert_eq!(refused(&["part"], "known"), QuestionError::NoPeriod);
    assert_eq!(refused(&["part", "sex"], "known"), QuestionError::NoPeriod);
    assert_eq!(refused(&[], "known"), QuestionError::NoPeriod);
    assert_eq!(refused(&["period", "period"], "known"), QuestionError::Twice("period".into()));
    assert_eq!(refused(&["period", "name"], "known"), QuestionError::NoKey("name".into()));
    assert_eq!(refused(&["period", "method"], "known"), QuestionError::NoKey("method".into()));
    assert_eq!(refused(&["period"], "part"), QuestionError::NoOutcome("part".into()));
    assert_eq!(refused(&["period"], "period"), QuestionError::NoOutcome("period".into()));
}

#[test]
fn a_key_belongs_to_the_units_it_stands_on() {
    let units = |names: &[&str]| Role::Key { units: names.iter().map(|name| (*name).to_owned()).collect() };
    let outcome = |unit: &str| Role::Outcome { unit: unit.into(), kin: [].into(), outside: None, by_answer: false };
    let roles = [("period", Role::Period), ("part", units(&["case", "victim"])), ("age", units(&["victim"])), ("method", outcome("case")), ("femicide", outcome("victim"))];
    let catalogue = Catalogue::new(roles.map(|(id, role)| Variable { id: id.into(), codes: 3, role })).unwrap();
    assert_eq!(Question::new(&catalogue, &["age", "period"], "femicide").unwrap().keys(), ["period", "age"]);
    let other = QuestionError::OtherUnit { key: "age".into(), unit: "case".into() };
    assert_eq!(Question::new(&catalogue, &["period", "age"], "method").unwrap_err(), other);
    assert_eq!(Question::new(&catalogue, &["period", "part"], "method").unwrap().cells(), 9);
}

#[test]
fn lists_and_rows_that_do_not_fit_are_refused() {
    let variable = |id: &str, codes: u16, role: Role| Variable { id: id.into(), codes, role };
    let list = |variables: Vec<Variable>| Catalogue::new(variables).unwrap_err();
    assert_eq!(list(vec![]), Malformed::Period(0));
    assert_eq!(list(vec![variable("a", 3, Role::Period), variable("b", 3, Role::Period)]), Malformed::Period(2));
    assert_eq!(list(vec![variable("a", 3, Role::Period), variable("a", 3, Role::Period)]), Malformed::Twice("a".into()));
    assert_eq!(list(vec![variable("a,b;c", 3, Role::Period)]), Malformed::Name("a,b;c".into()));
    assert_eq!(list(vec![variable("a", 0, Role::Period)]), Malformed::Codes("a".into()));
    assert_eq!(list(vec![variable("a", 1, Role::Outcome { unit: "case".into(), kin: [].into(), outside: None, by_answer: false })]), Malformed::Codes("a".into()));
    assert_eq!(list(vec![variable("a", 3, Role::Outcome { unit: "case".into(), kin: [].into(), outside: Some(3), by_answer: false })]), Malformed::Code("a".into(), 3));
    assert_eq!(Builder::new("case", &[("a", 2), ("a", 2)]).err(), Some(Malformed::Twice("a".into())));
    assert_eq!(Builder::new("case", &[("a", 2000)]).err(), Some(Malformed::Codes("a".into())));
    let mut builder = Builder::new("case", &[("a", 2), ("wide", 300)]).unwrap();
    assert_eq!(builder.push(1, 0, &[2, 0]), Err(Malformed::Code("a".into(), 2)));
    assert_eq!(builder.push(1, 0, &[1, 300]), Err(Malformed::Code("wide".into(), 300)));
    assert_eq!(builder.push(1, 0, &[1]), Err(Malformed::Row { found: 1, wanted: 2 }));
    assert_eq!(builder.push(u32::MAX, 0, &[1, 1]), Err(Malformed::Case(u32::MAX)));
    assert_eq!(builder.push(1, 0, &[1, 299]), Ok(()));
    assert_eq!(builder.finish().rows(), 1);
    // The columns of another list, and none at all.
    let invented = four(0, 30);
    assert_eq!(Register::new(awkward(0, 0).catalogue(), [invented.columns()]).err(), Some(Malformed::Codes("age".into())));
    assert_eq!(Register::new(invented.catalogue(), []).err(), Some(Malformed::Unit("case".into())));
    assert_eq!(Register::new(invented.catalogue(), [invented.columns(), invented.columns()]).err(), Some(Malformed::Unit("case".into())));
}

#[test]
fn an_empty_register_answers_with_nothing() {
    let invented = four(0, 0);
    let register = invented.register();
    let question = Question::new(register.catalogue(), &["period", "part"], "known").unwrap();
    let table = ask(&register, &Ledger::default(), &question, OPEN, &noise(), &mut Attacker::new(Seed::new([1; 32]))).unwrap().table;
    assert_eq!((table.groups.len(), table.hidden()), (12, (24, 24)));
}

#[test]
fn the_order_of_keys_makes_no_other_question() {
    let invented = four(1, 300);
    let (register, noise) = (invented.register(), noise());
    let mut attacker = Attacker::new(Seed::new([1; 32]));
    let one = Question::new(register.catalogue(), &["period", "age"], "method").unwrap();
    let turned = Question::new(register.catalogue(), &["age", "period"], "method").unwrap();
    assert_eq!((&one, one.id()), (&turned, turned.id()));
    let mut ledger = Ledger::default();
    let first = ask(&register, &ledger, &one, OPEN, &noise, &mut attacker).unwrap();
    ledger.note(&one);
    let again = ask(&register, &ledger, &turned, OPEN, &noise, &mut attacker).unwrap();
    assert_eq!((first.price.cost, again.price.cost), (9, 0));
    assert_eq!(first.table, again.table);
    let ids: std::collections::BTreeSet<String> = ["known", "method"].iter().flat_map(|outcome| invented.tables().into_iter().map(|keys| Question::new(register.catalogue(), &keys, outcome).unwrap().id())).collect();
    assert_eq!(ids.len(), 8);
}

#[test]
fn a_repeated_question_has_the_same_answer_whatever_was_asked_between() {
    for seed in 0..5 {
        let invented = awkward(seed, 300);
        let (register, noise) = (invented.register(), noise());
        let mut attacker = Attacker::new(Seed::new([1; 32]));
        let mut ledger = Ledger::default();
        let first: Vec<_> = invented.tables().iter().filter_map(|keys| {
            let question = Question::new(register.catalogue(), keys, "known").unwrap();
            let answer = ask(&register, &ledger, &question, OPEN, &noise, &mut attacker).ok()?;
            ledger.note(&question);
            Some((question, answer.table))
        }).collect();
        assert!(first.len() >= 3);
        // Another process: columns loaded again in another order, nothing remembered but the ledger and the seeds.
        let mut shuffled = invented.clone();
        shuffled.people.reverse();
        let (register, mut attacker) = (shuffled.register(), Attacker::new(Seed::new([1; 32])));
        for (question, table) in first {
            let again = ask(&register, &ledger, &question, OPEN, &support::noise(), &mut attacker).unwrap();
            assert_eq!((again.table, again.price.cost, again.measure), (table, 0, None));
        }
    }
}

#[test]
fn sixty_cells_of_an_outcome_and_no_more() {
    let invented = awkward(0, 3000);
    let (register, noise) = (invented.register(), noise());
    let mut attacker = Attacker::new(Seed::new([1; 32]));
    let mut ledger = Ledger::default();
    let ask_for = |second: &str, outcome: &str, ledger: &mut Ledger, terms: Terms, attacker: &mut Attacker| {
        let question = Question::new(register.catalogue(), &["period", second], outcome).unwrap();
        let answer = ask(&register, ledger, &question, terms, &noise, attacker)?;
        ledger.note(&question);
        Ok::<_, Refused>(answer.price)
    };
    // 3 x 13, 3 x 6: 57 of 60; the fourth table has six cells.
    assert_eq!(ask_for("police", "known", &mut ledger, OPEN, &mut attacker).unwrap().remaining, BUDGET - 39);
    assert_eq!(ask_for("relation", "known", &mut ledger, OPEN, &mut attacker).unwrap().remaining, 3);
    assert_eq!(ask_for("sex", "known", &mut ledger, OPEN, &mut attacker).unwrap_err(), Refused::Budget { cost: 6, remaining: 3 });
    assert_eq!(ask_for("police", "known", &mut ledger, OPEN, &mut attacker).unwrap().cost, 0);
    // Another outcome has its own sixty; two checkers can go on, a quota still binds.
    assert_eq!(ask_for("sex", "method", &mut ledger, OPEN, &mut attacker).unwrap().remaining, 54);
    let quota = |used| Terms { quota: Some(Quota { cells: 20, used }), checked: true };
    assert_eq!(ask_for("sex", "known", &mut ledger, quota(15), &mut attacker).unwrap_err(), Refused::Quota { cost: 6, remaining: 5 });
    assert_eq!(ask_for("sex", "known", &mut ledger, quota(14), &mut attacker).unwrap().cost, 6);
    assert_eq!(ledger.spent("known"), 63);
}

#[test]
fn a_refusal_and_a_price_do_not_depend_on_answers() {
    for seed in 0..5 {
        let invented = awkward(seed, 300);
        let mut turned = invented.clone();
        let mut dice = support::Dice(seed);
        for person in &mut turned.people {
            person.codes[8] = dice.below(2);
            person.key = dice.below(256) as u8;
        }
        let course = |invented: &support::Invented| {
            let (register, noise) = (invented.register(), noise());
            let (mut attacker, mut ledger) = (Attacker::new(Seed::new([9; 32])), Ledger::default());
            invented.tables().iter().map(|keys| {
                let question = Question::new(register.catalogue(), keys, "known").unwrap();
                let terms = Terms { checked: true, quota: None };
                let answer = ask(&register, &ledger, &question, terms, &noise, &mut attacker).map(|answer| (answer.price, answer.measure));
                ledger.note(&question);
                answer
            }).collect::<Vec<_>>()
        };
        assert_eq!(course(&invented), course(&turned));
    }
}
