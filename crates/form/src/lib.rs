//! The forms of a review as data: what is asked, in which words, and whether an answer can be one.
//!
//! A definition is a file in `config/forms`; answers are one JSON object that is sealed as a whole. This package reads definitions,
//! checks answers, reads what a browser posted and tells a template what to draw. It knows no page, no database and no clock.
//!
//! # How to change a form
//!
//! A form has parts (`[[part]]`, a page each), a part has questions (`[[part.field]]`), rows and groups have questions of their own
//! (`[[part.field.field]]`). Every text is `{ nl, en }`, with `pap` where the translation is certain. Raise `version` when a question
//! changes its meaning: answers keep the version they were written with. Everywhere: `required`, or `required_if` and `shown_if` with
//! `{ field, is }` or `{ field, is_not }`; `retired` for a question that is asked no more and stands where it was answered; `care` when the answer may tell of violence. By kind:
//!
//! | kind | an answer | settings |
//! |---|---|---|
//! | `line`, `long`, `time` | text | `max_len`, `default` |
//! | `date`, `partial_date`, `month_day` | `2016-10-12`, `2016-10`, `12-24` | `not_before` |
//! | `one`, `many` | a code, or a list of codes | `options` or `list = "@…"`, `unknown`, `rather_not`, `preset`, `min` |
//! | `bool`, `tick` | `true`, `false` | a required tick must be ticked |
//! | `number`, `scale` | a number; 1 to 5 | `min`, `max`, `whole` |
//! | `person` | an object, or a bare name | `parts`, `differs_from` |
//! | `reference`, `references` | a key, or a list of keys | `to`: a kind of thing, or `#` and rows with a `key` |
//! | `list` | a list of texts or days | `of`, `min`, `max` |
//! | `group`, `rows` | an object, or a list of objects | `min`, `max`, `key`, `keyed` |
#![forbid(unsafe_code)]

mod cells;
mod check;
mod choices;
mod condition;
mod dates;
mod definition;
mod empty;
mod load;
mod missing;
mod normal;
mod path;
mod post;
mod raw;
mod refer;
mod rule;
mod signs;
mod summary;
mod text;
mod view;
mod words;

use serde_json::{Map, Value};

pub use cells::{column_of, from_cells};
pub use check::check;
pub use choices::{ListOption, Lists, NoLists};
pub use condition::Condition;
pub use dates::Partial;
pub use definition::{Choice, Field, FormDef, Item, Kind, Own, Part, PersonPart, Preset, Required, Rows};
pub use load::{FormError, Forms};
pub use missing::missing;
pub use normal::normal;
pub use path::{Path, Step};
pub use refer::{referred, refers_to};
pub use post::{ACTION, Button, button, from_form_post};
pub use rule::{Fault, Rule};
pub use signs::hidden;
pub use summary::{answer, summary};
pub use text::{Lang, Text};
pub use view::{FieldView, InputView, OptionView, RowView, Shown, to_fields};

/// The answers of one form: field ids and values, as they are sealed and as the API carries them.
pub type Answers = Map<String, Value>;

/// The words given as an answer; none are empty words.
pub fn text_of(answers: &Answers, id: &str) -> String {
    answers.get(id).and_then(Value::as_str).unwrap_or_default().to_owned()
}
