//! Nobody gets an answer by subtracting one table from another.

mod support;

use std::collections::BTreeSet;

use gate::{Attacker, Figure, Ledger, Question, Seed, Terms, ask};
use support::{Invented, asked_of_some, awkward, four, noise, some, victims};

/// Every group of every allowed table of which at least one cell is shown, as sets of people.
fn shown(invented: &Invented, outcome: &str) -> Vec<(Vec<&'static str>, BTreeSet<usize>)> {
    let (register, noise) = (invented.register(), noise());
    let mut attacker = Attacker::new(Seed::new([1; 32]));
    let mut shown = Vec::new();
    for keys in invented.tables() {
        let question = Question::new(register.catalogue(), &keys, outcome).unwrap();
        // Each table alone: what is hidden may not depend on what else is out.
        let answer = ask(&register, &Ledger::default(), &question, Terms { checked: true, quota: None }, &noise, &mut attacker).unwrap();
        let groups = invented.groups(&keys);
        for group in answer.table.groups {
            if group.total.is_ok() || group.cells.iter().any(|cell| matches!(cell, Figure::Shown { .. })) {
                shown.push((keys.clone(), groups[&group.codes].clone()));
            }
        }
    }
    shown
}

/// Pairs compared, and those that one to nine cases tell apart, or one to nine to whom the question applies, whether one holds the other or not.
fn apart(invented: &Invented, outcome: &str) -> (usize, Vec<String>) {
    let shown = shown(invented, outcome);
    let (mut pairs, mut found) = (0, Vec::new());
    for (at, (keys, one)) in shown.iter().enumerate() {
        for (other, another) in shown.iter().skip(at + 1) {
            pairs += 1;
            // Nine cases have at most four people each; most pairs differ in size by more, where it applies to all.
            if invented.outside.is_empty() && one.len().abs_diff(another.len()) > 36 || one.is_disjoint(another) {
                continue;
            }
            let apart = invented.cases(one.symmetric_difference(another)).len();
            let asked = invented.cases(one.symmetric_difference(another).filter(|person| invented.applies(outcome, **person))).len();
            if (1..=9).contains(&apart) || (1..=9).contains(&asked) {
                found.push(format!("{keys:?} and {other:?}: {apart}, {asked} of whom are asked"));
            }
        }
    }
    (pairs, found)
}

fn none_apart(of: fn(u64, u32) -> Invented, cases: u32, seeds: u64) {
    let mut all = 0;
    for seed in 0..seeds {
        let invented = of(seed, cases);
        for outcome in ["known", "method"] {
            let (pairs, found) = apart(&invented, outcome);
            assert!(found.is_empty(), "seed {seed}, {outcome}: {found:?}");
            all += pairs;
        }
    }
    println!("{cases} cases, {seeds} registers: {all} pairs of shown groups, none one to nine cases apart");
    assert!(all > 0);
}

#[test]
fn no_two_shown_groups_are_a_few_cases_apart_in_300_cases() {
    none_apart(four, 300, 20);
}

#[test]
fn no_two_shown_groups_are_a_few_cases_apart_in_3000_cases() {
    none_apart(four, 3000, 10);
}

#[test]
fn no_two_shown_groups_are_a_few_cases_apart_with_keys_that_follow_from_each_other() {
    none_apart(awkward, 300, 20);
    none_apart(awkward, 3000, 10);
}

#[test]
fn no_two_shown_groups_are_a_few_cases_apart_of_those_to_whom_the_question_applies() {
    none_apart(some, 300, 10);
    none_apart(some, 1000, 10);
    none_apart(|seed, cases| Invented { by_answer: true, ..some(seed, cases) }, 1000, 10);
    none_apart(|seed, cases| asked_of_some(victims(seed, cases), seed), 1000, 5);
}

#[test]
fn no_two_shown_groups_of_victims_are_a_few_cases_apart() {
    none_apart(victims, 300, 20);
    none_apart(victims, 3000, 5);
}

/// Neither holds the other: three cases are in the one only and three in the other only. Their figures less each other are those six cases' answers.
#[test]
fn of_two_groups_that_a_few_cases_tell_apart_one_is_shown_at_most() {
    let two = |shift: u32| {
        let mut invented = four(0, 300);
        for person in &mut invented.people {
            let of = |from: u32| u16::from((from..from + 60).contains(&person.case));
            (person.codes[0], person.codes[1], person.codes[2], person.codes[3]) = (0, of(0), of(shift), 0);
        }
        let all: BTreeSet<usize> = (0..300).collect();
        shown(&invented, "known").into_iter().filter(|(keys, people)| keys.len() == 2 && *people != all).count()
    };
    // Each of the two tables has a group of 60 and one of 240.
    assert_eq!((two(3), two(4), two(5)), (2, 2, 4));
    assert_eq!(two(0), 4, "equal groups are one");
}

/// Neither holds the other, and twice `shift` cases tell them apart, of whom the first `asked` are asked; of all others two in three are.
fn shown_of_four(shift: u32, asked: u32, by_answer: bool) -> usize {
    let mut invented = four(0, 300);
    invented.variables[4].1 = 3;
    (invented.outside, invented.by_answer) = (vec![("known", 2)], by_answer);
    for person in &mut invented.people {
        let case = person.case;
        let of = |from: u32| u16::from((from..from + 60).contains(&case));
        let applies = if case < shift { case < asked } else if (60..60 + shift).contains(&case) { case - 60 + shift < asked } else { case % 3 != 0 };
        (person.codes[0], person.codes[1], person.codes[2], person.codes[3]) = (0, of(0), of(shift), 0);
        person.codes[4] = if applies { u16::from(case % 2 == 0) } else { 2 };
    }
    let all: BTreeSet<usize> = (0..300).collect();
    shown(&invented, "known").into_iter().filter(|(keys, people)| keys.len() == 2 && *people != all).count()
}

/// Twelve cases tell two groups apart, which is no few; but the question applies to one of them, whose answer their figures less each other would be.
#[test]
fn of_two_groups_that_few_of_those_who_are_asked_tell_apart_one_is_shown_at_most() {
    assert_eq!([0, 1, 9, 10, 12].map(|asked| shown_of_four(6, asked, false)), [4, 2, 2, 4, 4]);
    assert_eq!([9, 15].map(|asked| shown_of_four(12, asked, false)), [2, 4]);
}

/// Where an answer decides to whom it applies, how many of twelve it applies to is that answer of theirs: ten on both sides, as of a cell.
#[test]
fn where_an_answer_decides_who_is_asked_two_groups_differ_by_ten_on_both_sides() {
    assert_eq!([0, 1, 12].map(|asked| shown_of_four(6, asked, true)), [2, 2, 2]);
    assert_eq!([9, 12, 15].map(|asked| shown_of_four(12, asked, true)), [2, 4, 2]);
}

/// What the rule is for: the same registers do have such pairs among groups large enough to show.
#[test]
fn without_the_rule_there_would_be_such_pairs() {
    let mut found = 0;
    for seed in 0..20 {
        let invented = awkward(seed, 300);
        let groups: Vec<BTreeSet<usize>> = invented.tables().iter().flat_map(|keys| invented.groups(keys).into_values()).filter(|group| group.len() >= 20).collect();
        for smaller in &groups {
            found += groups.iter().filter(|larger| smaller.is_subset(larger) && (1..=9).contains(&(larger.len() - smaller.len()))).count();
        }
    }
    println!("without the rule: {found} pairs in 20 registers");
    assert!(found > 0);
}
