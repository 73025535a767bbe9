//! What stands behind the `?` of an address. A value that can't be read is refused under the name of its parameter.

use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::value::{Error as Unread, MapDeserializer, StringDeserializer};
use serde::de::{Deserializer, DeserializeOwned, Error, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::future::{Ready, ready};

use super::Problem;
use crate::tx::FieldFault;

/// The query of an address, of a known shape.
pub struct Query<T>(pub T);

impl<T> Query<T> {
    /// The query itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Query<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Query<T>, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Query))
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(text).map_err(|_| nowhere())?.into_inner();
    let reader = MapDeserializer::<_, Unread>::new(pairs.into_iter().map(|(name, value)| (name, Part(value))));
    serde_path_to_error::deserialize(reader).map_err(|why| refused(&why.path().to_string(), &why.inner().to_string()))
}

fn nowhere() -> Problem {
    Problem::new(400, "malformed").at("query", "malformed")
}

/// The parameter and the rule in a reader's message; the message itself never leaves.
fn refused(path: &str, text: &str) -> Problem {
    let named = text.split('`').nth(1).unwrap_or_default();
    let of_name = [("unknown field", "unknown-field"), ("missing field", "required"), ("duplicate field", "twice")];
    let of_value = [("unknown variant", "not-an-option"), (NUMBER, NUMBER), (TRUE_FALSE, TRUE_FALSE), ("UUID", "query-id")];
    let begins = |(begin, _): &&(&str, &'static str)| text.starts_with(*begin);
    let (name, rule) = match of_name.iter().find(begins) {
        Some((_, rule)) => (named, *rule),
        None => (path, of_value.iter().find(begins).map_or("query-value", |(_, rule)| *rule)),
    };
    // Where the reader does not say which it was.
    if name.is_empty() || [".", "?"].contains(&name) {
        return nowhere();
    }
    let mut problem = Problem::new(422, "faults");
    problem.faults.push(FieldFault { field: name.to_owned(), rule: rule.to_owned(), words: vec![("name".to_owned(), name.to_owned())] });
    problem
}

/// A value that is no number where one belongs.
const NUMBER: &str = "query-number";
/// One that is neither `true` nor `false`.
const TRUE_FALSE: &str = "query-true-false";

/// A value as it stands in the address: read as what the shape wants.
struct Part(String);

impl<'de> IntoDeserializer<'de, Unread> for Part {
    type Deserializer = Part;
    fn into_deserializer(self) -> Part {
        self
    }
}

macro_rules! numbers {
    ($($read:ident $visit:ident)*) => { $(
        fn $read<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
            visitor.$visit(self.0.parse().map_err(|_| Unread::custom(NUMBER))?)
        }
    )* };
}

impl<'de> Deserializer<'de> for Part {
    type Error = Unread;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_string(self.0)
    }
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_bool(self.0.parse().map_err(|_| Unread::custom(TRUE_FALSE))?)
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_some(self)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_enum<V: Visitor<'de>>(self, _name: &'static str, _options: &'static [&'static str], visitor: V) -> Result<V::Value, Unread> {
        let word: StringDeserializer<Unread> = self.0.into_deserializer();
        visitor.visit_enum(word)
    }
    numbers! {
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32 deserialize_i64 visit_i64
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32 deserialize_u64 visit_u64
        deserialize_f32 visit_f32 deserialize_f64 visit_f64
    }
    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CaseId;

    #[derive(serde::Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Order {
        Newest,
    }

    #[derive(serde::Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Wanted {
        q: String,
        page: Option<u32>,
        #[serde(default)]
        mine: bool,
        case: Option<CaseId>,
        must_act: Option<Order>,
        on: Option<chrono::NaiveDate>,
    }

    fn fault(text: &str) -> (u16, String, String) {
        let problem = read::<Wanted>(text).unwrap_err();
        (problem.status, problem.faults[0].field.clone(), problem.faults[0].rule.clone())
    }

    #[test]
    fn a_query_is_read_as_its_shape_wants() {
        let case = CaseId::new();
        let read = read::<Wanted>(&format!("q=a%20b+c&page=3&mine=true&case={case}&mustAct=newest&on=2026-11-27")).unwrap();
        assert_eq!(read, Wanted { q: "a b c".into(), page: Some(3), mine: true, case: Some(case), must_act: Some(Order::Newest), on: "2026-11-27".parse().ok() });
        assert_eq!(super::read::<Wanted>("q=").unwrap(), Wanted { q: String::new(), page: None, mine: false, case: None, must_act: None, on: None });
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_parameter() {
        for (text, field, rule) in [
            ("q=a&page=x", "page", "query-number"), ("q=a&page=-1", "page", "query-number"), ("q=a&page=", "page", "query-number"), ("q=a&mine=ja", "mine", "query-true-false"), ("q=a&case=7", "case", "query-id"),
            ("q=a&mustAct=oldest", "mustAct", "not-an-option"), ("q=a&on=tomorrow", "on", "query-value"), ("q=a&moon=1", "moon", "unknown-field"), ("page=1", "q", "required"), ("q=a&q=b", "q", "twice"),
        ] {
            assert_eq!(fault(text), (422, field.to_owned(), rule.to_owned()), "{text}");
        }
    }
}
