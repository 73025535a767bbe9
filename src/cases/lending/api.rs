//! The JSON API of lending, and of taking a case on.

use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{END_LOAN, LEND, LET_READ, READ_LOANS, TAKE_ON};
use crate::http::{Body, Created, Nothing, Problem, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::{BureauId, CaseId, MembershipId};
use crate::tx::App;

/// Adds the routes.
pub(in crate::cases) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/loans", &READ_LOANS, "The coordinators who are lent now", list);
    routes.act("GET", "/api/v1/loans/coordinators", &READ_LOANS, "The coordinators who could be lent", coordinators);
    routes.act("POST", "/api/v1/loans", &LEND, "Lends a coordinator to a bureau nobody acts in", lend);
    routes.act("POST", "/api/v1/loans/{hat}/end", &END_LOAN, "Ends a loan before its day", end);
    routes.act("POST", "/api/v1/cases/{case}/take-on", &TAKE_ON, "Takes on a case that nobody coordinates", take_on);
    routes.act("POST", "/api/v1/cases/{case}/parties/{hat}/let-read", &LET_READ, "Lets somebody lent read in a case", let_read);
}

shape!(Lent { hat: MembershipId });

async fn list(app: Data<App>, who: Who) -> Result<Replies<Vec<super::Loan>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::loans).await?))
}

async fn coordinators(app: Data<App>, who: Who) -> Result<Replies<Vec<super::Coordinator>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::coordinators_to_lend).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Lend {
    /// The bureau nobody acts in.
    bureau: BureauId,
    /// The hat of the coordinator in their own bureau.
    hat: MembershipId,
    /// The last day.
    until: NaiveDate,
}

async fn lend(app: Data<App>, who: Who, Body(told): Body<Lend>) -> Result<Created<Lent>, Problem> {
    let hat = app.run(who.caller(), move |tx| super::lend(tx, told.bureau, told.hat, told.until)).await?;
    Ok(json_created(&Lent { hat }))
}

async fn end(app: Data<App>, who: Who, hat: Path<MembershipId>) -> Result<Nothing, Problem> {
    let hat = hat.into_inner();
    app.run(who.caller(), move |tx| super::end_loan(tx, hat)).await?;
    Ok(nothing())
}

async fn take_on(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::take_on(tx, case)).await?;
    Ok(nothing())
}

async fn let_read(app: Data<App>, who: Who, path: Path<(CaseId, MembershipId)>) -> Result<Nothing, Problem> {
    let (case, hat) = path.into_inner();
    app.run(who.caller(), move |tx| super::let_read(tx, case, hat)).await?;
    Ok(nothing())
}
