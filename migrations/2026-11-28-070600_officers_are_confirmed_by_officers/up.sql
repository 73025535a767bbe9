-- Officers confirm who gets a role that reads content, so who becomes one is confirmed too, by two who are: of the bureau, or where it has a recovery key and
-- fewer than two are left, of the nation. Only the first of a bureau come without; where nobody is there to confirm, everybody in the bureau hears of it. Nobody
-- confirms whom they invited, and no administrator confirms, under whatever hat.
set role hr_owner;
alter table app.notice drop constraint notice_kind_check;
alter table app.notice add constraint notice_kind_check check (kind in ('task_assigned','term_near','term_passed','returned','released','placed','answered','state_changed','read_by_other','publication_date','action_due','deferred','resumed','sign_in_changed','asks_to_be_told','lent','printed_code_used','officer_unconfirmed'));
reset role;
set role hr_sec;
-- The people who could confirm an officer of a bureau, or of the nation.
create function sec.confirmers(of uuid) returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare own uuid[]; begin
  own := array(select distinct o.person_id from app.membership o where o.role = 'RP' and o.bureau_id is not distinct from of and o.person_id is not null and o.state = 'active' and (o.until is null or o.until > now()));
  return query select unnest(own);
  if cardinality(own) < 2 and exists (select from app.bureau b where b.id = of and b.recovery_public is not null and not b.practice) then
    return query select distinct o.person_id from app.membership o where o.role = 'RP' and o.bureau_id is null and o.person_id is not null and o.person_id <> all (own) and o.state = 'active' and (o.until is null or o.until > now());
  end if; end $$;
