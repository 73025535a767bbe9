//! What a JSON reader lets pass and we don't: a member told twice, of which only the last would count, and signs that can't be seen
//! or turn the order of what is seen (`product.md` section 8).

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::Problem;

/// Looks through a body that is well-formed JSON; anything else is left for the reader that wants a shape.
pub(super) fn look(text: &[u8]) -> Result<(), Problem> {
    let mut found = None;
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read = Look { path: "", found: &mut found }.deserialize(&mut reader);
    match (read, found) {
        (Err(_), Some((field, rule))) => Err(Problem::new(422, "faults").at(field, rule)),
        _ => Ok(()),
    }
}

struct Look<'a> {
    path: &'a str,
    found: &'a mut Option<(String, &'static str)>,
}

impl Look<'_> {
    fn text<E: Error>(&mut self, text: &str) -> Result<(), E> {
        if form::hidden(text, true) { Err(self.odd(self.path.to_owned(), "control-characters")) } else { Ok(()) }
    }
    fn odd<E: Error>(&mut self, field: String, rule: &'static str) -> E {
        // Answers are named as their form names them.
        let field = field.strip_prefix("answers.").map(str::to_owned).unwrap_or(field);
        *self.found = Some((field, rule));
        E::custom(rule)
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        self.text(text)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        for at in 0.. {
            if seq.next_element_seed(Look { path: &format!("{}[{at}]", self.path), found: &mut *self.found })?.is_none() {
                break;
            }
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut seen = std::collections::BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let path = if self.path.is_empty() { name.clone() } else { format!("{}.{name}", self.path) };
            self.text(&name)?;
            if !seen.insert(name) {
                return Err(self.odd(path, "twice"));
            }
            map.next_value_seed(Look { path: &path, found: &mut *self.found })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(String, String)> {
        look(text.as_bytes()).err().map(|problem| (problem.faults[0].field.clone(), problem.faults[0].rule.clone()))
    }

    #[test]
    fn a_member_told_twice_and_hidden_signs_are_refused_by_name_and_emoji_and_other_scripts_are_not() {
        assert_eq!(told(r#"{"answers":{"rows":[{"a":1},{"b":1,"c":2,"b":3}]}}"#), Some(("rows[1].b".into(), "twice".into())));
        assert_eq!(told(r#"{"reason":"a\u0000b"}"#), Some(("reason".into(), "control-characters".into())));
        assert_eq!(told("{\"reason\":\"a \u{202e}b\"}"), Some(("reason".into(), "control-characters".into())));
        assert_eq!(told("{\"reason\":\"👩‍👧 Ünïcode عربي\\nand a second line\"}"), None);
        assert_eq!(told("{\"reason\":"), None);
    }
}
