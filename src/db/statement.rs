//! Statements written in SQL that stay prepared with their connection.
//!
//! What diesel builds from tables stays prepared, but for updates; what is written as text (`diesel::sql_query`) is read and planned anew at
//! each call, and with the policies woven in, that costs more than running it. Only for texts that stand in the code: each stays for the
//! life of a connection.

use std::marker::PhantomData;

use diesel::connection::Connection;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Untyped};
use diesel::RunQueryDsl;

/// A statement and what is bound to it.
pub struct Statement<'a> {
    sql: &'static str,
    bound: Vec<Box<dyn QueryFragment<Pg> + 'a>>,
}

/// A statement kept prepared. `$1`, `$2`, … must first appear in that order, and may appear again.
pub fn statement(sql: &'static str) -> Statement<'static> {
    Statement { sql, bound: vec![] }
}

impl<'a> Statement<'a> {
    /// Binds the next parameter.
    pub fn bind<ST, V>(mut self, value: V) -> Statement<'a>
    where
        Pg: HasSqlType<ST>,
        V: ToSql<ST, Pg> + 'a,
        ST: 'a,
    {
        self.bound.push(Box::new(Bound { value, kind: PhantomData::<ST> }));
        self
    }
}

struct Bound<ST, V> {
    value: V,
    kind: PhantomData<ST>,
}

impl<ST, V> QueryFragment<Pg> for Bound<ST, V>
where
    Pg: HasSqlType<ST>,
    V: ToSql<ST, Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_bind_param::<ST, _>(&self.value)
    }
}

/// The text between parameters, each with the number of the parameter that follows it; 0 after the last.
fn pieces(sql: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut rest = Some(sql);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some((before, after)) = text.split_once('$') else {
            rest = None;
            return Some((text, 0));
        };
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (number, left) = after.split_at(digits);
        rest = Some(left);
        Some((before, number.parse().unwrap_or(0)))
    })
}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let mut next = self.bound.iter();
        let mut told = 0;
        for (text, number) in pieces(self.sql) {
            out.push_sql(text);
            if number > told {
                told = number;
                next.next().ok_or_else(|| diesel::result::Error::QueryBuilderError(format!("nothing is bound to ${number}").into()))?.walk_ast(out.reborrow())?;
            } else if number > 0 {
                out.push_sql(&format!("${number}"));
            }
        }
        Ok(())
    }
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement<'_> {
    type SqlType = Untyped;
}

impl<C: Connection> RunQueryDsl<C> for Statement<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::sql_types::{Integer, Text};

    fn told(statement: &Statement<'_>) -> String {
        diesel::debug_query::<Pg, _>(statement).to_string()
    }

    #[test]
    fn parameters_are_numbered_as_written_and_may_return() {
        let made = statement("select $1 + $1, $2 from t where a = $1").bind::<Integer, _>(7).bind::<Text, _>("b");
        assert_eq!(told(&made), "select $1 + $1, $2 from t where a = $1 -- binds: [7, \"b\"]");
    }

    #[test]
    fn it_stays_prepared() {
        let made = statement("select $1").bind::<Integer, _>(7);
        assert!(QueryFragment::<Pg>::is_safe_to_cache_prepared(&made, &Pg).unwrap_or(false));
    }
}
