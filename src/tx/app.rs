//! The running server's shared parts, and the opening and closing of a request's transaction.

use std::sync::Arc;

use chrono::Utc;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use diesel::sql_types::Binary;
use tokio::sync::Semaphore;
use vault::{InstallationKey, PrivateKey, SealKey};

use super::session::{ENTER, EnterRow};
use super::{Caller, Entry, Refusal, Refused, Session, Tx, entry};
use crate::counting::Counting;
use crate::db::{Pool, statement};
use crate::settings::Configured;
use crate::typesetting::Typesetting;

/// What the server was started with.
pub struct Parts {
    /// Profiles and calendars.
    pub config: Configured,
    /// The installation key, which lives outside the database.
    pub installation: InstallationKey,
    /// The token of the worker's context.
    pub worker_token: Vec<u8>,
    /// Bounds how many passphrases are stretched at once: four times 64 MiB.
    pub stretching: Semaphore,
    /// Where reports are set: heavy work has its own pool.
    pub typesetting: Typesetting,
    /// Frozen snapshots of the register, in memory.
    pub counting: Counting,
}

/// The application: cheap to clone, one per server.
#[derive(Clone)]
pub struct App {
    pool: Pool,
    // r2d2 hands out connections unfairly; a fair queue in front keeps the slowest answers near the others.
    turns: Arc<Semaphore>,
    parts: Arc<Parts>,
}

/// Which context a transaction opens with.
enum Context {
    Caller(Caller),
    Public,
    Worker,
}

impl App {
    /// An application over a pool of connections of `hr_app`.
    pub fn new(pool: Pool, parts: Parts) -> App {
        let turns = Arc::new(Semaphore::new(pool.max_size() as usize));
        App { pool, turns, parts: Arc::new(parts) }
    }

    /// The shared parts.
    pub fn parts(&self) -> &Arc<Parts> {
        &self.parts
    }

