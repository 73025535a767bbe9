# What a chain partner sees: remarks per part, names to look at, after the release.
remark-general = On the whole
remark-on-part = On this part
remarks-per-part = Remarks per part
remarks-per-part-note = You need not say something of each part. The author sees your remark on the page of that part too.
remark-here = The approver said of this:
names-title = Names to look at
names-lead = Write roles instead of names: 'the mother', 'a colleague'. These words look like a name. We may miss one.
names-known = stands in the invitation
names-likely = looks like a name
names-none = We found no words that look like a name. Please look yourself too.
names-in = in: { $part }
released-title = Released
released-lead = The panel can now read the reflection of your organisation. Thank you.
released-not-yet = The reflection is not released yet.
released-next = What happens now
released-next-1 = The panel reads what you released, beside what others told. It may ask you a question; we will let you know.
released-next-2 = Before the report is finished the panel shows you the passages about your organisation. You can then say what is not right.
released-next-3 = You can't take back what is released. You can put a correction beside it.
released-kept = How long it is kept
released-kept-note = After that nobody can read it any more, your organisation neither. Keep a copy if you need one.
released-back = To the reflection
own-copy = Save your own copy (PDF)
own-copy-note = The copy holds all you wrote, also what the panel did not get. Keep it in your own file.
own-copy-notice = Own copy, confidential
paste-title = Events from a spreadsheet
paste-lead = Copy the rows in your spreadsheet and paste them below. You first see what we read. Only then anything is saved.
paste-columns-are = The columns, from left to right:
paste-columns-own = Other columns? Put a line with the questions of the form above the rows.
paste-here = Paste the rows here
paste-hint = Each event on a row of its own, at most 200 at a time. Write no names, but roles.
paste-look = See what we read
paste-look-again = Look again
paste-understood = { $count ->
    [one] 1 row read
   *[other] { $count } rows read
  }
paste-right = Is this right? Then save the rows. You can still change each event afterwards.
paste-wrong = Nothing is saved yet. Mend the rows below and look again.
paste-line = Row
paste-entry = Event
paste-mend = Still to do
paste-nothing = Nothing
paste-save = { $count ->
    [one] Save 1 event
   *[other] Save { $count } events
  }
paste-row = Row { $row }
fault-paste-no-rows = These are no rows of a spreadsheet. Copy the cells and paste them.
fault-paste-too-many = These are too many at a time. Paste at most 200 rows.
fault-paste-columns = This row has another number of cells than there are columns.
fault-paste-unknown-column = '{ $name }' is no question of the form. Take the column away, or name it as the question.
passphrase-suggested = Or take these five words; they are others each time you open this page:
