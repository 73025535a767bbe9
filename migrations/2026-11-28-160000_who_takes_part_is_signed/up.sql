-- Who takes part in a case is signed as who belongs to a room is: by them the chair's acceptance makes members, and a reviewer or a coder is given documents.
-- And a row that ends loses its mark: put back, it says nothing any more. Rows from before are signed by the start that runs this.
set role hr_owner;
alter table app.case_party add named_mac bytea;
comment on column app.case_party.named_mac is 'under the installation key: the program named this hat to this case in this role, until then; without it no key follows from the row';
grant update (named_mac) on app.case_party to hr_app, hr_sec;
create function app.an_end_takes_the_mark() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.until <= now() then new.named_mac := null; end if;
  return new; end $$;
revoke all on function app.an_end_takes_the_mark() from public;
create trigger unmarked before insert or update on app.case_party for each row execute function app.an_end_takes_the_mark();
create trigger unmarked before insert or update on app.compartment_member for each row execute function app.an_end_takes_the_mark();
-- What ended before.
reset role;
set role hr_sec;
update app.compartment_member set named_mac = null where until <= now() and named_mac is not null;
reset role;
set role hr_owner;
