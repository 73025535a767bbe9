# What stays how long: the table of config/retention.toml in words.
retention = What we keep, and how long
retention-note = What has a day here happens by itself. Nobody can read a sealed copy whose key is gone.
retention-version = Version { $version } of the table.
retention-what = What
retention-until = How long
retention-on = Day
retention-rule = { $term } after { $from }.
retention-never = If that day never comes: { $term } after the last step of the case.
retention-from-adopted = the report was adopted
retention-from-closed = the case was closed
retention-from-published = publication
retention-from-written = it was written
retention-from-given = it was handed out
retention-from-signed-in = signing in
retention-reflection = An organisation’s reflection and its own events
retention-released = What organisations released to the panel
retention-words = Words, wishes and contact plan of relatives
retention-case = Notification, names, minutes, drafts and sources for coding
retention-published = A published report
retention-published-until = Until it is taken out of the library. That can be on a day set beforehand.
retention-draft = A draft while you type
retention-draft-until = Until you save; then the version takes its place.
retention-parked = Text that you typed and did not send, or that came when your session was over, sealed for you alone
retention-answer = The answer to a program’s call, for a repeat
retention-code = A code in an invitation, unless it is used sooner
retention-session = Being signed in on a device; 30 minutes without use ends it sooner
retention-log = The log of who read and wrote
retention-of-case = How long we keep this
retention-rules = Rules and days
retention-not-yet = not known yet
retention-done = shredded on { $day }
hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
close-case = Close the case
close-ready = All that is needed is there. Look once more at what will be shredded when.
close-not-now = This can’t be closed now, or somebody else does it.
close-days-seen = These days are right. What has a day is then shredded by itself.
retention-stopped-return = The chair gave it back: thirty days after the stop.
retention-stopped-shred = The chair had it shredded at once.
retention-of-stopped = Of a review that was stopped its chair may have decided otherwise: given back, and gone from here after { $term }, or shredded at once.
