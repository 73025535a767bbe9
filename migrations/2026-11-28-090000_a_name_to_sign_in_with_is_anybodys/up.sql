-- A name one signs in with may be another's as well: whoever holds a code would otherwise learn by trying whether somebody has an account (I-6).
-- The passphrase says whose account it is. All accounts of a name have one salt, so that one stretching tries them all.
set role hr_sec;
alter table sec.person_secret drop constraint person_secret_lookup_hash_key;
create index person_secret_of_name on sec.person_secret (lookup_hash);
comment on column sec.person_secret.lookup_hash is 'keyed hash of the name one signs in with; several accounts may have one name';
comment on column sec.person_secret.salt is 'of the passphrase; one for all accounts of a name, and never changed';
reset role;
set role hr_owner;
