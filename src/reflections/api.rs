//! The JSON API of reflections.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use form::Answers;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    ANSWER, ANSWER_QUESTION, APPROVE, ASK, Answered, CONFIRM, CORRECT, GO_ON, INVITE, INVITE_AGAIN, Invitation, POSTPONE, READ_ANSWERS, READ_INVITATION, READ_QUESTIONS, RECALL, RELEASE, REPLACE, REPLACE_CONTACT, SEND_BACK, SUBMIT, WITHDRAW,
};
use super::{FIND_NAMES, Inside, InvitationAnswer, NameFound, Outside, Pasted, Remarks};
use crate::access::Role;
use crate::http::{Body, Created, Nothing, Problem, Replies, Routes, Who, json as answer_json, json_created, nothing, shape};
use crate::ids::{CaseId, CompartmentId, ItemId, MembershipId, OrganisationId, ReflectionId};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("POST", "/api/v1/cases/{case}/reflections", &INVITE, "Invites an organisation", invite);
    routes.own("GET", "/api/v1/cases/{case}/reflections", "The reflections of a case, as others see them", of_case);
    routes.act("GET", "/api/v1/cases/{case}/invitation-answers", &READ_ANSWERS, "What organisations answered, also why one takes no part", answers_of);
    routes.own("GET", "/api/v1/reflections", "The reflections of one's own organisation", mine);
    routes.act("GET", "/api/v1/reflections/{reflection}", &READ_INVITATION, "The invitation of one's own organisation", invitation);
    routes.act("POST", "/api/v1/reflections/{reflection}/answer", &ANSWER, "Answers the invitation and names author and approver", answer);
    routes.act("POST", "/api/v1/reflections/{reflection}/confirm", &CONFIRM, "Confirms that nothing is known", confirm);
    routes.act("POST", "/api/v1/reflections/{reflection}/pasted-entries/preview", super::ENTRY.write, "What rows of a spreadsheet would make of the chronology", preview);
    routes.act("POST", "/api/v1/reflections/{reflection}/pasted-entries", super::ENTRY.write, "Saves rows of a spreadsheet as chronology entries, all or none", paste);
    routes.act("POST", "/api/v1/reflections/{reflection}/submit", &SUBMIT, "Hands the reflection to the approver", submit);
    routes.act("POST", "/api/v1/reflections/{reflection}/return", &SEND_BACK, "Sends it back with remarks", send_back);
    routes.act("GET", "/api/v1/reflections/{reflection}/remarks", super::REFLECTION.read, "The approver's remarks, latest first", remarks);
    routes.act("GET", "/api/v1/reflections/{reflection}/names", &FIND_NAMES, "Likely names in what was written: a help to replace them by roles", names);
    routes.act("POST", "/api/v1/reflections/{reflection}/approve", &APPROVE, "Approves it", approve);
    routes.act("POST", "/api/v1/reflections/{reflection}/release", &RELEASE, "Shares it with the panel, for good", release);
    routes.act("POST", "/api/v1/reflections/{reflection}/correct", &CORRECT, "Begins a correction of what was released", correct);
    routes.act("POST", "/api/v1/reflections/{reflection}/replace", &REPLACE, "Names another author or approver", replace);
    routes.act("POST", "/api/v1/reflections/{reflection}/contact", &REPLACE_CONTACT, "Names another contact of the organisation", replace_contact);
    routes.act("POST", "/api/v1/reflections/{reflection}/withdraw", &WITHDRAW, "Withdraws, before the release", withdraw);
    routes.act("POST", "/api/v1/reflections/{reflection}/postpone", &POSTPONE, "Gives a delay", postpone);
    routes.act("POST", "/api/v1/reflections/{reflection}/go-on", &GO_ON, "Goes on without it, with a reason", go_on);
    routes.act("POST", "/api/v1/reflections/{reflection}/recall", &RECALL, "Recalls an invitation, with a reason", recall);
    routes.act("POST", "/api/v1/reflections/{reflection}/again", &INVITE_AGAIN, "Sends an invitation again, with a new day", again);
    routes.act("POST", "/api/v1/reflections/{reflection}/questions", &ASK, "Places a supplementary question", ask);
    routes.act("GET", "/api/v1/reflections/{reflection}/questions", &READ_QUESTIONS, "The questions placed", questions);
    routes.act("POST", "/api/v1/reflections/{reflection}/questions/{item}/answer", &ANSWER_QUESTION, "Answers one, for the panel", answer_question);
}

shape!(New { id: ReflectionId, compartment: CompartmentId });
shape!(Letter { answers: Answers });
shape!(Invited { reflection: Option<Inside>, invitation: Letter, note: String });
shape!(Shared { shared: usize });
shape!(Made { made: usize });
shape!(Asked { id: ItemId });
shape!(QuestionLine { id: ItemId, question: String, answered: bool });

