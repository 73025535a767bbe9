//! A picture over time: a lane per subject, bars for stretches, dots for moments, diamonds for what went wrong. Drawn as SVG here,
//! so that it needs no script; the page beside it has the same facts as a table (`ux.md` sections 5.2 and 7).

use chrono::{Datelike, Duration, Months, NaiveDate};

use crate::texts::Words;

/// Where lanes start and end, and how high one is, in units of the drawing.
const LEFT: i64 = 170;
const RIGHT: i64 = 752;
const TOP: i64 = 26;
const LANE: i64 = 34;
/// How high a bracket is, with its name.
const BRACKET: i64 = 26;
/// The most signs of a lane's name that fit left of it.
const NAME: usize = 22;
/// More moments than these in so narrow a place become one numbered dot.
const CROWD: usize = 12;
const NARROW: i64 = 24;

/// A lane before it is drawn.
#[derive(Default)]
pub(super) struct Lane {
    /// Whose or what.
    pub name: String,
    /// Stretches.
    pub bars: Vec<Bar>,
    /// Moments.
    pub marks: Vec<Mark>,
    /// Stretches without anything, drawn dashed.
    pub gaps: Vec<(NaiveDate, NaiveDate)>,
}

/// A stretch of time.
pub(super) struct Bar {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// What it was.
    pub name: String,
}

/// A moment.
pub(super) struct Mark {
    /// The first day it can be.
    pub on: NaiveDate,
    /// The last day it can be: another one where only month or year is known.
    pub last: NaiveDate,
    /// What it was, in words: source, day, kind.
    pub name: String,
    /// Whether it went wrong: an escalation, a term that passed.
    pub alarm: bool,
    /// Its row in the table; empty where there is none.
    pub href: String,
}

/// Events that are one pattern: from the first to the last, with its name.
pub(super) struct Bracket {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// What it is.
    pub name: String,
}

/// A lane as it is drawn.
pub(super) struct Drawn {
    /// Name, as far as it fits.
    pub name: String,
    /// Upper edge.
    pub y: i64,
    /// Middle.
    pub middle: i64,
    /// Base line of texts.
    pub base: i64,
    /// Colour, 1 to 6.
    pub series: usize,
    /// Bars: left, width, name where it fits, whether every second one.
    pub bars: Vec<(i64, i64, String, bool)>,
    /// Dashes: from, to.
    pub gaps: Vec<(i64, i64)>,
    /// Dots.
    pub dots: Vec<Dot>,
}

/// A dot, diamond, hatched bar or bundle.
pub(super) struct Dot {
    /// Middle.
    pub x: i64,
    /// Width of a hatched bar; none for a moment.
    pub width: i64,
    /// In words.
    pub name: String,
    /// Whether it is a diamond.
    pub alarm: bool,
    /// Where it leads.
    pub href: String,
    /// How many it stands for.
    pub count: usize,
}

/// A picture.
pub(super) struct Picture {
    /// What it shows, as a sentence.
    pub title: String,
    /// Lanes.
    pub lanes: Vec<Drawn>,
    /// Places and names on the axis.
    pub ticks: Vec<(i64, String)>,
    /// Where today is, if inside.
    pub today: Option<i64>,
    /// Lower edge of the lanes.
    pub bottom: i64,
    /// Height of the whole.
    pub height: i64,
    /// Middle and base line of the legend.
    pub legend: (i64, i64),
    /// Whether dots lead to rows: then they are links, and the picture is no image.
    pub leads: bool,
    /// Brackets under the lanes: from, to, upper edge, name.
    pub brackets: Vec<(i64, i64, i64, String)>,
}

struct Scale {
    from: NaiveDate,
    days: i64,
}

impl Scale {
    fn x(&self, day: NaiveDate) -> i64 {
        LEFT + 10 + (day - self.from).num_days().clamp(0, self.days) * (RIGHT - LEFT - 20) / self.days.max(1)
    }
}

/// The lanes as a picture; none when nothing has a day. `zoom` is the address that, with `from` and `to` added, shows a part.
pub(super) fn drawn(title: String, lanes: Vec<Lane>, today: Option<NaiveDate>, zoom: &str, words: &Words) -> Option<Picture> {
    bracketed(title, lanes, &[], today, zoom, words)
}

