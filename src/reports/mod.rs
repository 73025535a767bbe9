//! The report: drafted in sections, checked for names, placed for reactions, reviewed, decided upon, published.

mod addendum;
mod adoption;
mod after;
mod api;
mod assemble;
mod by_itself;
mod compare;
mod decide;
mod draft;
mod embargo;
mod evaluation;
mod learning;
mod markdown;
mod name_check;
mod national;
mod pages;
mod passages;
mod publish;
mod quality;
mod remarks;
mod replace;
mod store;
mod wishes;
mod wording;
mod writing;

pub use addendum::{ADD, Added, TAKE_DOWN, Told as AddendumTold, VERSIONS, add, take_down, to_add, to_take_down, versions};
pub use adoption::{ADOPT, Adoption, adopt, adoptions, fingerprint, hexadecimal};
pub use after::{REFUSE, TAKE_BACK, ToAdopt, adopt_after, refuse_after, take_back, waiting};
pub use assemble::{Addendum, Dissenting, Part, READ, Report, assemble};
pub use by_itself::{remind, take_down_due, tell_published};
pub use compare::{Compared, Piece, compare};
pub use decide::{READ_DECISION, ToDecide, to_decide};
pub use draft::{DECISION, LEARNING, PSEUDONYMS, QUALITY, SECTION};
pub use embargo::{EMBARGO, READ_EMBARGO, embargo, embargoed, is_embargoed, to_give};
pub use national::{National, READ_NATIONAL, is_national, national};
pub use learning::{PUBLISH_LEARNING, apart_from_brief, brief_hits, brief_to_publish, publish_learning};
pub use markdown::parts;
pub use name_check::{CHECK, Checked, Hit, REASON, check, reason};
pub use pages::SurePage;
pub use passages::{NO_ANSWER, PASS_ON, PLACE, Passage, Placed, REPLY, SETTLE, no_answer, of_case, of_compartment, pass_on, place, placed, replies, reply, settle};
pub use publish::{PREVIEW, PUBLISH, Published, preview, publish};
pub use store::Version;
pub use evaluation::{EVALUATE, Group, READ_EVALUATION, evaluate, evaluated, may_evaluate, took_part, asked_of};
pub use quality::{FREEZE, READ_DRAFT, READ_PAPERS, REVIEW, final_draft, freeze, papers, review, waits_for_reviewer};
pub use remarks::{Answer, LAY, Laid, NewRemark, READ_LAID, REMARK, Remark, SETTLE_REMARK, laid, lay, paragraph_of, paragraphs, remark, settle_remark, start_of, words_of_part};
pub use replace::{REPLACE, replace};
pub use wishes::{NamingWish, naming_wishes};
pub use wording::{AGREE_WORDING, Held, PROPOSE, READ_WORDINGS, TAKE, Wording, Wordings, answer_wording, propose_wording, take_wording, wordings};
pub use writing::{Editing, Evidence, Progress, Source, Writer, after, drop_draft, edit, keep, kept_elsewhere, overview, sources, write};

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    pages::routes(routes);
}

/// The report compartment of a case.
fn report_of(tx: &mut crate::tx::Tx, case: crate::ids::CaseId) -> Result<crate::ids::CompartmentId, crate::tx::Refused> {
    crate::compartments::of_kind(tx, case, crate::access::Kind::Report)
}
