-- What others count: yearly totals from publications, entered by hand with their source. A correction stands beside the line it corrects.
set role hr_owner;
create table app.external_total (
    id uuid primary key,
    -- None for the country's register; a practice bureau keeps its own.
    bureau_id uuid references app.bureau,
    year integer not null check (year between 1950 and 2200),
    -- None for the whole country.
    region integer,
    count integer not null check (count between 0 and 100000),
    source text not null check (length(source) between 1 and 300),
    published_on date not null,
    note text not null default '' check (length(note) <= 500),
    replaces_id uuid unique references app.external_total,
    membership_id uuid not null references app.membership,
    entered_at timestamptz not null default now()
);
create index external_total_by_year on app.external_total (year, region);
comment on table app.external_total is 'published yearly totals of others with their source, to compare completeness with; of no case';
alter table app.external_total enable row level security, force row level security;
create policy of_register on app.external_total for select to hr_app using ((select sec.role()) in ('RM', 'NC') and bureau_id is not distinct from (select sec.bureau()));
create policy entered on app.external_total for insert to hr_app with check ((select sec.role()) = 'RM' and membership_id = (select sec.hat()) and bureau_id is not distinct from (select sec.bureau())
    and (bureau_id is null or exists (select from app.bureau b where b.id = bureau_id and b.practice)));
grant select, insert on app.external_total to hr_app;
