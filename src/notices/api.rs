//! The JSON API of the outbox.

use actix_web::web::{Data, Path};

use super::{OFFER_AGAIN, OUTBOX, Waiting};
use crate::http::{Nothing, Problem, Replies, Routes, Who, json as answer, nothing};
use crate::ids::NoticeId;
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/outbox", &OUTBOX, "Messages that wait, were sent or did not go", outbox);
    routes.act("POST", "/api/v1/outbox/{notice}/again", &OFFER_AGAIN, "Offers a message again", again);
}

async fn outbox(app: Data<App>, who: Who) -> Result<Replies<Vec<Waiting>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::outbox).await?))
}

async fn again(app: Data<App>, who: Who, id: Path<NoticeId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::offer_again(tx, id)).await?;
    Ok(nothing())
}
