//! The JSON API of notices and of the outbox.

use actix_web::web::{Data, Path};

use super::{Mine, OFFER_AGAIN, OUTBOX, Waiting};
use crate::http::{Nothing, Problem, Replies, Routes, Who, json as answer, nothing};
use crate::ids::NoticeId;
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/api/v1/notices", "One's own notices, newest first", mine);
    routes.own("POST", "/api/v1/notices/read", "Marks all of one's own notices as read", read_all);
    routes.own("POST", "/api/v1/notices/{notice}/read", "Marks one of one's own notices as read", read);
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

async fn mine(app: Data<App>, who: Who) -> Result<Replies<Vec<Mine>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::mine).await?))
}

async fn read(app: Data<App>, who: Who, id: Path<NoticeId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::mark_read(tx, Some(&[id]))).await?;
    Ok(nothing())
}

async fn read_all(app: Data<App>, who: Who) -> Result<Nothing, Problem> {
    app.run(who.caller(), |tx| super::mark_read(tx, None)).await?;
    Ok(nothing())
}
