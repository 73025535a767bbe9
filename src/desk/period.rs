//! A period of a chronology, moved as people think of it: whole years by years, whole months by months, other days by as many days.

use chrono::{Datelike, Days, Months, NaiveDate};

/// Which way a period moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// To just before it.
    Earlier,
    /// To just after it.
    Later,
}

/// The period of the same length before or after one, both days included. None beyond what a calendar holds.
pub(super) fn moved(from: NaiveDate, to: NaiveDate, way: Way) -> Option<(NaiveDate, NaiveDate)> {
    let next = to.checked_add_days(Days::new(1))?;
    let months = (next.year() - from.year()) * 12 + i32::try_from(next.month0()).ok()? - i32::try_from(from.month0()).ok()?;
    if from.day() == 1 && next.day() == 1 && months > 0 {
        let span = Months::new(u32::try_from(months).ok()?);
        let first = if way == Way::Earlier { from.checked_sub_months(span)? } else { next };
        return Some((first, first.checked_add_months(span)?.checked_sub_days(Days::new(1))?));
    }
    let days = Days::new(u64::try_from((next - from).num_days()).ok().filter(|days| *days > 0)?);
    match way {
        Way::Earlier => Some((from.checked_sub_days(days)?, from.checked_sub_days(Days::new(1))?)),
        Way::Later => Some((next, to.checked_add_days(days)?)),
    }
}

/// A period as it is typed in the form: a year, a month, or the days.
pub(super) fn typed(from: NaiveDate, to: NaiveDate) -> (String, String) {
    let next = to.succ_opt().unwrap_or(to);
    let form = match (from.day(), next.day(), from.month(), next.month()) {
        (1, 1, 1, 1) => "%Y",
        (1, 1, ..) => "%Y-%m",
        _ => "%Y-%m-%d",
    };
    (from.format(form).to_string(), to.format(form).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn after(from: &str, to: &str, way: Way) -> (String, String) {
        let (from, to) = moved(day(from), day(to), way).unwrap();
        typed(from, to)
    }

    #[test]
    fn years_move_by_years_months_by_months_and_days_by_days() {
        let told = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(after("2024-01-01", "2024-12-31", Way::Earlier), told("2023", "2023"));
        assert_eq!(after("2024-01-01", "2025-12-31", Way::Later), told("2026", "2027"));
        assert_eq!(after("2025-01-01", "2025-03-31", Way::Earlier), told("2024-10", "2024-12"));
        assert_eq!(after("2024-02-01", "2024-02-29", Way::Later), told("2024-03", "2024-03"));
        assert_eq!(after("2025-03-10", "2025-03-16", Way::Earlier), told("2025-03-03", "2025-03-09"));
        assert_eq!(after("2025-03-10", "2025-03-16", Way::Later), told("2025-03-17", "2025-03-23"));
    }

    #[test]
    fn a_period_that_ends_before_it_begins_goes_nowhere() {
        assert_eq!(moved(day("2025-03-16"), day("2025-03-10"), Way::Later), None);
        assert_eq!(moved(NaiveDate::MIN, day("2025-03-10"), Way::Earlier), None);
    }
}
