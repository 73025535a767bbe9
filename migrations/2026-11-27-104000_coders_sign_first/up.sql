-- Nor does a coder read a released item that was sealed to them before they signed the statements (workflow.md section 2, notes 1 and 2): as a quality
-- reviewer, whom the migration reviewers_sign_first asks. What they code themselves stays theirs. Asked only of who has a statement open, so that others pay nothing.
set role hr_sec;
create or replace function sec.my_granted_items() returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ declare mine uuid := sec.hat(); begin
  if exists (select from app.case_party p where p.membership_id = mine and p.role in ('QA', 'CD') and p.statement_signed_at is null) then
    return query select g.item_id from app.item_grant g join app.item i on i.id = g.item_id join app.compartment c on c.id = i.compartment_id
     where g.membership_id = mine and (g.until is null or g.until > now())
       and not exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = mine and p.statement_signed_at is null
           and (p.role = 'QA' or p.role = 'CD' and g.purpose = 'evidence'));
  else
    return query select g.item_id from app.item_grant g where g.membership_id = mine and (g.until is null or g.until > now());
  end if; end $$;
reset role;
set role hr_owner;
