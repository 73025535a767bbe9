//! The forms of a review as data: what is asked, in which words, and whether an answer can be one.
//!
//! A definition is a file in `config/forms`; answers are one JSON object that is sealed as a whole. This package reads definitions,
//! checks answers, reads what a browser posted and tells a template what to draw. It knows no page, no database and no clock.
#![forbid(unsafe_code)]

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
mod rule;
mod signs;
mod summary;
mod text;
mod view;
mod words;

use serde_json::{Map, Value};

pub use check::check;
pub use choices::{ListOption, Lists, NoLists};
pub use condition::Condition;
pub use dates::Partial;
pub use definition::{Choice, Field, FormDef, Item, Kind, Own, Part, PersonPart, Preset, Required, Rows};
pub use load::{FormError, Forms};
pub use missing::missing;
pub use normal::normal;
pub use path::{Path, Step};
pub use post::{ACTION, Button, button, from_form_post};
pub use rule::{Fault, Rule};
pub use summary::summary;
pub use text::{Lang, Text};
pub use view::{FieldView, InputView, OptionView, RowView, Shown, to_fields};

/// The answers of one form: field ids and values, as they are sealed and as the API carries them.
pub type Answers = Map<String, Value>;
