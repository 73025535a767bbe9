use diesel::prelude::*;
use diesel::sql_types::Text;
use lering::access::{Kind, Role};

use crate::support::World;

#[derive(QueryableByName)]
struct Line { #[diesel(sql_type = Text)] line: String }

fn lines(db: &mut PgConnection, query: &str) -> Vec<String> {
    diesel::sql_query(query).load::<Line>(db).unwrap().into_iter().map(|row| row.line).collect()
}

const OURS: &str = "('app', 'sec', 'keys', 'frozen')";

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_policies_force_and_a_comment_and_nothing_is_public() {
    let world = World::new().await;
    let db = &mut world.connection("postgres");
    let tables = lines(db, &format!("select n.nspname || '.' || c.relname as line from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in {OURS} and c.relkind in ('r', 'p')"));
    assert!(tables.len() >= 25, "{tables:?}");
    let faults = [
        ("without forced row security", format!("select n.nspname || '.' || c.relname as line from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in {OURS} and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)")),
        ("without policy", format!("select n.nspname || '.' || c.relname as line from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in {OURS} and c.relkind in ('r', 'p') and not exists (select from pg_policy p where p.polrelid = c.oid)")),
        ("policy for every role, the definers' among them", format!("select schemaname || '.' || tablename || ' ' || policyname as line from pg_policies where schemaname in {OURS} and roles = '{{public}}'")),
        ("without comment", format!("select n.nspname || '.' || c.relname as line from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in {OURS} and c.relkind in ('r', 'p') and obj_description(c.oid) is null")),
        ("definer without fixed path", format!("select p.oid::regprocedure::text as line from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in {OURS} and p.prosecdef and not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false)")),
        ("function for all", format!("select p.oid::regprocedure::text as line from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in {OURS} and has_function_privilege('public', p.oid, 'execute')")),
        ("grant to all", format!("select table_schema || '.' || table_name as line from information_schema.role_table_grants where grantee = 'PUBLIC' and table_schema in {OURS}")),
        // Looked for on every page; versions, drafts and keys are found by their item.
        ("found by its case, compartment or organisation without an index", "select c.conrelid::regclass || '.' || a.attname as line from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] \
            where c.contype = 'f' and c.confrelid in ('app.case_file'::regclass, 'app.compartment'::regclass, 'app.organisation'::regclass) and c.conrelid <> c.confrelid \
            and c.conrelid not in ('app.item_version'::regclass, 'app.item_draft'::regclass, 'keys.item_key'::regclass) \
            and not exists (select from pg_index i where i.indrelid = c.conrelid and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = '(' || quote_ident(a.attname) || ' IS NOT NULL)') and i.indkey[0] = c.conkey[1])".to_owned()),
        ("owned by the application", "select relname::text as line from pg_class where relowner = 'hr_app'::regrole".to_owned()),
        ("view with its owner's rights", format!("select c.relname::text as line from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in {OURS} and c.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=true'], false)")),
        ("truncate or reference granted", format!("select table_name::text as line from information_schema.role_table_grants where grantee = 'hr_app' and privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER') and table_schema in {OURS}")),
        ("table of sec open to the application", "select table_name::text as line from information_schema.role_table_grants where grantee = 'hr_app' and table_schema = 'sec'".to_owned()),
    ];
    for (fault, query) in faults {
        assert_eq!(lines(db, &query), Vec::<String>::new(), "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_databases_lists_of_roles_kinds_and_states_are_those_of_the_code() {
    let world = World::new().await;
    let db = &mut world.connection("postgres");
    let of = |db: &mut PgConnection, constraint: &str| -> Vec<String> {
        let text = lines(db, &format!("select pg_get_constraintdef(oid) as line from pg_constraint where conname = '{constraint}'")).concat();
        text.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let roles: Vec<String> = Role::ALL.iter().map(|role| role.code().to_owned()).collect();
    assert_eq!(of(db, "membership_role_check"), roles);
    assert_eq!(of(db, "compartment_member_role_check"), roles);
    let states: Vec<String> = lering::cases::State::ALL.iter().map(|state| state.word().to_owned()).collect();
    let mut listed = of(db, "case_file_state_check");
    listed.sort();
    let mut known = states;
    known.sort();
    assert_eq!(listed, known);
    let kinds: Vec<String> = Kind::ALL.iter().map(|kind| kind.word().to_owned()).collect();
    let mut found = of(db, "compartment_kind_check");
    found.sort();
    let mut expected = kinds;
    expected.sort();
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_go_up_down_and_up_again() {
    let world = World::new().await;
    diesel::sql_query("delete from app.recovery_share").execute(&mut world.connection("postgres")).unwrap();
    let url = world.url("hr_migrate");
    let down = lering::db::migrate_down(&url, usize::MAX).unwrap();
    assert!(down >= 6);
    assert_eq!(lering::db::migrate(&url, b"again", Some(&world.app.parts().installation), &[]).unwrap().ran, down);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_does_not_start_under_a_stronger_role() {
    let world = World::new().await;
    assert!(matches!(lering::db::pool(&world.url("hr_migrate"), 1), Err(lering::db::DbError::TooStrong(_))));
    assert!(matches!(lering::db::pool(&world.url("postgres"), 1), Err(lering::db::DbError::TooStrong(_))));
}
