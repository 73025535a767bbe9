set role hr_owner;
-- Keyed, over what a row says once it is read and mapped: the same row is known whatever its file looks like, and tells nothing of itself.
alter table app.record add row_mac bytea check (row_mac is null or length(row_mac) = 32 and import_id is not null);
create index record_of_row on app.record (row_mac) where row_mac is not null;
-- What whoever handed a file over calls it: only sealed.
alter table app.import add sealed_title bytea;
-- The order pairs are asked after, as one walks through it page by page: those to be judged, then the likeliest.
drop index app.pair_by_likeness;
create index pair_by_likeness on app.record_pair ((case state when 'open' then 0 when 'proposed' then 1 else 2 end), (-score), found_at, id);
set role hr_owner;
