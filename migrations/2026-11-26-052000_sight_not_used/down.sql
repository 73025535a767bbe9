set role hr_owner;
grant select on app.recovery_share to hr_sec;
create policy sec_reads on app.recovery_share for select to hr_sec using (true);