    /// Runs a use case as the caller, in one transaction.
    ///
    /// # Errors
    /// Whatever the use case refuses; then nothing has changed (I-15) and the refusal itself is noted.
    pub async fn run<T, E>(&self, caller: Caller, work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Refusal + From<Refused>,
    {
        self.open(Context::Caller(caller), work).await.map(|(value, _)| value)
    }

    /// As [`App::run`], with the session beside the result, for pages that draw who is signed in.
    ///
    /// # Errors
    /// As [`App::run`].
    pub async fn run_as<T, E>(&self, caller: Caller, work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<(T, Session), E>
    where
        T: Send + 'static,
        E: Refusal + From<Refused>,
    {
        let (value, session) = self.open(Context::Caller(caller), work).await?;
        Ok((value, session.ok_or(Refused::NoSession)?))
    }

    /// Runs without a session: sign-in, invitation codes, the public library.
    ///
    /// # Errors
    /// Whatever the use case refuses.
    pub async fn run_public<T, E>(&self, work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Refusal + From<Refused>,
    {
        self.open(Context::Public, work).await.map(|(value, _)| value)
    }

    /// Runs as the worker, which sees process facts and delivers notices, and reads no content.
    ///
    /// # Errors
    /// Whatever the work refuses.
    pub async fn run_worker<T, E>(&self, work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Refusal + From<Refused>,
    {
        self.open(Context::Worker, work).await.map(|(value, _)| value)
    }

    /// Sets a report, aside from pages (ruling 10).
    ///
    /// # Errors
    /// `Internal` when it can't be set.
    pub async fn typeset(&self, doc: typeset::ReportDoc, on: chrono::NaiveDate) -> Result<Vec<u8>, Refused> {
        self.parts.typesetting.report(doc, on).await.map_err(|why| Refused::Internal(why.to_string()))
    }

    async fn open<T, E>(&self, context: Context, work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<(T, Option<Session>), E>
    where
        T: Send + 'static,
        E: Refusal + From<Refused>,
    {
        let _turn = self.turns.acquire().await.map_err(|_| Refused::Internal("closing".into()))?;
        let (pool, parts) = (self.pool.clone(), Arc::clone(&self.parts));
        tokio::task::spawn_blocking(move || {
            let mut connection = pool.get().map_err(|why| Refused::Internal(format!("no connection: {why}")))?;
            transact(&mut connection, parts, context, work)
        })
        .await
        .unwrap_or_else(|why| Err(E::from(Refused::Internal(format!("the work stopped: {why}")))))
    }
}

fn transact<T, E>(
    db: &mut PgConnection, parts: Arc<Parts>, context: Context, work: impl FnOnce(&mut Tx) -> Result<T, E>,
) -> Result<(T, Option<Session>), E>
where
    E: Refusal + From<Refused>,
{
    AnsiTransactionManager::begin_transaction(db).map_err(Refused::from)?;
    // Whether the call's key, if it has one, would be taken here and go with a rollback.
    let fresh = matches!(&context, Context::Caller(Caller { idempotency: Some(claim), .. }) if !claim.taken());
    let outcome = inside(db, &parts, &context, work);
    match outcome {
        Ok((value, session, logged)) => {
            AnsiTransactionManager::commit_transaction(db).map_err(Refused::from)?;
            // Before anybody is answered.
            if logged {
                entry::on_disk(db)?;
            }
            Ok((value, session))
        }
        Err((why, entries)) => {
            let _ = AnsiTransactionManager::rollback_transaction(db);
            if let Context::Caller(Caller { idempotency: Some(claim), .. }) = &context
                && fresh
            {
                claim.give_back();
            }
            note_refusal(db, &context, &why, &entries);
            Err(why)
        }
    }
}

/// What came of it, as whom, and whether the log has an entry of it.
type Inside<T, E> = Result<(T, Option<Session>, bool), (E, Vec<Entry>)>;

fn inside<T, E>(db: &mut PgConnection, parts: &Arc<Parts>, context: &Context, work: impl FnOnce(&mut Tx) -> Result<T, E>) -> Inside<T, E>
where
    E: Refusal + From<Refused>,
{
    let early = |why: Refused| (E::from(why), vec![]);
    let mut session = None;
    let mut private_key = None;
    match context {
        Context::Public => {
            statement("select sec.enter_public()").execute(db).map_err(|why| early(why.into()))?;
        }
        Context::Worker => {
            statement("select sec.enter_worker($1)").bind::<Binary, _>(&parts.worker_token).execute(db).map_err(|why| early(why.into()))?;
        }
        Context::Caller(caller) => {
            let handle = caller.handle.as_ref().ok_or_else(|| early(Refused::NoSession))?;
            let entered = enter(db, handle).map_err(early)?;
            if !caller.fits(&entered) {
                return Err(early(Refused::SetUpFirst));
            }
            private_key = unwrap_key(&entered, caller);
            session = Some(entered);
        }
    }
    let mut tx = Tx { db, parts: Arc::clone(parts), session, private_key, now: Utc::now(), entries: vec![], confirmation: Default::default(), keys: Default::default(), places: Default::default() };
    if let Context::Caller(Caller { idempotency: Some(claim), .. }) = context
        && let Err(why) = super::kept::take(&mut tx, claim)
    {
        return Err((why.into(), vec![]));
    }
    let value = match work(&mut tx) {
        Ok(value) => value,
        Err(why) => return Err((why, tx.entries)),
    };
    if let Context::Caller(Caller { idempotency: Some(claim), .. }) = context
        && tx.confirmation.get()
    {
        claim.wants_confirmation();
    }
    let entries = std::mem::take(&mut tx.entries);
    let logged = entry::append(tx.db, &entries).map_err(|why| (E::from(why), vec![]))?;
    Ok((value, tx.session, logged))
}

/// Opens the session of a handle and signs the context for this transaction.
pub(super) fn enter(db: &mut PgConnection, handle: &[u8]) -> Result<Session, Refused> {
    let row = statement(ENTER).bind::<Binary, _>(handle).get_result::<EnterRow>(db)?;
    Ok(row.into())
}

/// The private key, where the session holds it and the caller brought the secret that opens it.
fn unwrap_key(session: &Session, caller: &Caller) -> Option<PrivateKey> {
    let secret = SealKey::from_bytes(caller.unlock.as_ref()?).ok()?;
    let plain = vault::unwrap_sealed(&secret, b"lering session key", session.wrapped_key.as_ref()?).ok()?;
    PrivateKey::from_bytes(&plain).ok()
}

/// The refusal is noted in a transaction of its own: the refused one has left no trace.
fn note_refusal(db: &mut PgConnection, context: &Context, why: &dyn Refusal, entries: &[Entry]) {
    if why.status() >= 500 {
        tracing::error!(kind = why.kind(), %why, "failed");
    }
    let (Context::Caller(Caller { handle: Some(handle), .. }), Some(last)) = (context, entries.last()) else { return };
    let refused = [last.clone().resulting(why.kind())];
    let noted = db.transaction(|db| -> Result<bool, Refused> {
        enter(db, handle)?;
        entry::append(db, &refused)
    }).and_then(|_| entry::on_disk(db));
    if let Err(why) = noted {
        tracing::error!(%why, "a refusal could not be noted");
    }
}