async fn answers_of(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<InvitationAnswer>>, Problem> {
    let case = case.into_inner();
    Ok(answer_json(&app.run(who.caller(), move |tx| super::invitation_answers(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Invite {
    organisation: OrganisationId,
    contact: MembershipId,
    answers: Answers,
    #[serde(rename = "standsFor")]
    stands_for: Option<OrganisationId>,
}

async fn invite(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Invite>) -> Result<Created<New>, Problem> {
    let case = case.into_inner();
    let told = Invitation { organisation: told.organisation, contact: told.contact, answers: told.answers, stands_for: told.stands_for };
    let (id, compartment) = app.run(who.caller(), move |tx| super::invite(tx, case, &told)).await?;
    Ok(json_created(&New { id, compartment }))
}

async fn of_case(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Outside>>, Problem> {
    let case = case.into_inner();
    Ok(answer_json(&app.run(who.caller(), move |tx| super::of_case(tx, case)).await?))
}

async fn mine(app: Data<App>, who: Who) -> Result<Replies<Vec<Inside>>, Problem> {
    Ok(answer_json(&app.run(who.caller(), super::mine).await?))
}

async fn invitation(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<Replies<Invited>, Problem> {
    let id = id.into_inner();
    let (own, answers, note) = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let answers = super::invitation(tx, id)?;
        // The contact wrote it, and opens nothing in the organisation's room.
        let note = if tx.session()?.role == Some(Role::Contact) { String::new() } else { super::contacts_note(tx, id)? };
        Ok((super::mine(tx)?.into_iter().find(|own| own.outside.id == id), answers, note))
    }).await?;
    Ok(answer_json(&Invited { reflection: own, invitation: Letter { answers }, note }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Answer {
    answers: Answers,
    author: Option<MembershipId>,
    approver: Option<MembershipId>,
}

async fn answer(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<Answer>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    let told = Answered { answers: told.answers, author: told.author, approver: told.approver };
    app.run(who.caller(), move |tx| super::answer(tx, id, &told)).await?;
    Ok(nothing())
}

/// Rows as they are copied from a spreadsheet: cells apart by tabs.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rows {
    text: String,
}

async fn preview(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<Rows>) -> Result<Replies<Vec<Pasted>>, Problem> {
    let id = id.into_inner();
    Ok(answer_json(&app.run(who.caller(), move |tx| super::look_at_paste(tx, id, &told.text)).await?))
}

async fn paste(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<Rows>) -> Result<Created<Made>, Problem> {
    let id = id.into_inner();
    let made = app.run(who.caller(), move |tx| super::paste(tx, id, &told.text)).await?;
    Ok(json_created(&Made { made }))
}

async fn confirm(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::confirm_nothing_known(tx, id)).await?;
    Ok(nothing())
}

async fn submit(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::submit(tx, id)).await?;
    Ok(nothing())
}

/// Remarks on the whole, on parts of it by their id, or both.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Returned {
    #[serde(default)]
    remarks: String,
    #[serde(default)]
    parts: BTreeMap<String, String>,
}

async fn send_back(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<Returned>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::send_back(tx, id, &Remarks { text: told.remarks, parts: told.parts })).await?;
    Ok(nothing())
}

async fn remarks(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<Replies<Vec<Remarks>>, Problem> {
    let id = id.into_inner();
    Ok(answer_json(&app.run(who.caller(), move |tx| super::remarks(tx, id)).await?))
}

async fn names(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<Replies<Vec<NameFound>>, Problem> {
    let id = id.into_inner();
    Ok(answer_json(&app.run(who.caller(), move |tx| super::find_names(tx, id)).await?))
}

async fn approve(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::approve(tx, id)).await?;
    Ok(nothing())
}

async fn release(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<Replies<Shared>, Problem> {
    let id = id.into_inner();
    let shared = app.run(who.caller(), move |tx| super::release(tx, id)).await?;
    Ok(answer_json(&Shared { shared }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Because {
    because: String,
}

async fn correct(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<Because>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::correct(tx, id, &told.because)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Another {
    role: crate::access::Role,
    hat: MembershipId,
}

async fn replace(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<Another>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::replace(tx, id, told.role, told.hat)).await?;
    Ok(nothing())
}

async fn withdraw(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::withdraw(tx, id)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Postpone {
    due_on: NaiveDate,
}

async fn postpone(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<Postpone>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::postpone(tx, id, told.due_on)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

async fn go_on(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<Reason>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::go_on(tx, id, &told.reason)).await?;
    Ok(nothing())
}

async fn recall(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<Reason>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::recall(tx, id, &told.reason)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Question {
    question: String,
}

async fn ask(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<Question>) -> Result<Created<Asked>, Problem> {
    let id = id.into_inner();
    let item = app.run(who.caller(), move |tx| super::ask(tx, id, &told.question)).await?;
    Ok(json_created(&Asked { id: item }))
}

async fn questions(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<Replies<Vec<QuestionLine>>, Problem> {
    let id = id.into_inner();
    let found = app.run(who.caller(), move |tx| super::questions(tx, id)).await?;
    Ok(answer_json(&found.into_iter().map(|(id, question, answered)| QuestionLine { id, question, answered }).collect::<Vec<_>>()))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AnswerQuestion {
    answer: String,
}

async fn answer_question(app: Data<App>, who: Who, path: Path<(ReflectionId, ItemId)>, Body(told): Body<AnswerQuestion>) -> Result<Nothing, Problem> {
    let (id, item) = path.into_inner();
    app.run(who.caller(), move |tx| super::answer_question(tx, id, item, &told.answer)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Once {
    due: chrono::NaiveDate,
    question: Option<String>,
    contact: Option<MembershipId>,
}

async fn again(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<Once>) -> Result<Created<New>, Problem> {
    let id = id.into_inner();
    let told = super::Again { due: told.due, question: told.question, contact: told.contact };
    let (id, compartment) = app.run(who.caller(), move |tx| super::invite_again(tx, id, &told)).await?;
    Ok(json_created(&New { id, compartment }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewContact {
    contact: MembershipId,
}

async fn replace_contact(app: Data<App>, who: Who, id: Path<ReflectionId>, Body(told): Body<NewContact>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::replace_contact(tx, id, told.contact)).await?;
    Ok(nothing())
}
