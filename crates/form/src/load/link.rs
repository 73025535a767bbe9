//! What questions say about each other, looked up once all are known.

use toml::{Spanned, Value};

use super::Loader;
use crate::definition::{Choice, Field, FormDef, Kind, Required, Rows};
use crate::raw::{RawCondition, RawField};
use crate::{Condition, FormError};

impl Loader<'_> {
    /// Looks up what questions say about each other: conditions, order of dates, difference, references to rows.
    pub(super) fn link(&self, fields: &mut [&mut Field], checks: &[Checks], scopes: &[Vec<&Field>], form: &FormDef) -> Result<(), FormError> {
        for (field, check) in fields.iter_mut().zip(checks) {
            if let Some(raw) = &check.required_if {
                field.required = Required::If(self.condition(raw, check, scopes)?);
            }
            field.shown_if = check.shown_if.as_ref().map(|raw| self.condition(raw, check, scopes)).transpose()?;
            for other in [&field.not_before, &field.differs_from].into_iter().flatten() {
                let beside = find(scopes, other);
                let dates = |kind: &Kind| matches!(kind, Kind::Date | Kind::PartialDate);
                match beside {
                    Some((found, _)) if found.id != field.id && dates(&found.kind) == dates(&field.kind) => {}
                    _ => return self.wrong(&check.at, format!("er is geen vraag {other} om mee te vergelijken"), format!("there is no question {other} to compare with")),
                }
            }
            if let Kind::Reference { to } | Kind::References { to, .. } = &field.kind
                && let Some(local) = to.strip_prefix('#')
                && !matches!(form.field(local).map(|field| &field.kind), Some(Kind::Rows(Rows { key: Some(_), .. })))
            {
                return self.wrong(&check.at, format!("er zijn geen rijen {local} met een sleutel"), format!("there are no rows {local} with a key"));
            }
            let known = field.clone();
            let inner: &mut Vec<Field> = match &mut field.kind {
                Kind::Rows(rows) => &mut rows.fields,
                Kind::Group { fields } => fields,
                _ => continue,
            };
            let deeper: Vec<Vec<&Field>> = scopes.iter().cloned().chain([known.kind.fields().iter().collect()]).collect();
            self.link(&mut inner.iter_mut().collect::<Vec<_>>(), &check.inner, &deeper, form)?;
        }
        Ok(())
    }

    fn condition(&self, raw: &RawCondition, check: &Checks, scopes: &[Vec<&Field>]) -> Result<Condition, FormError> {
        let Some((target, up)) = find(scopes, &raw.field) else {
            return self.wrong(&check.at, format!("de voorwaarde kijkt naar {}, en dat is geen vraag", raw.field), format!("the condition looks at {}, which is no question", raw.field));
        };
        let (codes, negated) = match (&raw.is, &raw.is_not) {
            (Some(is), None) => (plain(is), false),
            (None, Some(is_not)) => (plain(is_not), true),
            _ => return self.wrong(&check.at, "een voorwaarde heeft is of is_not", "a condition has either is or is_not"),
        };
        let Some(is) = codes.filter(|codes| !codes.is_empty()) else {
            return self.wrong(&check.at, "een voorwaarde zoekt codes, true of false", "a condition looks for codes, true or false");
        };
        let own = |choice: &Choice, code: &str| choice.list.is_some() || choice.own.iter().any(|own| own.code == code);
        let fits = |code: &String| match &target.kind {
            Kind::One(choice) | Kind::Many { choice, .. } => own(choice, code),
            Kind::Bool { .. } => code == "true" || code == "false",
            _ => false,
        };
        if let Some(odd) = is.iter().find(|code| !fits(code)) {
            return self.wrong(&check.at, format!("de voorwaarde zoekt {odd}, en dat is {} nooit", raw.field), format!("the condition looks for {odd}, which {} never is", raw.field));
        }
        Ok(Condition { field: raw.field.clone(), up, is, negated, tick: matches!(target.kind, Kind::Bool { tick: true }) })
    }
}

/// What of a raw question is looked up once all are known.
pub(super) struct Checks {
    at: Spanned<String>,
    required_if: Option<RawCondition>,
    shown_if: Option<RawCondition>,
    inner: Vec<Checks>,
}

impl Checks {
    pub(super) fn of(raw: &RawField) -> Checks {
        let inner = raw.fields.iter().flatten().map(Checks::of).collect();
        Checks { at: raw.id.clone(), required_if: raw.required_if.clone(), shown_if: raw.shown_if.clone(), inner }
    }
}

/// The question with an id, beside or further out, and how many levels further out.
fn find<'a>(scopes: &[Vec<&'a Field>], id: &str) -> Option<(&'a Field, usize)> {
    scopes.iter().rev().enumerate().find_map(|(up, scope)| scope.iter().find(|field| field.id == id).map(|field| (*field, up)))
}

fn plain(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Boolean(yes) => Some(vec![yes.to_string()]),
        Value::Integer(code) => Some(vec![code.to_string()]),
        Value::Array(values) => values.iter().map(plain).collect::<Option<Vec<_>>>().map(|values| values.concat()),
        _ => None,
    }
}
