//! When a question is asked or needs an answer.

use serde::Serialize;
use serde_json::Value;

use crate::definition::{Field, Required};
use crate::{Answers, empty};

/// What a tick is that nobody set.
static NO: Value = Value::Bool(false);

/// A condition on another answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Condition {
    /// Id of the question it looks at.
    pub field: String,
    /// How many rows or groups further out that question stands; 0 is beside this one.
    pub up: usize,
    /// The codes it looks for; `true` and `false` for yes and no.
    pub is: Vec<String>,
    /// Whether it holds when the question is answered with none of them.
    pub negated: bool,
    /// Whether the question is a tick: left alone it is a no, never open.
    #[serde(skip)]
    pub tick: bool,
}

impl Condition {
    /// Whether it holds. `scopes` are the objects around the question, outermost first. An open question meets no condition; a tick that nobody set is a no.
    pub(crate) fn holds(&self, scopes: &[&Answers]) -> bool {
        let Some(value) = self.told(scopes) else { return false };
        let found = match value {
            Value::Array(values) => values.iter().any(|value| self.names(value)),
            value => self.names(value),
        };
        found != self.negated
    }

    /// What was answered to the question it looks at; none while that is open.
    fn told<'a>(&self, scopes: &[&'a Answers]) -> Option<&'a Value> {
        let scope = scopes.len().checked_sub(self.up + 1).and_then(|at| scopes.get(at).copied());
        let told = scope.and_then(|scope| scope.get(&self.field)).filter(|value| !empty::value(value));
        told.or_else(|| self.tick.then_some(&NO))
    }

    fn names(&self, value: &Value) -> bool {
        let plain = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.is.contains(&plain)
    }
}

impl Field {
    /// Whether the question is asked, given the objects around it.
    pub(crate) fn shown(&self, scopes: &[&Answers]) -> bool {
        let answered = || scopes.last().and_then(|here| here.get(&self.id)).is_some_and(|value| !empty::value(value));
        self.shown_if.as_ref().is_none_or(|condition| condition.holds(scopes)) && (!self.retired || answered())
    }

    /// Whether a page may not call it optional: it needs an answer, or does as soon as another question is answered so.
    pub(crate) fn may_be_needed(&self, scopes: &[&Answers]) -> bool {
        match &self.required {
            Required::Yes => true,
            Required::No => false,
            Required::If(condition) => condition.holds(scopes) || self.shown(scopes) && condition.told(scopes).is_none(),
        }
    }

    /// Whether it is asked and needs an answer.
    pub(crate) fn needed(&self, scopes: &[&Answers]) -> bool {
        self.shown(scopes) && match &self.required {
            Required::Yes => true,
            Required::No => false,
            Required::If(condition) => condition.holds(scopes),
        }
    }
}
