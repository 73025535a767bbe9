//! Each figure against a count by hand: hidden exactly when the rules say so, and near the truth when shown.

mod support;

use std::collections::BTreeSet;

use gate::figure::rounded;
use gate::{Attacker, Figure, Hidden, Ledger, Question, Released, Seed, Terms, ask};
use support::{Invented, awkward, four, noise, victims};

fn table(invented: &Invented, keys: &[&str], outcome: &str) -> Released {
    let register = invented.register();
    let question = Question::new(register.catalogue(), keys, outcome).unwrap();
    let terms = Terms { checked: true, quota: None };
    ask(&register, &Ledger::default(), &question, terms, &noise(), &mut Attacker::new(Seed::new([1; 32]))).unwrap().table
}

/// Whether a group is hidden by the rule of dropped keys, counted by hand.
fn few_outside(invented: &Invented, keys: &[&str], codes: &[u16], group: &BTreeSet<usize>) -> bool {
    (0..keys.len()).any(|dropped| {
        let places: Vec<(usize, u16)> = (0..keys.len()).filter(|key| *key != dropped).map(|key| (invented.place(keys[key]), codes[key])).collect();
        let larger: BTreeSet<usize> = (0..invented.people.len()).filter(|person| places.iter().all(|(place, code)| invented.people[*person].codes[*place] == *code)).collect();
        (1..=9).contains(&invented.cases(larger.difference(group)).len())
    })
}

/// Compares every cell; gives (cells, hidden as near, hidden as small).
fn compared(invented: &Invented) -> (usize, usize, usize) {
    let (mut cells, mut near, mut small) = (0, 0, 0);
    let noise = noise();
    for keys in invented.tables() {
        let groups = invented.groups(&keys);
        for outcome in ["known", "method"] {
            let place = invented.place(outcome);
            for group in table(invented, &keys, outcome).groups {
                let people = groups.get(&group.codes).cloned().unwrap_or_default();
                let few = few_outside(invented, &keys, &group.codes, &people);
                let few_people = invented.cases(&people).len() < 26;
                for (value, figure) in group.cells.iter().enumerate() {
                    let (with, without): (BTreeSet<usize>, BTreeSet<usize>) = people.iter().partition(|person| usize::from(invented.people[**person].codes[place]) == value);
                    let (in_cell, besides) = (invented.cases(&with).len(), invented.cases(&without).len());
                    cells += 1;
                    match figure {
                        Figure::Shown { units, percent } => {
                            assert!(in_cell >= 10 && besides >= 10 && !few && !few_people, "{keys:?} {:?} {value}: {in_cell} and {besides}, few outside: {few}", group.codes);
                            // Noise by the sum of the record keys of exactly these people, for totals as for cells.
                            let key = |people: &BTreeSet<usize>| people.iter().fold(0_u8, |sum, person| sum.wrapping_add(invented.people[*person].key));
                            assert_eq!(*units, rounded(noise.apply(key(&with), with.len() as u32), 5));
                            assert_eq!(group.total, Ok(rounded(noise.apply(key(&people), people.len() as u32), 10)));
                            assert!(units % 5 == 0 && i64::from(*units).abs_diff(with.len() as i64) <= 5, "{units} for {}", with.len());
                            let total = group.total.unwrap();
                            assert!(total % 10 == 0 && i64::from(total).abs_diff(people.len() as i64) <= 8);
                            assert_eq!(*percent, Some((f64::from(*units) * 100.0 / f64::from(total)).round() as u8));
                        }
                        Figure::Hidden(Hidden::Small) => {
                            small += 1;
                            assert!(!few && (in_cell < 10 || besides < 10 || few_people), "{keys:?} {:?} {value} is hidden without a rule", group.codes);
                        }
                        // By dropped keys, or by lying whole in a group of another table: `subtraction.rs`.
                        Figure::Hidden(Hidden::Near) => near += 1,
                        Figure::Hidden(Hidden::Outside) => panic!("it applies to everybody"),
                    }
                    assert!(!few || *figure == Figure::Hidden(Hidden::Near));
                }
            }
        }
    }
    (cells, near, small)
}