/// As [`drawn`], with brackets under the lanes around events that are one pattern.
pub(super) fn bracketed(title: String, lanes: Vec<Lane>, brackets: &[Bracket], today: Option<NaiveDate>, zoom: &str, words: &Words) -> Option<Picture> {
    let days = || lanes.iter().flat_map(|lane| lane.bars.iter().flat_map(|bar| [bar.from, bar.to]).chain(lane.marks.iter().flat_map(|mark| [mark.on, mark.last])));
    let (from, to) = (days().chain(today).min()?, days().chain(today).max()?);
    let scale = Scale { from, days: (to - from).num_days().max(30) };
    let leads = lanes.iter().any(|lane| lane.marks.iter().any(|mark| !mark.href.is_empty()));
    let lanes: Vec<Drawn> = lanes.into_iter().enumerate().map(|(at, lane)| drawn_lane(at, lane, &scale, zoom)).collect();
    let bottom = TOP + LANE * i64::try_from(lanes.len()).unwrap_or(0);
    let brackets: Vec<_> = brackets.iter().zip(0..).map(|(one, at)| {
        let (from, to) = (scale.x(one.from), scale.x(one.to));
        (from, to.max(from + 6), bottom + 6 + BRACKET * at, one.name.clone())
    }).collect();
    let under = bottom + BRACKET * i64::try_from(brackets.len()).unwrap_or(0);
    Some(Picture { title, lanes, ticks: ticks(&scale, words), today: today.map(|day| scale.x(day)), bottom, height: under + 32, legend: (under + 16, under + 21), leads, brackets })
}

fn drawn_lane(at: usize, lane: Lane, scale: &Scale, zoom: &str) -> Drawn {
    let y = TOP + LANE * i64::try_from(at).unwrap_or(0);
    let bars = lane.bars.into_iter().enumerate().map(|(at, bar)| {
        let (left, width) = (scale.x(bar.from), (scale.x(bar.to) - scale.x(bar.from)).max(2));
        // Thirteen units high, a letter is some seven wide.
        let fits = i64::try_from(bar.name.chars().count()).unwrap_or(i64::MAX).saturating_mul(7) + 8 < width;
        (left, width, if fits { bar.name } else { String::new() }, at % 2 == 1)
    }).collect();
    let gaps = lane.gaps.iter().map(|(from, to)| (scale.x(*from), scale.x(*to))).collect();
    let name = if lane.name.chars().count() > NAME { lane.name.chars().take(NAME - 1).chain(['…']).collect() } else { lane.name };
    Drawn { name, y, middle: y + LANE / 2, base: y + LANE / 2 + 5, series: at % 6 + 1, bars, gaps, dots: dots(lane.marks, scale, zoom) }
}

/// Dots in order of time; a crowd becomes one that says how many and leads nearer.
fn dots(mut marks: Vec<Mark>, scale: &Scale, zoom: &str) -> Vec<Dot> {
    marks.sort_by_key(|mark| mark.on);
    let mut found = vec![];
    let mut rest = marks.into_iter().peekable();
    while let Some(first) = rest.next() {
        let start = scale.x(first.on);
        let mut near = vec![first];
        while let Some(next) = rest.next_if(|mark| scale.x(mark.on) - start < NARROW) {
            near.push(next);
        }
        if near.len() <= CROWD || zoom.is_empty() {
            found.extend(near.into_iter().map(|mark| {
                let (from, to) = (scale.x(mark.on), scale.x(mark.last));
                let width = if mark.last > mark.on { (to - from).max(6) } else { 0 };
                Dot { x: if width > 0 { from + width / 2 } else { from }, width, name: mark.name, alarm: mark.alarm, href: mark.href, count: 1 }
            }));
            continue;
        }
        let (Some(from), Some(to)) = (near.iter().map(|mark| mark.on).min(), near.iter().map(|mark| mark.last).max()) else { continue };
        let name = format!("{} ({from} – {to})", near.len());
        found.push(Dot { x: start + NARROW / 2, width: 0, name, alarm: near.iter().any(|mark| mark.alarm), href: format!("{zoom}from={from}&to={to}"), count: near.len() });
    }
    found
}

