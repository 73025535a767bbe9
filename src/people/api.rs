//! The JSON API of people.

use actix_web::web::{Data, Path};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{CONFIRM, Confirmed, END, INVITE, Invitation, Listed, RECALL};
use crate::access::Role;
use crate::compartments;
use crate::http::{Body, Created, Nothing, Problem, Query, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::{MembershipId, OrganisationId};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("POST", "/api/v1/invitations", &INVITE, "Invites somebody to a role; the code is answered once", invite);
    routes.own("GET", "/api/v1/hats", "Who belongs to the bureau or the organisation", list);
    routes.act("POST", "/api/v1/hats/{hat}/confirm", &CONFIRM, "Confirms a content role; two people are needed", confirm);
    routes.act("POST", "/api/v1/hats/{hat}/recall", &RECALL, "Recalls an invitation nobody redeemed", recall);
    routes.act("DELETE", "/api/v1/hats/{hat}", &END, "Ends a hat, with a reason", end);
    routes.act("POST", "/api/v1/recovery", &compartments::ESTABLISH, "Makes the bureau's recovery key and gives each pair of officers its halves", establish);
}

shape!(Code { hat: MembershipId, code: String });
shape!(Confirms { confirmed: u8 });
shape!(Pairs { pairs: usize });

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Invite {
    role: Role,
    name: String,
    organisation: Option<OrganisationId>,
    second: Option<String>,
}

async fn invite(app: Data<App>, who: Who, Body(told): Body<Invite>) -> Result<Created<Code>, Problem> {
    let invitation = Invitation { role: told.role, name: told.name, organisation: told.organisation, second: told.second };
    let made = super::invite(&app, who.caller(), invitation).await?;
    Ok(json_created(&Code { hat: made.hat, code: made.code.to_string() }))
}

async fn list(app: Data<App>, who: Who) -> Result<Replies<Vec<Listed>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::list).await?))
}

async fn confirm(app: Data<App>, who: Who, hat: Path<MembershipId>) -> Result<Replies<Confirms>, Problem> {
    let hat = hat.into_inner();
    let done = app.run(who.caller(), move |tx| super::confirm(tx, hat)).await?;
    Ok(answer(&Confirms { confirmed: if done == Confirmed::Twice { 2 } else { 1 } }))
}

async fn recall(app: Data<App>, who: Who, hat: Path<MembershipId>) -> Result<Nothing, Problem> {
    let hat = hat.into_inner();
    app.run(who.caller(), move |tx| super::recall(tx, hat)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Ending {
    /// Why: `left`, `other_role`, `mistake`, `safety`, `asked`.
    #[serde(default)]
    because: String,
    /// Also where nobody else holds a key that they hold.
    #[serde(default)]
    at_once: bool,
}

async fn end(app: Data<App>, who: Who, hat: Path<MembershipId>, ending: Query<Ending>) -> Result<Nothing, Problem> {
    let (hat, ending) = (hat.into_inner(), ending.into_inner());
    app.run(who.caller(), move |tx| super::end(tx, hat, &ending.because, ending.at_once)).await?;
    Ok(nothing())
}

async fn establish(app: Data<App>, who: Who) -> Result<Created<Pairs>, Problem> {
    let pairs = app.run(who.caller(), compartments::establish).await?;
    Ok(json_created(&Pairs { pairs }))
}
