//! The JSON API of reports.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use form::Answers;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ADD, ADOPT, AGREE_WORDING, Added, Adoption, AddendumTold, CHECK, Checked, Compared, EMBARGO, EVALUATE, FREEZE, Group, LAY, Laid, NO_ANSWER, National, NewRemark, PASS_ON, PLACE, PREVIEW, PROPOSE, PUBLISH, PUBLISH_LEARNING, Passage, Progress, Published, READ, READ_DECISION, READ_DRAFT, READ_EMBARGO, READ_EVALUATION, READ_LAID, READ_NATIONAL, READ_PAPERS, READ_WORDINGS, REASON, REFUSE, REMARK, TAKE_BACK, REPLACE, REPLY, REVIEW, Report, SECTION, SETTLE, SETTLE_REMARK, Source, TAKE, TAKE_DOWN, ToAdopt, ToDecide, VERSIONS, Version, Wordings};
use crate::http::{Body, Created, Nothing, Problem, Query, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::{CaseId, CompartmentId, ItemId, PassageId, RelativeId};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/cases/{case}/report", &READ, "The report as it stands", report);
    routes.act("GET", "/api/v1/cases/{case}/report/sections", &READ, "How far each section is, and what they can be written from", sections);
    routes.act("POST", "/api/v1/cases/{case}/report/sections/{section}", SECTION.write, "Saves a section, with the words of a source where one is taken over", write);
    routes.act("POST", "/api/v1/cases/{case}/report/sections/{section}/draft", SECTION.write, "Keeps what is being typed in a section", keep);
    routes.act("GET", "/api/v1/cases/{case}/report/sections/{section}/versions", &READ, "Two versions of a section compared, the last two unless others are named", compared);
    routes.act("GET", "/api/v1/cases/{case}/panel-draft", &READ_LAID, "The draft that lies before the panel, and what was said of it", laid);
    routes.act("POST", "/api/v1/cases/{case}/panel-draft", &LAY, "Lays the draft as it stands before the panel", lay);
    routes.act("POST", "/api/v1/cases/{case}/panel-draft/remarks", &REMARK, "Says something about a section, or answers what was said", remark);
    routes.act("POST", "/api/v1/cases/{case}/panel-draft/remarks/{remark}/settle", &SETTLE_REMARK, "Says that a remark is settled, or open again", settle_remark);
    routes.act("GET", "/api/v1/cases/{case}/report/adoptions", &READ_DECISION, "The adoptions of the report, each with the fingerprint of its text", adoptions);
    routes.act("POST", "/api/v1/cases/{case}/report/adoptions", &ADOPT, "Adopts the report as it would be published, and keeps the fingerprint of its text", adopt);
    routes.act("GET", "/api/v1/cases/{case}/report.pdf", &PREVIEW, "The draft as a PDF", pdf);
    routes.act("GET", "/api/v1/cases/{case}/report/naming-wishes", &READ, "How relatives wish that the report names somebody", wishes);
    routes.act("POST", "/api/v1/cases/{case}/report/name-check", &CHECK, "Checks the report for names", check);
    routes.act("POST", "/api/v1/cases/{case}/report/name-check/reason", &REASON, "Lets a word stand, with a reason", reason);
    routes.act("POST", "/api/v1/cases/{case}/report/name-check/replace", &REPLACE, "Puts the proposed word where one was found that may not stand", replace);
    routes.act("POST", "/api/v1/cases/{case}/passages", &PLACE, "Places a passage for reaction", place);
    routes.own("GET", "/api/v1/cases/{case}/passages", "The passages of a case, unopened", of_case);
    routes.own("GET", "/api/v1/compartments/{compartment}/passages", "The passages placed with oneself", of_compartment);
    routes.act("POST", "/api/v1/passages/{passage}/reply", &REPLY, "Answers a passage; relatives answer theirs here too", reply);
    routes.act("POST", "/api/v1/passages/{passage}/pass-on", &PASS_ON, "Passes a relative's reaction on to the chair", pass_on);
    routes.act("GET", "/api/v1/relatives/{relative}/wordings", &READ_WORDINGS, "Which words of a relative hold the report, and which other wordings were proposed", wordings);
    routes.act("POST", "/api/v1/relatives/{relative}/wordings", &PROPOSE, "Proposes another wording for words that hold the report", propose);
    routes.act("POST", "/api/v1/relatives/{relative}/wordings/{wording}/answer", &AGREE_WORDING, "Agrees to another wording, or not", answer_wording);
    routes.act("POST", "/api/v1/relatives/{relative}/wordings/{wording}/take", &TAKE, "Passes a wording on that was agreed to", take_wording);
    routes.act("POST", "/api/v1/passages/{passage}/settle", &SETTLE, "Settles a reaction", settle);
    routes.act("POST", "/api/v1/passages/{passage}/no-answer", &NO_ANSWER, "Notes that nobody answered", no_answer);
    routes.act("POST", "/api/v1/cases/{case}/final-draft", &FREEZE, "Freezes the draft for the quality reviewer", freeze);
    routes.act("GET", "/api/v1/cases/{case}/final-draft", &READ_DRAFT, "The frozen draft", final_draft);
    routes.act("GET", "/api/v1/cases/{case}/final-draft/papers", &READ_PAPERS, "What the reviewer reads beside the draft", papers);
    routes.act("GET", "/api/v1/cases/{case}/national", &READ_NATIONAL, "The quality review and the publication decision, as placed for the nation", national);
    routes.act("POST", "/api/v1/cases/{case}/quality", &REVIEW, "Reviews the frozen draft", review);
    routes.act("POST", "/api/v1/cases/{case}/evaluation", &EVALUATE, "Evaluates how the review was held", evaluate);
    routes.act("GET", "/api/v1/cases/{case}/evaluation", &READ_EVALUATION, "The outcome of the evaluation, never of fewer than five", evaluated);
    routes.act("POST", "/api/v1/cases/{case}/embargo", &EMBARGO, "Places a copy under embargo with each organisation", embargo);
    routes.act("GET", "/api/v1/compartments/{compartment}/embargoed", &READ_EMBARGO, "The copy under embargo placed with one's organisation", embargoed);
    routes.act("GET", "/api/v1/cases/{case}/publication", &READ_DECISION, "The text that is decided upon, the check of its names, the day it would be open", to_decide);
    routes.act("POST", "/api/v1/cases/{case}/publication", &PUBLISH, "Publishes the report", publish);
    routes.act("GET", "/api/v1/cases/{case}/publications", &VERSIONS, "What was published of a case, newest first", versions);
    routes.act("GET", "/api/v1/cases/{case}/publications/waiting", &READ_DECISION, "What goes out after the publication once the chair has adopted it", waiting);
    routes.act("POST", "/api/v1/cases/{case}/publications/refusals", &REFUSE, "Does not adopt a text that goes out after the publication, with a remark", refuse_after);
    routes.act("POST", "/api/v1/cases/{case}/publications/take-back", &TAKE_BACK, "Takes back a text that waits for the chair", take_back);
    routes.act("POST", "/api/v1/cases/{case}/publications/adoptions", &ADOPT, "Adopts a text that goes out after the publication, by its fingerprint", adopt_after);
    routes.act("POST", "/api/v1/cases/{case}/publications/addenda", &ADD, "Adds a dated notice to a published report, as a new version; lays it before the chair while they have not adopted it", add);
    routes.act("POST", "/api/v1/cases/{case}/publications/learning", &PUBLISH_LEARNING, "Publishes the learning brief beside the report; lays it before the chair while they have not adopted it", learning);
    routes.act("POST", "/api/v1/cases/{case}/publications/take-down", &TAKE_DOWN, "Takes down what was published", take_down);
}

