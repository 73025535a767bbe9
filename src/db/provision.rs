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
}

/// The statements that make the roles. `hr_owner` and `hr_sec` cannot log in; `hr_app` owns nothing and bypasses nothing.
pub fn role_statements(passwords: &Passwords) -> Vec<String> {
    let role = |name: &str, how: &str| format!("do $$ begin create role {name} {how}; exception when duplicate_object then null; end $$");
    vec![
        role("hr_owner", "nologin"), role("hr_sec", "nologin"), role("hr_migrate", "login noinherit"),
        role("hr_app", "login noinherit nobypassrls"), role("hr_register", "login noinherit nobypassrls"), role("hr_backup", "login bypassrls"),
        format!("alter role hr_migrate password '{}'", quoted(&passwords.migrate)),
        format!("alter role hr_app password '{}'", quoted(&passwords.app)),
        format!("alter role hr_register password '{}'", quoted(&passwords.register)),
        "alter role hr_app set log_parameter_max_length_on_error = 0".into(),
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

/// Makes roles and a database; what is there already stays.
///
/// # Errors
/// When the role of `admin` may not, or no connection.
pub fn provision(admin: &dyn Fn(&str) -> String, name: &str, passwords: &Passwords) -> Result<(), DbError> {
    let mut db = PgConnection::establish(&admin("postgres"))?;
    for statement in role_statements(passwords) {
        diesel::sql_query(statement).execute(&mut db)?;
    }
    create(&mut db, &format!("create database \"{name}\" owner hr_owner"))?;
    let mut inside = PgConnection::establish(&admin(name))?;
    for statement in database_statements(name) {
        diesel::sql_query(statement).execute(&mut inside)?;
    }
    Ok(())
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
