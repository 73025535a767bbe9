//! Roles and databases: what an administrator of the server does once.

use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::DbError;

/// Passwords of the roles that log in.
#[derive(Clone, Debug)]
pub struct Passwords {
    /// Of `hr_migrate`.
    pub migrate: String,
    /// Of `hr_app`.
    pub app: String,
    /// Of `hr_register`, which reads frozen snapshots only.
    pub register: String,
    /// Of `hr_backup`, which reads everything and writes nothing.
    pub backup: String,
}

/// The statements that make the roles. `hr_owner` and `hr_sec` cannot log in; `hr_app` owns nothing and bypasses nothing.
pub fn role_statements(passwords: &Passwords) -> Vec<String> {
    let role = |name: &str, how: &str| format!("do $$ begin create role {name} {how}; exception when duplicate_object then null; end $$");
    // What only a superuser may give is left out where the login is none: the server's own defaults are as safe, and a backup under a role
    // that may not bypass the policies stops with an error, never with half the rows.
    let as_far = |statement: &str| format!("do $$ begin {statement}; exception when insufficient_privilege then null; end $$");
    vec![
        role("hr_owner", "nologin"), role("hr_sec", "nologin"), role("hr_migrate", "login noinherit"),
        role("hr_app", "login noinherit nobypassrls"), role("hr_register", "login noinherit nobypassrls"), role("hr_backup", "login"),
        as_far("alter role hr_backup bypassrls"),
        format!("alter role hr_migrate password '{}'", quoted(&passwords.migrate)),
        format!("alter role hr_app password '{}'", quoted(&passwords.app)),
        format!("alter role hr_register password '{}'", quoted(&passwords.register)),
        format!("alter role hr_backup password '{}'", quoted(&passwords.backup)),
        as_far("alter role hr_app set log_parameter_max_length_on_error = 0"),
        // Policies make statements look expensive that touch few rows: compiling them would cost more than they do.
        "alter role hr_app set jit = off".into(),
        "grant hr_owner, hr_sec to hr_migrate".into(),
    ]
}

/// The statements that make a new database fit, run inside it.
pub fn database_statements(name: &str) -> Vec<String> {
    vec![
        "create extension if not exists pgcrypto".into(),
        "revoke all on schema public from public".into(),
        "grant usage on schema public to hr_owner, hr_sec".into(),
        format!("revoke all on database \"{name}\" from public"),
        format!("grant connect on database \"{name}\" to hr_migrate, hr_app, hr_register, hr_backup"),
        format!("grant create on database \"{name}\" to hr_owner, hr_sec"),
    ]
}

fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}

/// Makes roles and a database; what is there already stays. The roles are made all or none.
///
/// # Errors
/// When the role of `admin` may not, or no connection.
pub fn provision(admin: &dyn Fn(&str) -> String, name: &str, passwords: &Passwords) -> Result<(), DbError> {
    let mut db = PgConnection::establish(&admin("postgres"))?;
    // Two that start at once take turns.
    diesel::sql_query("select pg_advisory_lock(7301)").execute(&mut db)?;
    let strong = is_superuser(&mut db)?;
    db.transaction(|db| -> Result<(), DbError> {
        for statement in role_statements(passwords) {
            diesel::sql_query(statement).execute(db)?;
        }
        // Who is no superuser has to belong to the owner to give it a database.
        if !strong {
            diesel::sql_query("grant hr_owner, hr_sec to current_user").execute(db)?;
        }
        Ok(())
    })?;
    let made = create(&mut db, &format!("create database \"{name}\" owner hr_owner")).and_then(|()| {
        let mut inside = PgConnection::establish(&admin(name))?;
        for statement in database_statements(name) {
            diesel::sql_query(statement).execute(&mut inside)?;
        }
        Ok(())
    });
    if !strong {
        diesel::sql_query("revoke hr_owner, hr_sec from current_user").execute(&mut db)?;
    }
    made
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    yes: bool,
}

fn is_superuser(db: &mut PgConnection) -> Result<bool, DbError> {
    Ok(diesel::sql_query("select rolsuper as yes from pg_roles where rolname = current_user").get_result::<Yes>(db)?.yes)
}

/// Whether the roles are there already.
///
/// # Errors
/// No connection.
pub fn has_roles(admin: &dyn Fn(&str) -> String) -> Result<bool, DbError> {
    let mut db = PgConnection::establish(&admin("postgres"))?;
    Ok(diesel::sql_query("select exists (select from pg_roles where rolname in ('hr_app', 'hr_migrate')) as yes").get_result::<Yes>(&mut db)?.yes)
}

/// What an administrator runs with `psql` where the login may not make roles: the same statements, and once more if need be.
pub fn script(name: &str, passwords: &Passwords) -> String {
    let database = format!("select 'create database \"{name}\" owner hr_owner' where not exists (select from pg_database where datname = '{}') \\gexec", quoted(name));
    let lines = |statements: Vec<String>| statements.into_iter().map(|line| format!("{line};")).collect::<Vec<_>>();
    [lines(role_statements(passwords)), vec![database, format!("\\connect \"{name}\"")], lines(database_statements(name))].concat().join("\n")
}

/// A copy of a database nobody is connected to; rights on the database itself are not copied and are set again.
///
/// # Errors
/// When the template is in use, or no connection.
pub fn clone_database(admin: &dyn Fn(&str) -> String, template: &str, name: &str) -> Result<(), DbError> {
    let mut db = PgConnection::establish(&admin("postgres"))?;
    create(&mut db, &format!("create database \"{name}\" template \"{template}\" owner hr_owner"))?;
    let mut inside = PgConnection::establish(&admin(name))?;
    for statement in database_statements(name) {
        diesel::sql_query(statement).execute(&mut inside)?;
    }
    Ok(())
}

fn create(db: &mut PgConnection, statement: &str) -> Result<(), DbError> {
    match diesel::sql_query(statement).execute(db) {
        Err(why) if why.to_string().contains("already exists") => Ok(()),
        other => other.map(|_| ()).map_err(DbError::from),
    }
}
