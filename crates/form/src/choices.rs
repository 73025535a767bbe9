//! What can be chosen: options of the form itself, a list of the codebook, or things of the case.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::definition::{Choice, Kind};
use crate::{Answers, FormDef, Lang, Text};

/// An option of a list the caller keeps.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ListOption {
    /// The code an answer holds, as text.
    pub code: String,
    /// What is shown.
    pub label: Text,
    /// What it stands under in a long list: whose it is, where it comes from.
    pub group: Option<Text>,
}

impl ListOption {
    /// An option that stands under nothing.
    pub fn new(code: impl Into<String>, label: Text) -> ListOption {
        ListOption { code: code.into(), label, group: None }
    }

    /// Under a heading.
    pub fn under(self, group: Text) -> ListOption {
        ListOption { group: Some(group), ..self }
    }
}

/// Lists the caller keeps.
///
/// Asked for by the name that stands after `@` in a definition (`theme`), or, for references to things of the case, by `ref:` and the
/// kind of thing (`ref:organisation`, `ref:person`, `ref:question`, `ref:finding`, `ref:evidence` ...).
pub trait Lists {
    /// The options of a list; none when the caller has no such list. A code of an absent `@` list is never an option; a reference is
    /// then only checked for its shape, since who may refer to what is decided elsewhere.
    fn options(&self, list: &str) -> Option<Vec<ListOption>>;
}

/// No lists at all.
pub struct NoLists;

impl Lists for NoLists {
    fn options(&self, _list: &str) -> Option<Vec<ListOption>> {
        None
    }
}

impl Choice {
    /// All options: those of the codebook's list first, then the form's own.
    pub fn options(&self, lists: &dyn Lists) -> Vec<ListOption> {
        let listed = self.list.as_deref().and_then(|list| lists.options(list)).unwrap_or_default();
        listed.into_iter().chain(self.own.iter().map(|own| ListOption::new(own.code.clone(), own.label.clone()))).collect()
    }

    /// Whether an option can't be chosen together with others.
    pub fn stands_alone(&self, code: &str) -> bool {
        self.own.iter().any(|own| own.alone && own.code == code)
    }
}

/// The options of a reference: rows of the same form when `to` starts with `#`, else the caller's. None when nobody keeps a list.
pub(crate) fn references(to: &str, form: &FormDef, whole: &Answers, lists: &dyn Lists) -> Option<Vec<ListOption>> {
    let Some(local) = to.strip_prefix('#') else { return lists.options(&format!("ref:{to}")) };
    let rows = whole.get(local).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let list = form.field(local);
    let fields = match list.map(|field| &field.kind) {
        Some(Kind::Rows(rows)) => rows.fields.as_slice(),
        _ => &[],
    };
    let told = rows.iter().filter_map(Value::as_object).enumerate().filter_map(|(at, row)| {
        let code = row.get("key")?.as_str()?;
        let name = fields.iter().find_map(|field| match field.kind {
            Kind::Person { .. } => person_name(row.get(&field.id)?),
            _ => None,
        });
        // As the row is headed on its page: `Suspects 1`, with the name where it is known.
        let called = |lang: Lang| {
            let heading = format!("{} {}", list.map_or(code, |field| field.label.get(lang)), at + 1);
            name.as_ref().map_or(heading.clone(), |name| format!("{heading}: {name}"))
        };
        Some(ListOption::new(code, Text::new(&called(Lang::Nl), &called(Lang::En))))
    });
    Some(told.collect())
}

/// What a person is called: the whole name, else given and family name.
pub(crate) fn person_name(person: &Value) -> Option<String> {
    let part = |id: &str| person.get(id).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    if let Some(name) = part("name") {
        return Some(name.to_owned());
    }
    let parts: Vec<&str> = [part("given"), part("family")].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
