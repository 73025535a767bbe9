//! Which form lies where, and who may.

use form::{Answers, FormDef};

use super::{Listed, Saved};
use crate::access::{Act, Kind};
use crate::ids::{CompartmentId, ItemId};
use crate::tx::{Permit, Refused, Tx};

/// A form in a kind of compartment.
pub struct Sheet {
    /// The form's id.
    pub form: &'static str,
    /// Who reads it there.
    pub read: &'static Act,
    /// Who writes it there.
    pub write: &'static Act,
    /// The answer that names the document: there is one of each name.
    pub named_by: Option<&'static str>,
    /// Whether a place holds one of it, which is written on, never a second one.
    pub once: bool,
    /// Whether one writes at a time: the others' saving waits until the writer has stopped (`ux.md` section 5.5).
    pub one_writer: bool,
    /// Whether a document is its author's own: nobody else writes a further version or takes it away, and of each name everybody may have one.
    pub own: bool,
    /// The form as it is asked there, where a case's variant leaves something of it out.
    pub asked: Option<Asked>,
    /// The part of it the hat worn answers, in words of its own, where others answer the rest: that stays as it stands.
    pub narrowed: Option<Asked>,
    /// What a room refuses by a rule of its own, before the form is checked; asked of an empty form as well.
    pub rules: Option<Rules>,
    /// What closes the place for new documents (asked without one), or one that is there, for further versions and drafts.
    pub closed: Option<Closed>,
    /// Whether a document that is another's may not be read yet: it is then as if it were not there.
    pub unread: Option<Unread>,
    /// What follows from a saved version: process facts, tokens for the name check.
    pub then: Option<fn(&mut Tx, &Permit, &Saved) -> Result<(), Refused>>,
    /// Who takes a document away again, where one may; none where what was saved stays.
    pub remove: Option<Remove>,
}

/// The form as it is asked in a place.
pub type Asked = fn(&mut Tx, CompartmentId, FormDef) -> Result<FormDef, Refused>;
/// The rules a room has for answers in a place.
pub type Rules = fn(&mut Tx, CompartmentId, &Answers) -> Result<(), Refused>;
/// The rule by which a document, or the place for a new one, is closed.
pub type Closed = fn(&mut Tx, CompartmentId, Option<ItemId>) -> Result<(), Refused>;

/// Whether another's document may not be read yet.
pub type Unread = fn(&mut Tx, CompartmentId, &Listed) -> Result<bool, Refused>;

/// How documents of a form are taken away.
#[derive(Clone, Copy)]
pub struct Remove {
    /// Who may: those who write it.
    pub act: &'static Act,
    /// What stands in the way, such as a release.
    pub unless: fn(&mut Tx, &Permit, ItemId) -> Result<(), Refused>,
}

impl Sheet {
    /// The kind of compartment it lies in.
    pub fn within(&self) -> Kind {
        self.write.within
    }
}

/// Declares a sheet with its two acts, named after room and form.
macro_rules! sheet {
    ($(#[$doc:meta])* $name:ident, $form:literal in $kind:ident, $acts:literal, read [$($read:ident),*], write [$($write:ident),*] $(, named $named:literal)? $(, once $once:literal)? $(, one_writer $one:literal)? $(, own $own:literal)? $(, asked $asked:expr)? $(, narrowed $narrowed:expr)? $(, rules $rules:expr)? $(, closed $closed:expr)? $(, unread $unread:expr)? $(, then $then:expr)? $(, removed $removed:expr)?) => {
        $(#[$doc])*
        pub static $name: $crate::forms::Sheet = {
            static READ: $crate::access::Act = $crate::access::Act { name: concat!($acts, ".read"), within: $crate::access::Kind::$kind, by: &[$($crate::access::Role::$read),*], step_up: false };
            static WRITE: $crate::access::Act = $crate::access::Act { name: concat!($acts, ".write"), within: $crate::access::Kind::$kind, by: &[$($crate::access::Role::$write),*], step_up: false };
            #[allow(unused_mut, unused_assignments, reason = "the follow-up is optional")]
            const THEN: Option<fn(&mut $crate::tx::Tx, &$crate::tx::Permit, &$crate::forms::Saved) -> Result<(), $crate::tx::Refused>> = { let mut then: Option<fn(&mut $crate::tx::Tx, &$crate::tx::Permit, &$crate::forms::Saved) -> Result<(), $crate::tx::Refused>> = None; $(then = Some($then);)? then };
            #[allow(unused_mut, unused_assignments, reason = "most forms are asked whole")]
            const ASKED: Option<$crate::forms::Asked> = { let mut asked: Option<$crate::forms::Asked> = None; $(asked = Some($asked);)? asked };
            #[allow(unused_mut, unused_assignments, reason = "most forms are everybody's who writes")]
            const NARROWED: Option<$crate::forms::Asked> = { let mut narrowed: Option<$crate::forms::Asked> = None; $(narrowed = Some($narrowed);)? narrowed };
            #[allow(unused_mut, unused_assignments, reason = "most rooms have no rules beside the form's")]
            const RULES: Option<$crate::forms::Rules> = { let mut rules: Option<$crate::forms::Rules> = None; $(rules = Some($rules);)? rules };
            #[allow(unused_mut, unused_assignments, reason = "most documents stay open")]
            const CLOSED: Option<$crate::forms::Closed> = { let mut closed: Option<$crate::forms::Closed> = None; $(closed = Some($closed);)? closed };
            #[allow(unused_mut, unused_assignments, reason = "most documents are read as soon as they are there")]
            const UNREAD: Option<$crate::forms::Unread> = { let mut unread: Option<$crate::forms::Unread> = None; $(unread = Some($unread);)? unread };
            #[allow(unused_mut, unused_assignments, reason = "the name is optional")]
            const NAMED: Option<&str> = { let mut named: Option<&str> = None; $(named = Some($named);)? named };
            #[allow(unused_mut, unused_assignments, reason = "rarely said")]
            const ONCE: bool = { let mut once = false; $(once = $once;)? once };
            #[allow(unused_mut, unused_assignments, reason = "rarely said")]
            const ONE: bool = { let mut one = false; $(one = $one;)? one };
            #[allow(unused_mut, unused_assignments, reason = "rarely said")]
            const OWN: bool = { let mut own = false; $(own = $own;)? own };
            #[allow(dead_code, reason = "most documents stay")]
            static REMOVE: $crate::access::Act = $crate::access::Act { name: concat!($acts, ".remove"), within: $crate::access::Kind::$kind, by: &[$($crate::access::Role::$write),*], step_up: false };
            #[allow(unused_mut, unused_assignments, reason = "most documents stay")]
            const REMOVED: Option<$crate::forms::Remove> = { let mut removed: Option<$crate::forms::Remove> = None; $(removed = Some($crate::forms::Remove { act: &REMOVE, unless: $removed });)? removed };
            $crate::forms::Sheet { form: $form, read: &READ, write: &WRITE, named_by: NAMED, once: ONCE, one_writer: ONE, own: OWN, asked: ASKED, narrowed: NARROWED, rules: RULES, closed: CLOSED, unread: UNREAD, then: THEN, remove: REMOVED }
        };
    };
}
pub(crate) use sheet;
