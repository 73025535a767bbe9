drop policy sec_inserts on app.bureau;
drop policy sec_inserts on app.membership;
set role hr_sec;
drop table sec.parked;
set role hr_owner;
set role hr_sec;
drop function sec.enter(bytea), sec.session(), sec.material(bytea), sec.my_material(), sec.lock_left(bytea), sec.lock_failed(bytea), sec.lock_cleared(bytea),
    sec.spend_totp(uuid, bigint), sec.open_session(uuid, uuid, bytea, bytea, bytea, timestamptz, text), sec.rotate(bytea, bytea), sec.end_sessions(text, text),
    sec.my_sessions(), sec.stepped_up(), sec.set_unlocked(bytea), sec.wear(uuid), sec.change_secret(bytea, bytea, bytea),
    sec.invite(uuid, uuid, bytea, bytea, bytea, bytea, timestamptz), sec.invitation_for(bytea, bytea), sec.begin_enrolment(uuid, bytea, bytea), sec.enrolment(bytea),
    sec.finish_enrolment(bytea, uuid, bytea, bytea, bytea, bytea, text, bytea, bytea, bytea, bytea, bigint), sec.join_with(bytea, bytea), sec.confirm_hat(uuid), sec.end_hat(uuid),
    sec.parking(bytea), sec.park(bytea, bytea), sec.my_parked(), sec.unpark(uuid),
    sec.create_bureau(uuid, text, text, text, text, boolean, uuid, bytea, uuid, bytea, bytea, bytea, timestamptz),
    sec.create_national(uuid, text, bytea, uuid, bytea, bytea, bytea, timestamptz);
set role hr_owner;
