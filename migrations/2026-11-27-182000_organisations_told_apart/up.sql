-- Two organisations of one name are told apart by where they are, or which unit.
set role hr_owner;
alter table app.organisation add place text not null default '' check (length(place) <= 100);
comment on column app.organisation.place is 'place or unit that tells it apart from others of the same name; empty where nothing must';
set role hr_owner;
