//! A page's data and its frame in one transaction.

use super::{Problem, Shell, Who};
use crate::tx::{App, Refusal, Refused, Session, Tx};

/// Runs what a page needs, and frames it: what was found, the frame with its title, the session.
///
/// # Errors
/// Whatever the work refuses.
pub async fn framed<T, E>(
    app: &App, who: &Who, title: impl FnOnce(&T, &Session) -> String, work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
) -> Result<(T, Shell, Session), Problem>
where
    T: Send + 'static,
    E: Refusal + From<Refused>,
{
    let ((name, found), session) = app.run_as(who.caller(), move |tx| -> Result<_, E> { Ok((tx.own_name()?, work(tx)?)) }).await?;
    let title = title(&found, &session);
    let shell = Shell::of(who, &session, name, title);
    Ok((found, shell, session))
}
