//! Known days, and what must hold for every term.
#![allow(clippy::unwrap_used)]

use calendar::{Calendar, Term};
use chrono::NaiveDate;
use proptest::prelude::*;

fn file(name: &str) -> Calendar {
    Calendar::parse(&std::fs::read_to_string(format!("../../config/calendars/{name}.toml")).unwrap()).unwrap()
}
fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
fn name(calendar: &Calendar, on: &str) -> Option<String> {
    calendar.holiday_on(day(on)).and_then(|holiday| holiday.name.get("en").cloned())
}

#[test]
fn dutch_holidays_fall_on_their_days() {
    let nl = file("nl");
    for (on, expected) in [
        ("2024-04-01", "Easter Monday"), ("2025-04-20", "Easter Sunday"), ("2025-04-26", "King's Day"), ("2026-04-05", "Easter Sunday"), ("2026-04-27", "King's Day"),
        ("2026-05-14", "Ascension Day"), ("2026-05-25", "Whit Monday"), ("2027-03-26", "Good Friday"), ("2027-03-28", "Easter Sunday"), ("2026-12-26", "Boxing Day"),
    ] {
        assert_eq!(name(&nl, on).as_deref(), Some(expected), "{on}");
    }
    assert_eq!(name(&nl, "2025-04-27"), None, "King's Day moves to Saturday when the 27th is a Sunday");
}

#[test]
fn each_island_has_its_own_days() {
    assert_eq!(name(&file("bonaire"), "2026-02-16").as_deref(), Some("Carnival Monday"));
    assert_eq!(name(&file("bonaire"), "2026-04-30").as_deref(), Some("Rincon Day"));
    assert_eq!(name(&file("bonaire"), "2026-09-06").as_deref(), Some("Boneiru Day"));
    assert_eq!(name(&file("statia"), "2026-11-16").as_deref(), Some("Statia Day"));
    assert_eq!(name(&file("saba"), "2026-12-04").as_deref(), Some("Saba Day"));
    assert_eq!(name(&file("nl"), "2026-11-16"), None);
}

#[test]
fn a_term_that_ends_on_a_free_day_runs_to_the_next_working_day() {
    let nl = file("nl");
    // 30 days after 24 November 2026 is Christmas Eve, a Thursday; 31 would be Christmas Day, then Boxing Day and a Sunday.
    assert_eq!(Term::Days(30).end(day("2026-11-24"), &nl), day("2026-12-24"));
    assert_eq!(Term::Days(31).end(day("2026-11-24"), &nl), day("2026-12-28"));
    assert_eq!(Term::WorkingDays(10).end(day("2026-11-24"), &nl), day("2026-12-08"));
    assert_eq!(Term::Months(12).end(day("2026-11-24"), &nl), day("2027-11-24"));
}

#[test]
fn a_wrong_file_says_what_is_wrong() {
    assert!(Calendar::parse("[[holidays]]\nname = { nl = \"x\", en = \"x\" }\nfixed = { month = 2, day = 30 }").unwrap_err().to_string().contains("no such day"));
    assert!(Calendar::parse("holiday = []").unwrap_err().to_string().contains("holiday"));
    assert!(Calendar::parse("[[holidays]]\nname = { nl = \"x\", en = \"x\" }\nmoon = 1").is_err());
    assert_eq!("10 days".parse::<Term>().unwrap_err().to_string(), "`10 days` is no term: write 30d, 5w, 10wd (working days) or 12m");
}

proptest! {
    #[test]
    fn terms_end_on_working_days_and_longer_ones_never_earlier(offset in 0u64..4000, days in 1u32..400) {
        let nl = file("nl");
        let from = day("2024-01-01") + chrono::Days::new(offset);
        for (short, long) in [(Term::Days(days), Term::Days(days + 1)), (Term::WorkingDays(days), Term::WorkingDays(days + 1))] {
            let (a, b) = (short.end(from, &nl), long.end(from, &nl));
            prop_assert!(nl.is_working_day(a) && a > from && a <= b);
        }
    }

    #[test]
    fn terms_read_back_as_written(number in 0u32..10_000, unit in prop::sample::select(vec!["d", "w", "wd", "m"])) {
        let text = format!("{number}{unit}");
        prop_assert_eq!(text.parse::<Term>().unwrap().to_string(), text);
    }
}