#[test]
fn a_cell_is_shown_when_it_and_its_remainder_reach_ten_and_hidden_otherwise() {
    let (mut near, mut small) = (0, 0);
    for (seed, cases) in [(0, 300), (1, 300), (2, 300), (3, 3000)] {
        for invented in [four(seed, cases), awkward(seed, cases), victims(seed, cases)] {
            let (cells, by_keys, by_counts) = compared(&invented);
            println!("{} {} cases: {cells} cells, {by_keys} hidden by keys, {by_counts} by counts", invented.unit, cases);
            near += by_keys;
            small += by_counts;
        }
    }
    assert!(near > 0 && small > 0, "a rule that never hides is not tested");
}

#[test]
fn cases_are_counted_and_not_victims() {
    // Nine cases of four victims each have the answer: 36 victims, but nine cases.
    let mut invented = victims(0, 0);
    for case in 0..60 {
        let number = if case < 9 { 4 } else { 1 };
        for _ in 0..number {
            invented.people.push(support::Person { case, key: 7, codes: vec![u16::from(case >= 40), 0, 0, 0, u16::from(case < 9), 0] });
        }
    }
    let first = table(&invented, &["period"], "known").groups.remove(0);
    assert_eq!(first.cells, [Figure::Hidden(Hidden::Small); 2]);
    // One case more, with one victim, and both are shown.
    invented.people.iter_mut().find(|person| person.case == 9).unwrap().codes[4] = 1;
    let first = table(&invented, &["period"], "known").groups.remove(0);
    assert!(first.cells.iter().all(|cell| matches!(cell, Figure::Shown { .. })), "{first:?}");
}

/// A figure that is mostly one case's units tells of that case, and so does the figure of all others.
#[test]
fn a_case_with_over_half_of_the_units_hides_the_cell_and_its_remainder() {
    let with = |of_one_case: u32| {
        let mut invented = victims(0, 0);
        for case in 0..31 {
            let people = if case == 0 { of_one_case } else { 1 };
            invented.people.extend((0..people).map(|_| support::Person { case, key: 7, codes: vec![0, 0, 0, 0, u16::from(case % 2 == 0), 0] }));
        }
        table(&invented, &["period"], "known").groups.remove(0)
    };
    // Fifteen others have the answer, and fifteen have not.
    let shown = with(15);
    assert!(shown.cells.iter().all(|cell| matches!(cell, Figure::Shown { .. })), "{shown:?}");
    let hidden = with(16);
    assert_eq!((hidden.total.is_ok(), hidden.cells), (true, vec![Figure::Hidden(Hidden::Small); 2]));
}

#[test]
fn a_case_that_has_both_answers_counts_on_both_sides() {
    // Ten cases with one victim of each answer, twenty more with one answer: 10 cases here, 30 there.
    let mut invented = victims(0, 0);
    for case in 0..60 {
        for answer in 0..2 {
            if case < 10 || answer == 0 {
                invented.people.push(support::Person { case, key: 9, codes: vec![u16::from(case >= 30), 0, 0, 0, answer, 0] });
            }
        }
    }
    let first = table(&invented, &["period"], "known").groups.remove(0);
    assert!(first.cells.iter().all(|cell| matches!(cell, Figure::Shown { .. })), "{first:?}");
}

#[test]
fn a_period_that_holds_all_but_a_few_cases_is_hidden() {
    let all_but = |few: u32| {
        let mut invented = four(0, 300);
        for person in &mut invented.people {
            person.codes[0] = u16::from(person.case < few);
        }
        table(&invented, &["period"], "known").groups.remove(0)
    };
    for few in [1, 9] {
        let hidden = all_but(few);
        assert_eq!((hidden.total, hidden.cells), (Err(Hidden::Near), vec![Figure::Hidden(Hidden::Near); 2]));
    }
    for enough in [0, 10] {
        assert!(all_but(enough).cells.iter().all(|cell| matches!(cell, Figure::Shown { .. })));
    }
}

