-- Who is lent, or waits for keys, in which rooms of a case: a holder of part of the keys gives that part, and everybody who could give one sees what is
-- given and what is not. Process only; for the coordinators, the chair and the secretaries of the case.
set role hr_sec;
create function sec.keys_so_far(the_case uuid) returns table (hat uuid, kind text, closed boolean) language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ with rooms as (
     select m.membership_id, c.kind, m.awaits or m.access = 'facts' and exists (select from app.loan l where l.membership_id = m.membership_id and l.ended_at is null) as closed
       from app.compartment c join app.compartment_member m on m.compartment_id = c.id and (m.until is null or m.until > now())
       join app.membership h on h.id = m.membership_id and h.state = 'active' and (h.until is null or h.until > now())
      where c.case_id = the_case and c.epoch > 0 and c.kind in ('case', 'coding', 'panel', 'report'))
   select r.membership_id, r.kind, r.closed from rooms r
    where exists (select from rooms o where o.membership_id = r.membership_id and o.closed)
      and not exists (select from app.loan l where l.membership_id = sec.hat())
      and exists (select from app.case_party p where p.case_id = the_case and p.membership_id = sec.hat() and p.role in ('CO', 'CH', 'SE') and (p.until is null or p.until > now())
        and (p.role = 'CO' or p.statement_signed_at is not null))
    order by r.membership_id, r.kind $$;
revoke all on function sec.keys_so_far(uuid) from public;
grant execute on function sec.keys_so_far(uuid) to hr_app;
reset role;
set role hr_owner;