/// At most seven places on the axis, each the first of a month or year.
fn ticks(scale: &Scale, words: &Words) -> Vec<(i64, String)> {
    let to = scale.from + Duration::days(scale.days);
    let months = i64::from(to.year() - scale.from.year()) * 12 + i64::from(to.month()) - i64::from(scale.from.month());
    let step = [1, 2, 3, 6, 12, 24, 60, 120, 240].into_iter().find(|step| months / step <= 6).unwrap_or(480);
    let first = NaiveDate::from_ymd_opt(scale.from.year(), if step >= 12 { 1 } else { scale.from.month() }, 1);
    let mut found = vec![];
    let mut next = first;
    while let Some(day) = next.filter(|day| *day <= to) {
        if day >= scale.from {
            let name = if step >= 12 { day.year().to_string() } else if day.month() == 1 || found.is_empty() { format!("{} {}", words.t(&format!("month-{}", day.month())), day.year()) } else { words.t(&format!("month-{}", day.month())) };
            found.push((scale.x(day), name));
        }
        next = day.checked_add_months(Months::new(u32::try_from(step).unwrap_or(12)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }
    fn mark(on: &str) -> Mark {
        Mark { on: day(on), last: day(on), name: on.to_owned(), alarm: false, href: "#e".into() }
    }
    fn picture(marks: Vec<Mark>) -> Picture {
        drawn("t".into(), vec![Lane { name: "Huisartsenpraktijk Oosterzand".into(), marks, ..Lane::default() }], None, "/t?", &Words { language: Language::En }).expect("days")
    }

    #[test]
    fn a_later_day_stands_further_right_and_the_axis_has_few_names() {
        for (first, last) in [("2016-01-03", "2016-02-01"), ("2012-06-01", "2016-12-31"), ("1950-01-01", "2026-01-01")] {
            let drawn = picture(vec![mark(last), mark(first)]);
            let dots: Vec<i64> = drawn.lanes[0].dots.iter().map(|dot| dot.x).collect();
            assert!(dots[0] < dots[1] && dots[0] >= LEFT && dots[1] <= RIGHT, "{dots:?}");
            assert!((1..=8).contains(&drawn.ticks.len()), "{:?}", drawn.ticks);
        }
        assert_eq!(picture(vec![mark("2016-01-03")]).lanes[0].name, "Huisartsenpraktijk Oo…");
    }

    #[test]
    fn thirteen_moments_in_a_narrow_place_become_one_that_leads_nearer_and_twelve_do_not() {
        let crowd = |count: u32| picture((1..=count).map(|at| mark(&format!("2016-03-{at:02}"))).chain([mark("1990-01-01")]).collect());
        assert_eq!(crowd(12).lanes[0].dots.len(), 13);
        let dots = crowd(13).lanes.remove(0).dots;
        assert_eq!((dots.len(), dots[1].count, dots[1].href.as_str()), (2, 13, "/t?from=2016-03-01&to=2016-03-13"));
    }

    #[test]
    fn a_bracket_spans_its_events_under_the_lanes_and_makes_the_picture_higher() {
        let lanes = || vec![Lane { name: "a".into(), marks: vec![mark("2016-01-03"), mark("2016-03-01"), mark("2016-12-01")], ..Lane::default() }];
        let words = Words { language: Language::En };
        let plain = drawn("t".into(), lanes(), None, "", &words).expect("days");
        let with = bracketed("t".into(), lanes(), &[Bracket { from: day("2016-01-03"), to: day("2016-03-01"), name: "every month".into() }], None, "", &words).expect("days");
        let (from, to, top, _) = with.brackets[0].clone();
        assert!(from == with.lanes[0].dots[0].x && to == with.lanes[0].dots[1].x && top > with.bottom && with.height == plain.height + BRACKET, "{:?}", with.brackets);
    }

    #[test]
    fn a_month_is_a_bar_and_nothing_with_a_day_is_no_picture() {
        let month = Mark { last: day("2016-03-31"), ..mark("2016-03-01") };
        assert!(picture(vec![month, mark("2016-06-01")]).lanes[0].dots[0].width > 0);
        assert!(drawn("t".into(), vec![], None, "", &Words { language: Language::Nl }).is_none());
    }
}
