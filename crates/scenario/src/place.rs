//! Where something stands: from a path in the file to its line.

use std::fmt;

use crate::play::LISTS;
use crate::Scenario;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The line, from 1, on which the value of a path such as `findings[2].evidence[0]` stands. `None` when there is no such path.
///
/// The file is read once more down to the path, where reading is refused: the reader then tells where it was.
pub fn line_of(text: &str, path: &str) -> Option<usize> {
    let steps: Vec<&str> = path.split(['.', '[', ']']).filter(|step| !step.is_empty()).collect();
    let refused = Walk { steps: &steps }.deserialize(serde_yaml_ng::Deserializer::from_str(text)).err()?;
    refused.to_string().contains(HERE).then(|| refused.location().map(|at| at.line())).flatten()
}

/// Where in the file the answer of a form stands that a part of the file fills: mostly under its own name in that part. The notification
/// takes its people from `persons`, its relations from `relations` and what happened from `incident`.
pub(crate) fn of_answer(told: &Scenario, place: &str, answer: &str) -> String {
    let (question, rest) = answer.find(['.', '[']).map_or((answer, ""), |at| answer.split_at(at));
    if place != "notification" {
        return match (place, question) {
            ("screening", "om_consulted_on") => "screening.om_consulted_on_day".into(),
            ("decision", "publish_on") => "decision.publish_day".into(),
            ("learning", "what_happened" | "lessons" | "questions") => format!("learning.brief.{answer}"),
            (section, "section" | "text") if section.starts_with("report.sections.") => section.to_owned(),
            _ => format!("{place}.{answer}"),
        };
    }
    match (question, LISTS.iter().find(|(_, list)| *list == question)) {
        (_, Some((part, _))) => {
            let (row, inner) = rest.trim_start_matches('[').split_once(']').unwrap_or_default();
            let of_part = told.persons.iter().enumerate().filter(|(_, person)| person.part == *part);
            let person = row.parse().ok().and_then(|row: usize| of_part.map(|(at, _)| at).nth(row));
            let inner = inner.strip_prefix(".person").unwrap_or(inner);
            person.map_or_else(|| "persons".into(), |at| format!("persons[{at}]{inner}"))
        }
        ("relations", _) => answer.to_owned(),
        ("time" | "place" | "facts", _) => format!("incident.{answer}"),
        ("incident_date", _) if told.notification.incident_date.is_none() && told.incident.date.is_some() => "incident.date".into(),
        _ => format!("notification.{answer}"),
    }
}

const HERE: &str = "the value looked for";

struct Walk<'a> {
    steps: &'a [&'a str],
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl Walk<'_> {
    fn end<E: Error>(&self) -> Result<(), E> {
        if self.steps.is_empty() { Err(E::custom(HERE)) } else { Ok(()) }
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("any value")
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.end()
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.end()
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.end()
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.end()
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.end()
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.end()
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.end()?;
        let (wanted, rest) = self.steps.split_first().map_or((None, self.steps), |(first, rest)| (first.parse::<usize>().ok(), rest));
        for at in 0.. {
            let more = if Some(at) == wanted { list.next_element_seed(Walk { steps: rest })? } else { list.next_element::<IgnoredAny>()?.map(|_| ()) };
            if more.is_none() {
                break;
            }
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.end()?;
        while let Some(key) = members.next_key::<String>()? {
            match self.steps.split_first() {
                Some((wanted, rest)) if *wanted == key => members.next_value_seed(Walk { steps: rest })?,
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}