/// However many cases lie outside: those to whom the question applies count.
#[test]
fn a_period_that_holds_all_but_a_few_of_those_who_are_asked_is_hidden() {
    let all_but = |few: u32, by_answer: bool| {
        let mut invented = four(0, 300);
        invented.variables[4].1 = 3;
        (invented.outside, invented.by_answer) = (vec![("known", 2)], by_answer);
        for person in &mut invented.people {
            let applies = if person.case < 30 { person.case < few } else { person.case % 2 == 0 };
            person.codes[0] = u16::from(person.case < 30);
            person.codes[4] = if applies { u16::from(person.case % 4 == 0) } else { 2 };
        }
        table(&invented, &["period"], "known").groups.remove(0)
    };
    for few in [1, 9] {
        let hidden = all_but(few, false);
        assert_eq!((hidden.total, hidden.cells), (Err(Hidden::Near), vec![Figure::Hidden(Hidden::Near), Figure::Hidden(Hidden::Near), Figure::Hidden(Hidden::Outside)]));
    }
    for enough in [0, 10, 30] {
        // No table holds more than a period: an answer that decides hides no more.
        for by_answer in [false, true] {
            let shown = all_but(enough, by_answer);
            assert!(shown.total.is_ok() && shown.cells.iter().take(2).all(|cell| matches!(cell, Figure::Shown { .. })), "{enough} {by_answer}: {shown:?}");
        }
    }
}

/// Of an outcome that applies to all everything is as it was, whatever else is asked of some; and so it is where it could apply to some and does to all.
#[test]
fn what_applies_to_all_is_hidden_by_the_distance_of_all() {
    for seed in 0..5 {
        let (plain, beside) = (four(seed, 600), support::some(seed, 600));
        let mut nobody = plain.clone();
        nobody.variables[4].1 = 3;
        nobody.outside = vec![("known", 2)];
        for keys in plain.tables() {
            assert_eq!(table(&plain, &keys, "method"), table(&beside, &keys, "method"));
            for (one, other) in table(&plain, &keys, "known").groups.into_iter().zip(table(&nobody, &keys, "known").groups) {
                assert_eq!((one.total, &one.cells[..]), (other.total, &other.cells[..2]));
            }
        }
    }
}

/// Of twenty known cases two shown cells would be ten each: a group shows cells only where the noise has room on both sides.
#[test]
fn a_group_of_fewer_than_twenty_six_cases_shows_no_cell() {
    let with = |people: u32, applying: u32| {
        let mut invented = four(0, 300);
        invented.variables[4].1 = 3;
        invented.outside = vec![("known", 2)];
        for person in &mut invented.people {
            person.codes[0] = u16::from(person.case >= people);
            person.codes[4] = if person.case < applying { u16::from(person.case % 2 == 0) } else { 2 };
        }
        let first = table(&invented, &["period"], "known").groups.remove(0);
        (first.total.is_ok(), first.cells.iter().map(|cell| matches!(cell, Figure::Shown { .. })).collect::<Vec<_>>())
    };
    assert_eq!(with(25, 25), (false, vec![false; 3]));
    assert_eq!(with(26, 26), (true, vec![true, true, false]));
    // Those to whom it does not apply make it no larger, and its total is of the others.
    assert_eq!(with(100, 25), (false, vec![false; 3]));
}

/// Those to whom a question does not apply are known by their keys: of a group of 32 of whom it applies to twelve, eleven and one, the figure of
/// the eleven would tell of the one.
#[test]
fn those_to_whom_a_question_does_not_apply_are_nobodys_remainder() {
    let with = |applying: [u32; 2]| {
        let mut invented = four(0, 300);
        invented.variables[4].1 = 3;
        invented.outside = vec![("known", 2)];
        let mut answers = applying.iter().zip(0_u16..).flat_map(|(people, answer)| vec![answer; *people as usize]);
        for person in &mut invented.people {
            person.codes[0] = u16::from(person.case >= 100);
            person.codes[4] = if person.case < 100 { answers.next().unwrap_or(2) } else { 2 };
        }
        table(&invented, &["period"], "known").groups.remove(0)
    };
    let figures = |group: &gate::Group| group.cells.iter().map(|cell| matches!(cell, Figure::Shown { .. })).collect::<Vec<_>>();
    // Eleven and one, and 88 to whom it does not apply: nothing, and never a figure of those.
    assert_eq!(figures(&with([11, 1])), [false, false, false]);
    assert_eq!(figures(&with([30, 9])), [false, false, false]);
    assert_eq!(figures(&with([30, 10])), [true, true, false]);
    // They are no figure, for whatever reason.
    assert_eq!(with([30, 10]).cells[2], Figure::Hidden(Hidden::Outside));
}

