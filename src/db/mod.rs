//! The database: the pool of the application's role, the migrations, and a private cluster where none is given.

pub mod backup;
pub mod bootstrap;
pub mod cluster;
pub mod codes;
pub mod log_chain;
pub mod provision;
pub mod schema;
pub mod signed;
mod statement;

use diesel::migration::Migration;
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::r2d2::{self, ConnectionManager};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use vault::InstallationKey;

pub use statement::{Statement, statement};

/// What an organisation is called where it is joined: its name, with the place or unit that tells it apart from another of that name.
pub fn organisation_called() -> diesel::expression::SqlLiteral<diesel::sql_types::Nullable<diesel::sql_types::Text>> {
    diesel::dsl::sql("nullif(concat_ws(', ', app.organisation.name, nullif(app.organisation.place, '')), '')")
}

/// Connections of `hr_app`.
pub type Pool = r2d2::Pool<ConnectionManager<PgConnection>>;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// The migrations after which rows from before are signed: members of rooms, `2026-11-28-110000`; who takes part in cases, `2026-11-28-160000`.
pub const SIGNS: [&str; 2] = ["20261128110000", "20261128160000"];

/// What can go wrong before the first request.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection.
    #[error("no connection to the database: {0}")]
    Connect(#[from] ConnectionError),
    /// A statement failed.
    #[error("the database refused: {0}")]
    Query(#[from] diesel::result::Error),
    /// A migration failed.
    #[error("migration: {0}")]
    Migration(String),
    /// The pool could not be filled.
    #[error("pool: {0}")]
    Pool(#[from] diesel::r2d2::PoolError),
    /// A database of a version that signed nobody, where this installation has signed one already.
    #[error("this database is of an earlier version, in which nothing says who belongs to a room or takes part in a case, and this installation has signed such a database already")]
    SignedBefore,
    /// The application's role may more than it should.
    #[error("the role {0} is too strong for the application: it may own, bypass or create")]
    TooStrong(String),
}

/// A pool of connections. Refuses a role that is stronger than `hr_app` should be (`security.md` section 5).
///
/// # Errors
/// `TooStrong`, or no connection.
pub fn pool(url: &str, size: u32) -> Result<Pool, DbError> {
    #[derive(QueryableByName)]
    struct Strength {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
        #[diesel(sql_type = diesel::sql_types::Bool)]
        strong: bool,
    }
    let mut first = PgConnection::establish(url)?;
    let found: Strength = diesel::sql_query(
        "select current_user::text as name, (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb \
            or pg_has_role(current_user, 'hr_owner', 'member') or pg_has_role(current_user, 'hr_sec', 'member') \
            or has_schema_privilege('app', 'create') or has_schema_privilege('sec', 'create') \
            or has_database_privilege(current_database(), 'temp') or has_database_privilege(current_database(), 'create')) as strong \
         from pg_roles where rolname = current_user",
    ).get_result(&mut first)?;
    if found.strong {
        return Err(DbError::TooStrong(found.name));
    }
    Ok(r2d2::Pool::builder().max_size(size).min_idle(Some(1)).test_on_check_out(false).build(ConnectionManager::new(url))?)
}

/// What bringing a schema up to date did.
#[derive(Clone, Copy, Default, Debug)]
pub struct Migrated {
    /// How many migrations ran.
    pub ran: usize,
    /// What was signed in a database from before.
    pub signed: signed::Signed,
}

/// Brings the schema up to date, as `hr_migrate`, and registers the worker's token. With the key, rows from before are signed, in the transaction
/// of the migration that brings their marks and never else: a row without one is taken for good by nobody. Nor where it stands outside the database that
/// this migration (`SIGNS`) was followed by it `before`.
///
/// # Errors
/// The first migration that fails; it leaves nothing behind. `SignedBefore` where something would have to be signed, and there is no key to do so.
pub fn migrate(url: &str, worker_token: &[u8], key: Option<&InstallationKey>, before: &[&str]) -> Result<Migrated, DbError> {
    let mut db = PgConnection::establish(url)?;
    // Servers that start at once take turns; the lock goes with the connection.
    diesel::sql_query("select pg_advisory_lock(7301)").execute(&mut db)?;
    prepare(&mut db)?;
    let pending = db.pending_migrations(MIGRATIONS).map_err(fault)?;
    let mut done = Migrated { ran: pending.len(), ..Migrated::default() };
    for migration in &pending {
        let version = migration.name().version().to_string();
        if SIGNS.contains(&version.as_str()) {
            let key = key.filter(|_| !before.contains(&version.as_str()));
            done.signed = done.signed.and(run_and_sign(&mut db, &**migration, &version, key)?);
        } else {
            db.run_migration(&**migration).map_err(fault)?;
        }
    }
    diesel::sql_query("select sec.set_worker($1)").bind::<diesel::sql_types::Binary, _>(worker_token).execute(&mut db)?;
    Ok(done)
}

fn fault(why: Box<dyn std::error::Error + Send + Sync>) -> DbError {
    DbError::Migration(why.to_string())
}

/// Both or neither: a start that is cut off here leaves nobody without a mark.
fn run_and_sign(db: &mut PgConnection, migration: &dyn Migration<Pg>, version: &str, key: Option<&InstallationKey>) -> Result<signed::Signed, DbError> {
    db.transaction(|db| {
        db.run_migration(migration).map_err(fault)?;
        match key {
            Some(key) if version == SIGNS[0] => signed::all(db, key),
            Some(key) => signed::parties(db, key),
            None if signed::holds_any(db)? => Err(DbError::SignedBefore),
            None => Ok(signed::Signed::default()),
        }
    })
}

/// Takes migrations back, newest first, at most so many; for the tests that they can be, and that an older database comes up to date.
/// Returns how many were taken back.
///
/// # Errors
/// The first that fails.
pub fn migrate_down(url: &str, most: usize) -> Result<usize, DbError> {
    let mut db = PgConnection::establish(url)?;
    prepare(&mut db)?;
    let there = db.applied_migrations().map_err(fault)?.len().min(most);
    for _ in 0..there {
        db.revert_last_migration(MIGRATIONS).map_err(fault)?;
    }
    Ok(there)
}

/// The migrations' own table stands in a schema nobody else sees.
fn prepare(db: &mut PgConnection) -> Result<(), DbError> {
    for statement in ["set role hr_owner", "create schema if not exists migration", "set search_path = migration, pg_catalog"] {
        diesel::sql_query(statement).execute(db)?;
    }
    Ok(())
}
