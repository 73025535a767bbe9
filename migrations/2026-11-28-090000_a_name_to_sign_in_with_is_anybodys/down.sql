-- Refused where two accounts have one name by now: neither may lose its way in.
set role hr_sec;
comment on column sec.person_secret.lookup_hash is null;
comment on column sec.person_secret.salt is null;
drop index sec.person_secret_of_name;
alter table sec.person_secret add constraint person_secret_lookup_hash_key unique (lookup_hash);
reset role;
set role hr_owner;