/// Of a hundred people to whom it applies to sixty, the total is of sixty and forty of them are two thirds: what nobody is asked is part of no
/// percentage.
#[test]
fn totals_and_percentages_are_of_those_to_whom_the_question_applies() {
    let noise = noise();
    let of = |outside: u16, by_answer: bool, applying: u32| {
        let mut invented = four(0, 300);
        invented.variables[4].1 = 3;
        (invented.outside, invented.by_answer) = (vec![("known", outside)], by_answer);
        for person in &mut invented.people {
            person.codes[0] = u16::from(person.case >= 100);
            person.codes[4] = if person.case >= 100 { 0 } else if person.case >= applying { 2 } else { u16::from(person.case % 3 == 0) };
        }
        let key = invented.people.iter().filter(|person| person.case < applying).fold(0_u8, |sum, person| sum.wrapping_add(person.key));
        (table(&invented, &["period"], "known").groups.remove(0), rounded(noise.apply(key, applying), 10))
    };
    let (group, total) = of(2, false, 60);
    assert_eq!((group.total, total.abs_diff(60) <= 8), (Ok(total), true));
    let Figure::Shown { units, percent } = group.cells[0] else { panic!("{group:?}") };
    assert_eq!(percent, Some((f64::from(units) * 100.0 / f64::from(total)).round() as u8));
    assert!(percent.is_some_and(|percent| percent > 50), "40 of 60 and not of 100: {percent:?}");
    // Ninety-one of a hundred: by keys the nine others are known. By another answer they are nine people who gave it: the total of all less this one.
    assert!(of(2, false, 91).0.total.is_ok());
    let nine = of(2, true, 91).0;
    assert_eq!(nine.total, Err(Hidden::Small));
    assert!(nine.cells.iter().all(|cell| !matches!(cell, Figure::Shown { percent: Some(_), .. })), "no percentage without its total: {nine:?}");
    assert!(of(2, true, 90).0.total.is_ok());
}

/// The same where a case has several units: a case with a unit to which it does not apply is no remainder for that.
#[test]
fn a_unit_to_which_a_question_does_not_apply_makes_no_remainder_of_its_case() {
    let with = |others: u32| {
        let mut invented = victims(0, 0);
        invented.variables[4].1 = 3;
        invented.outside = vec![("known", 2)];
        // Forty cases of two: one has the answer, to the other it does not apply; some have a third, who has another answer.
        for case in 0..80 {
            let answers: &[u16] = if case >= 40 { &[2] } else if case < others { &[1, 2, 0] } else { &[1, 2] };
            invented.people.extend(answers.iter().map(|answer| support::Person { case, key: 3, codes: vec![u16::from(case >= 40), 0, 0, 0, *answer, 0] }));
        }
        table(&invented, &["period"], "known").groups.remove(0).cells.iter().map(|cell| matches!(cell, Figure::Shown { .. })).collect::<Vec<_>>()
    };
    assert_eq!(with(9), [false, false, false]);
    assert_eq!(with(10), [true, true, false]);
}

#[test]
fn totals_are_perturbed_by_themselves_and_are_no_sums() {
    let (mut off, mut compared) = (0, 0);
    for seed in 0..20 {
        for group in table(&four(seed, 3000), &["period", "part"], "known").groups {
            let shown: Option<Vec<u32>> = group.cells.iter().map(|cell| match cell { Figure::Shown { units, .. } => Some(*units), Figure::Hidden(_) => None }).collect();
            if let (Some(cells), Ok(total)) = (shown, group.total) {
                compared += 1;
                assert!(cells.iter().sum::<u32>().abs_diff(total) <= 18, "two cells off by 5 each and a total off by 8");
                off += u32::from(cells.iter().sum::<u32>() != total);
            }
        }
    }
    println!("{off} of {compared} totals differ from the sum of their cells");
    assert!(off * 4 > compared, "totals look like sums: {off} of {compared}");
}

#[test]
fn what_the_keys_hide_does_not_change_with_the_answers() {
    for seed in 0..5 {
        let invented = awkward(seed, 300);
        let mut turned = invented.clone();
        for person in &mut turned.people {
            person.codes[8] = 1 - person.codes[8];
        }
        for keys in invented.tables() {
            let near = |table: Released| table.groups.into_iter().map(|group| (group.total, group.cells.contains(&Figure::Hidden(Hidden::Near)))).collect::<Vec<_>>();
            assert_eq!(near(table(&invented, &keys, "known")), near(table(&turned, &keys, "known")));
        }
    }
}
