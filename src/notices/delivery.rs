//! When a notice may go out: never on a Friday after noon or the day before a public holiday (`workflow.md` section 4); to a
//! relative only by the channel, in the hours and outside the days of their plan.

use calendar::Calendar;
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A relative's rules for messages, out of their contact plan (ruling 8).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Delivery {
    /// `letter`, `phone`, `mail`, `visit`, `portal`, `none`.
    pub channel: Vec<String>,
    /// Safe hours in their own words.
    pub safe_hours: String,
    /// Days without a message, `MM-DD`.
    pub blocked_dates: Vec<String>,
}

/// What becomes of a notice now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ruling {
    /// It may go.
    Now,
    /// It may go then.
    At(DateTime<Utc>),
    /// No machine delivers it: the named contact reaches them by letter, by telephone or in person.
    ByContact,
    /// It is shown on the page only.
    PageOnly,
}

impl Delivery {
    /// The domain under which the rules are sealed.
    pub const DOMAIN: &'static str = "delivery";

    /// The rules in a contact plan's answers.
    pub fn of_plan(plan: &form::Answers) -> Delivery {
        let words = |field: &str| plan.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        Delivery { channel: words("channel"), safe_hours: plan.get("safe_hours").and_then(Value::as_str).unwrap_or_default().trim().to_owned(), blocked_dates: words("blocked_dates") }
    }

    /// What becomes of a notice to this relative. Hours in words that are no span of time are never guessed at: the contact calls.
    pub fn ruling(&self, now: DateTime<Utc>, zone: Tz, calendar: &Calendar) -> Ruling {
        let by = |channel: &str| self.channel.iter().any(|known| known == channel);
        if !by("mail") {
            return if by("letter") || by("phone") || by("visit") { Ruling::ByContact } else { Ruling::PageOnly };
        }
        let hours = if self.safe_hours.is_empty() { None } else {
            match span(&self.safe_hours) {
                Some(span) => Some(span),
                None => return Ruling::ByContact,
            }
        };
        ruled(now, zone, calendar, hours, |day| self.blocked_dates.iter().any(|blocked| *blocked == day.format("%m-%d").to_string()))
    }
}

/// What becomes of a notice to a professional.
pub fn for_professionals(now: DateTime<Utc>, zone: Tz, calendar: &Calendar) -> Ruling {
    ruled(now, zone, calendar, None, |_| false)
}

fn ruled(now: DateTime<Utc>, zone: Tz, calendar: &Calendar, hours: Option<(NaiveTime, NaiveTime)>, blocked: impl Fn(NaiveDate) -> bool) -> Ruling {
    let mut at = now.with_timezone(&zone).naive_local();
    // Twice a month of quarters of an hour: any plan leaves one free, or nothing is sent.
    for _ in 0..(62 * 96) {
        let (day, time) = (at.date(), at.time());
        let quiet = day.weekday() == Weekday::Fri && time >= NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()
            || matches!(day.weekday(), Weekday::Sat | Weekday::Sun) || calendar.holiday_on(day).is_some() || calendar.holiday_on(day + Duration::days(1)).is_some()
            || blocked(day) || hours.is_some_and(|(from, to)| time < from || time > to);
        if !quiet {
            let free = zone.from_local_datetime(&at).earliest().map_or(now, |found| found.with_timezone(&Utc));
            return if free <= now { Ruling::Now } else { Ruling::At(free) };
        }
        let next = at + Duration::minutes(15);
        // On the quarter, so that the first free one is the start of the span.
        at = next.date().and_time(NaiveTime::from_num_seconds_from_midnight_opt(chrono::Timelike::num_seconds_from_midnight(&next.time()) / 900 * 900, 0).unwrap_or_default());
    }
    Ruling::PageOnly
}

/// `9-17`, `9:00 - 12:30`, `18.00 tot 20.00`: a span of one day.
fn span(words: &str) -> Option<(NaiveTime, NaiveTime)> {
    let plain = words.to_lowercase().replace("tot", "-").replace("to", "-").replace(['–', '—'], "-").replace(['u', 'h'], "").replace('.', ":");
    let (from, to) = plain.split_once('-')?;
    let time = |text: &str| {
        let text = text.trim();
        let (hour, minute) = text.split_once(':').unwrap_or((text, "0"));
        NaiveTime::from_hms_opt(hour.trim().parse().ok()?, minute.trim().parse().ok()?, 0)
    };
    let (from, to) = (time(from)?, time(to)?);
    (from < to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Configured;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap_or_default()
    }
    fn plan(channel: &[&str], hours: &str, blocked: &[&str]) -> Delivery {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Delivery { channel: words(channel), safe_hours: hours.into(), blocked_dates: words(blocked) }
    }

    #[test]
    fn nothing_goes_on_friday_after_noon_in_a_weekend_or_before_a_public_holiday() {
        let config = Configured::load().expect("configuration");
        let nl = config.calendar("nl");
        let rule = |text: &str| for_professionals(at(text), chrono_tz::Europe::Amsterdam, nl);
        assert_eq!(rule("2026-11-24T10:00:00Z"), Ruling::Now);
        assert_eq!(rule("2026-11-27T10:59:00Z"), Ruling::Now);
        assert_eq!(rule("2026-11-27T11:00:00Z"), Ruling::At(at("2026-11-29T23:00:00Z")));
        // 24 December is the day before a public holiday; 25 and 26 are two, a Friday and a Saturday.
        assert_eq!(rule("2026-12-24T09:00:00Z"), Ruling::At(at("2026-12-27T23:00:00Z")));
    }

    #[test]
    fn relatives_hear_only_by_their_channel_in_their_hours_and_outside_their_days() {
        let config = Configured::load().expect("configuration");
        let nl = config.calendar("nl");
        let zone = chrono_tz::Europe::Amsterdam;
        let now = at("2026-11-24T10:00:00Z");
        assert_eq!(plan(&["mail"], "", &[]).ruling(now, zone, nl), Ruling::Now);
        assert_eq!(plan(&["letter", "phone"], "", &[]).ruling(now, zone, nl), Ruling::ByContact);
        assert_eq!(plan(&["portal"], "", &[]).ruling(now, zone, nl), Ruling::PageOnly);
        assert_eq!(plan(&["none"], "", &[]).ruling(now, zone, nl), Ruling::PageOnly);
        assert_eq!(plan(&[], "", &[]).ruling(now, zone, nl), Ruling::PageOnly);
        assert_eq!(plan(&["mail"], "18.00 tot 20.00", &[]).ruling(now, zone, nl), Ruling::At(at("2026-11-24T17:00:00Z")));
        assert_eq!(plan(&["mail"], "9-12", &["11-24"]).ruling(now, zone, nl), Ruling::At(at("2026-11-25T08:00:00Z")));
        assert_eq!(plan(&["mail"], "als hij werkt", &[]).ruling(now, zone, nl), Ruling::ByContact);
    }
}