shape!(Replaced { texts: usize });
shape!(Sections { sections: Vec<Progress>, sources: Vec<Source>, frozen: bool });
shape!(Written { version: i32, complete: bool });
shape!(New { id: PassageId });
shape!(Proposed { id: ItemId });
shape!(Kept { version: i32, revision: i32 });
shape!(Remarked { id: ItemId });
shape!(Line { id: PassageId, compartment: CompartmentId, about: String, state: String, reply: Option<String> });
shape!(Now { state: String });
shape!(Judgment { result: String });
shape!(Paper { form: String, answers: Answers });

async fn report(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Report>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::assemble(tx, case)).await?))
}

async fn sections(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Sections>, Problem> {
    let case = case.into_inner();
    let (sections, sources, frozen) = app.run(who.caller(), move |tx| -> Result<_, crate::tx::Refused> {
        Ok((super::overview(tx, case)?.1, super::sources(tx, case)?, crate::cases::is_frozen(tx, case)?))
    }).await?;
    Ok(answer(&Sections { sections, sources, frozen }))
}

async fn adoptions(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Adoption>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::adoptions(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Read {
    /// Fingerprint of the text that was read; it is refused when the text is another by now.
    fingerprint: Option<String>,
}

async fn adopt(app: Data<App>, who: Who, case: Path<CaseId>, Body(read): Body<Read>) -> Result<Replies<Adoption>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::adopt(tx, case, read.fingerprint.as_deref())).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Section {
    version: i32,
    answers: Answers,
    take: Option<String>,
}

async fn write(app: Data<App>, who: Who, path: Path<(CaseId, String)>, Body(told): Body<Section>) -> Result<Replies<Written>, Problem> {
    let (case, section) = path.into_inner();
    let saved = app.run(who.caller(), move |tx| super::write(tx, case, &section, told.version, &told.answers, told.take.as_deref())).await?;
    Ok(answer(&Written { version: saved.version, complete: saved.complete }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Typed {
    seen: i32,
    revision: i32,
    answers: Answers,
}

async fn keep(app: Data<App>, who: Who, path: Path<(CaseId, String)>, Body(told): Body<Typed>) -> Result<Replies<Kept>, Problem> {
    let (case, section) = path.into_inner();
    let (version, revision) = app.run(who.caller(), move |tx| super::keep(tx, case, &section, told.seen, told.revision, &told.answers)).await?;
    Ok(answer(&Kept { version, revision }))
}

async fn laid(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Laid>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::laid(tx, case)).await?))
}

async fn lay(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::lay(tx, case)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ToSay {
    #[serde(default)]
    section: String,
    #[serde(default)]
    about: String,
    text: String,
    under: Option<ItemId>,
}

async fn remark(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<ToSay>) -> Result<Created<Remarked>, Problem> {
    let case = case.into_inner();
    let new = NewRemark { section: told.section, about: told.about, text: told.text, under: told.under };
    let id = app.run(who.caller(), move |tx| super::remark(tx, case, new)).await?;
    Ok(json_created(&Remarked { id }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Done {
    settled: bool,
}

async fn settle_remark(app: Data<App>, who: Who, path: Path<(CaseId, ItemId)>, Body(told): Body<Done>) -> Result<Nothing, Problem> {
    let (case, remark) = path.into_inner();
    app.run(who.caller(), move |tx| super::settle_remark(tx, case, remark, told.settled)).await?;
    Ok(nothing())
}

async fn to_decide(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<ToDecide>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::to_decide(tx, case)).await?))
}

async fn pdf(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let bytes = super::preview(&app, who.caller(), case.into_inner()).await?;
    Ok(HttpResponse::Ok().content_type("application/pdf").insert_header(("Content-Disposition", "inline; filename=\"draft.pdf\"")).body(bytes))
}

async fn check(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Checked>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::check(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    section: String,
    word: String,
    reason: String,
}

async fn reason(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Reason>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::reason(tx, case, &told.section, &told.word, &told.reason)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Found {
    section: String,
    word: String,
}

async fn replace(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Found>) -> Result<Replies<Replaced>, Problem> {
    let case = case.into_inner();
    let texts = app.run(who.caller(), move |tx| super::replace(tx, case, &told.section, &told.word)).await?;
    Ok(answer(&Replaced { texts }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPassage {
    compartment: CompartmentId,
    about: String,
    #[serde(default)]
    title: String,
    text: String,
}

async fn place(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<NewPassage>) -> Result<Created<New>, Problem> {
    let case = case.into_inner();
    let id = app.run(who.caller(), move |tx| super::place(tx, case, told.compartment, &told.about, &told.title, &told.text)).await?;
    Ok(json_created(&New { id }))
}

async fn of_case(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Line>>, Problem> {
    let case = case.into_inner();
    let found = app.run(who.caller(), move |tx| super::of_case(tx, case)).await?;
    Ok(answer(&found.into_iter().map(|(id, compartment, about, state, reply)| Line { id, compartment, about, state, reply }).collect::<Vec<_>>()))
}

async fn of_compartment(app: Data<App>, who: Who, within: Path<CompartmentId>) -> Result<Replies<Vec<Passage>>, Problem> {
    let within = within.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::of_compartment(tx, within)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Told {
    answers: Answers,
}

async fn reply(app: Data<App>, who: Who, id: Path<PassageId>, Body(told): Body<Told>) -> Result<Replies<Now>, Problem> {
    let id = id.into_inner();
    let state = app.run(who.caller(), move |tx| super::reply(tx, id, &told.answers)).await?;
    Ok(answer(&Now { state }))
}

async fn pass_on(app: Data<App>, who: Who, id: Path<PassageId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::pass_on(tx, id)).await?;
    Ok(nothing())
}

async fn wordings(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<Replies<Wordings>, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::wordings(tx, id)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewWording {
    item: ItemId,
    field: String,
    text: String,
}

async fn propose(app: Data<App>, who: Who, id: Path<RelativeId>, Body(told): Body<NewWording>) -> Result<Created<Proposed>, Problem> {
    let id = id.into_inner();
    let made = app.run(who.caller(), move |tx| super::propose_wording(tx, id, told.item, &told.field, &told.text)).await?;
    Ok(json_created(&Proposed { id: made }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Agreed {
    agrees: bool,
}

async fn answer_wording(app: Data<App>, who: Who, path: Path<(RelativeId, ItemId)>, Body(told): Body<Agreed>) -> Result<Nothing, Problem> {
    let (id, wording) = path.into_inner();
    app.run(who.caller(), move |tx| super::answer_wording(tx, id, wording, told.agrees)).await?;
    Ok(nothing())
}

async fn take_wording(app: Data<App>, who: Who, path: Path<(RelativeId, ItemId)>) -> Result<Nothing, Problem> {
    let (id, wording) = path.into_inner();
    app.run(who.caller(), move |tx| super::take_wording(tx, id, wording)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settle {
    settled: String,
    because: String,
}

async fn settle(app: Data<App>, who: Who, id: Path<PassageId>, Body(told): Body<Settle>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::settle(tx, id, &told.settled, &told.because)).await?;
    Ok(nothing())
}

async fn no_answer(app: Data<App>, who: Who, id: Path<PassageId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::no_answer(tx, id)).await?;
    Ok(nothing())
}

async fn freeze(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::freeze(tx, case)).await?;
    Ok(nothing())
}

async fn final_draft(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Report>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::final_draft(tx, case)).await?))
}

async fn review(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Told>) -> Result<Replies<Judgment>, Problem> {
    let case = case.into_inner();
    let state = app.run(who.caller(), move |tx| super::review(tx, case, &told.answers)).await?;
    Ok(answer(&Judgment { result: state }))
}

async fn evaluate(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Told>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::evaluate(tx, case, &told.answers)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: i32,
}

async fn publish(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Seen>) -> Result<Created<Published>, Problem> {
    let published = super::publish(&app, who.caller(), case.into_inner(), told.version).await?;
    Ok(json_created(&published))
}

async fn versions(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Version>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::versions(tx, case)).await?))
}

async fn waiting(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<ToAdopt>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::waiting(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AdoptAfter {
    /// Fingerprint of the text that was read.
    fingerprint: String,
}

async fn adopt_after(app: Data<App>, who: Who, case: Path<CaseId>, Body(read): Body<AdoptAfter>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::adopt_after(tx, case, &read.fingerprint)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RefuseAfter {
    /// Fingerprint of the text that was read.
    fingerprint: String,
    /// Why: the coordinator reads it.
    remark: String,
}

async fn refuse_after(app: Data<App>, who: Who, case: Path<CaseId>, Body(read): Body<RefuseAfter>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::refuse_after(tx, case, &read.fingerprint, &read.remark)).await?;
    Ok(nothing())
}

async fn take_back(app: Data<App>, who: Who, case: Path<CaseId>, Body(read): Body<AdoptAfter>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::take_back(tx, case, &read.fingerprint).map(drop)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewAddendum {
    kind: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    instead: bool,
}

async fn add(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<NewAddendum>) -> Result<Created<Added>, Problem> {
    let told = AddendumTold { kind: told.kind, text: told.text, instead: told.instead };
    Ok(json_created(&super::add(&app, who.caller(), case.into_inner(), told).await?))
}

async fn learning(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Created<Added>, Problem> {
    Ok(json_created(&super::publish_learning(&app, who.caller(), case.into_inner()).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Because {
    reason: String,
}

async fn take_down(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Because>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::take_down(tx, case, &told.reason)).await?;
    Ok(nothing())
}

async fn papers(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Paper>>, Problem> {
    let case = case.into_inner();
    let found = app.run(who.caller(), move |tx| super::papers(tx, case)).await?;
    Ok(answer(&found.into_iter().map(|(form, answers)| Paper { form, answers }).collect::<Vec<_>>()))
}

async fn national(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<National>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::national(tx, case)).await?))
}

async fn evaluated(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Group>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::evaluated(tx, case)).await?))
}

shape!(PlacedCopies { placed: usize });

async fn embargo(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Created<PlacedCopies>, Problem> {
    let case = case.into_inner();
    let placed = app.run(who.caller(), move |tx| super::embargo(tx, case)).await?;
    Ok(json_created(&PlacedCopies { placed }))
}

async fn embargoed(app: Data<App>, who: Who, within: Path<CompartmentId>) -> Result<Replies<Report>, Problem> {
    let within = within.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::embargoed(tx, within)).await?))
}

#[derive(Deserialize, JsonSchema)]
struct Wanted {
    from: Option<i32>,
    to: Option<i32>,
}

async fn compared(app: Data<App>, who: Who, path: Path<(CaseId, String)>, wanted: Query<Wanted>) -> Result<Replies<Compared>, Problem> {
    let ((case, section), wanted) = (path.into_inner(), wanted.into_inner());
    Ok(answer(&app.run(who.caller(), move |tx| super::compare(tx, case, &section, wanted.from, wanted.to)).await?))
}

async fn wishes(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<super::NamingWish>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::naming_wishes(tx, case)).await?))
}
