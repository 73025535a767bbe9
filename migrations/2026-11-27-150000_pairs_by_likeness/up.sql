-- Pairs that may be one event, in the order they are judged in: the policy asks of both records of a pair, so that no more pairs are asked after than are shown.
set role hr_owner;
create index pair_by_likeness on app.record_pair ((state = 'open') desc, (state = 'proposed') desc, score desc, found_at);
set role hr_owner;