-- Whether a hat is worn as soon as its code is redeemed. Two officers who begin at once wait for one another.
create function sec.starts_at_once(target uuid, who uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as
$$ declare m app.membership; begin
  select * into m from app.membership t where t.id = target;
  if m.role in ('TA', 'AC', 'AU', 'AP', 'RE', 'SU') or m.second_confirmed_by is not null then return true; end if;
  if m.role <> 'RP' then return false; end if;
  perform pg_advisory_xact_lock(hashtextextended(coalesce(m.bureau_id, '00000000-0000-0000-0000-000000000000')::text, 13));
  return (select count(*) from sec.confirmers(m.bureau_id) c where c is distinct from who) < 2; end $$;
-- Tells everybody who works in a bureau that somebody became an officer of its recovery key unconfirmed.
create function sec.tell_of_officer(target uuid) returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ insert into app.notice (id, bureau_id, membership_id, kind)
   select gen_random_uuid(), h.bureau_id, h.id, 'officer_unconfirmed' from app.membership m join app.bureau b on b.id = m.bureau_id and b.recovery_public is not null
     join app.membership h on h.bureau_id = b.id and h.id <> m.id and h.state = 'active' and (h.until is null or h.until > now()) and h.role not in ('AC', 'AU', 'AP', 'RE', 'SU')
    where m.id = target and m.role = 'RP' and m.state = 'active' and m.second_confirmed_by is null $$;
-- The bureaus' new officers whom the nation's confirm, for those.
create function sec.officers_waiting() returns table (hat uuid, state text, account_sealed bytea, person_id uuid, person_account bytea, bureau text, confirmed boolean, by_you boolean) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if sec.role() is distinct from 'RP' or sec.bureau() is not null then return; end if;
  return query select m.id, m.state, m.account_sealed, p.id, p.account_sealed, b.name, m.first_confirmed_by is not null, m.first_confirmed_by is not distinct from sec.hat() from app.membership m join app.bureau b on b.id = m.bureau_id left join app.person p on p.id = m.person_id
   where m.role = 'RP' and m.state in ('invited', 'waiting') and m.second_confirmed_by is null and sec.me() in (select sec.confirmers(b.id)) order by b.name, m.since, m.id; end $$;
revoke all on function sec.confirmers(uuid), sec.starts_at_once(uuid, uuid), sec.tell_of_officer(uuid), sec.officers_waiting() from public;
grant execute on function sec.officers_waiting() to hr_app;
create or replace function sec.finish_enrolment(token bytea, new_person uuid, account bytea, new_lookup bytea, new_public bytea, public_mac bytea, new_language text, new_salt bytea, passphrase bytea, printed bytea, totp bytea, first_step bigint) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare i sec.invitation; begin
  select * into i from sec.invitation t where t.enrolment_hash = sha256(token) and t.enrolment_until > now() and t.used_at is null and t.recalled_at is null for update;
  if i.id is null then raise exception 'no enrolment' using errcode = '28000'; end if;
  insert into app.person (id, account_sealed, public_key, public_key_mac, language) values (new_person, account, new_public, public_mac, new_language);
  insert into sec.person_secret (person_id, lookup_hash, salt, passphrase_wrapped, printed_wrapped, totp_sealed, totp_spent)
  values (new_person, new_lookup, new_salt, passphrase, printed, totp, array[first_step]);
  update sec.invitation set used_at = now(), enrolment_hash = null, enrolment_sealed = null where id = i.id;
  update app.membership set person_id = new_person, state = case when sec.starts_at_once(i.membership_id, new_person) then 'active' else 'waiting' end where id = i.membership_id;
  perform sec.tell_of_officer(i.membership_id);
  return i.membership_id; end $$;
create or replace function sec.join_with(code bytea, second bytea) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare found_membership uuid; found_invitation uuid; m app.membership; held boolean; begin
  select f.id, f.membership_id into found_invitation, found_membership from sec.invitation_for(code, second) f;
  if found_invitation is null or sec.me() is null then return null; end if;
  update sec.invitation set used_at = now() where id = found_invitation;
  update app.membership set person_id = sec.me() where id = found_membership;
  select exists (select from (select p.case_id as id from app.case_party p where p.membership_id = found_membership
      union select c.case_id from app.compartment_member k join app.compartment c on c.id = k.compartment_id where k.membership_id = found_membership
      union select r.case_id from app.reflection r where r.contact_id = found_membership) cases where cases.id is not null and sec.conflicted(cases.id, found_membership)) into held;
  update app.membership set state = case when not held and sec.starts_at_once(found_membership, sec.me()) then 'active' else 'waiting' end
   where id = found_membership returning * into m;
  perform sec.tell_of_officer(found_membership);
  if held and m.invited_by is not null then
    insert into app.notice (id, bureau_id, membership_id, kind, subject_id) values (gen_random_uuid(), m.bureau_id, m.invited_by, 'task_assigned', found_membership);
  end if;
  return found_membership; end $$;
create or replace function sec.confirm_hat(target uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m app.membership; me uuid := sec.me(); begin
  select * into m from app.membership t where t.id = target and (t.bureau_id is not distinct from sec.bureau() or t.role = 'RP' and sec.bureau() is null)
     and t.state in ('invited', 'waiting') and t.role not in ('TA', 'AC', 'AU', 'AP', 'RE', 'SU') and t.second_confirmed_by is null for update;
  if m.id is null or sec.role() not in ('RP', 'CO') or exists (select from app.loan l where l.membership_id = sec.hat())
    or m.role = 'RP' and (sec.role() <> 'RP' or me not in (select sec.confirmers(m.bureau_id))) then return 'absent'; end if;
  if m.person_id = me then return 'own'; end if;
  if exists (select from app.membership a where a.person_id = me and a.role = 'TA' and a.state = 'active' and (a.bureau_id is not distinct from m.bureau_id or a.bureau_id is not distinct from sec.bureau())) then
    return 'administrator'; end if;
  if exists (select from app.membership i where i.id = m.invited_by and i.person_id = me) then return 'inviter'; end if;
  if m.first_confirmed_by is null then
    update app.membership t set first_confirmed_by = sec.hat() where t.id = target;
    return 'first'; end if;
  if exists (select from app.membership f where f.id = m.first_confirmed_by and f.person_id = me) then return 'same'; end if;
  update app.membership t set second_confirmed_by = sec.hat(), state = case when m.state = 'waiting' then 'active' else m.state end where t.id = target;
  return 'second'; end $$;
reset role;
set role hr_owner;
