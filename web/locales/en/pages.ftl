# Frame: help, leaving, no connection.
help = Help
leave-safely = Leave safely
leave-wipe = How to clear that.
offline = No connection. Your text is still on this screen. You can go on writing.
# Errors: headings.
problem-title-not-found = Page not found
problem-title-not-yours = Somebody else decides this
problem-title-step-up = Is it you?
problem-title-missing = This step is not possible yet
problem-title-too-many = One moment
problem-title-server-error = Something went wrong
problem-title-stale = Somebody else was first
problem-title-faults = Something is not right yet
problem-reference = If you ask for help, quote this number:
# Forms.
part-of = Part { $at } of { $all }
save-later = Continue later
back-part = Back
save-first = Save this part. From then on the page keeps your text by itself.
not-saved-ended = Not saved: your session has ended. Your text is still on this screen.
not-saved-stale = Not saved: this text was changed elsewhere in the meantime. Press Save to see both texts.
stale-alike = Your answers and those of now are the same.
stale-differences = Where the texts differ
stale-choose = Save keeps your text. You may change it below first.
stale-theirs = Take the text of now
question = Question
text-of-now = Text of now
repeats-note = Fill in this part as often as needed, once for each event.
check-answers = Read it all again
check-note = Read your answers once more. You can still change everything.
change = Change
part-empty = Nothing filled in yet.
on-to = On to { $name }
changed-at = Changed on { $t }
readers-reflection = Only the author and the approver of your organisation. The review bureau and the panel read nothing until you release it. The administrator has no access.
readers-kin = You and your contact person. Who helps you reads only what you allowed. The panel reads only what you choose for it. Organisations never read this.
readers-case = Only the coordinator of this case and who stands in. Others read the case without names.
readers-panel = The chair, the coordinator, the secretary and the panel members who signed.
readers-report = The chair, the coordinator and the secretary. Others read only what was put before them.
heavy-title = Does it touch you?
heavy-note = This can be hard. You may stop at any time. What you wrote stays.
# Today.
group-late = Late
group-week = This week
group-later = Later
group-quiet = Without a term
today-none = Nothing to do. No term is running.
open-first = Open { $number }
due-today = today
due-in = { $count ->
    [one] 1 day left
   *[other] { $count } days left
}
due-past = { $count ->
    [one] 1 day late
   *[other] { $count } days late
}
# The case.
phase-of-case = Phase of the case
case-about = { $variant }, notified on { $day }.
case-coordinator = Coordinator: { $name }.
case-chair = Chair: { $name }.
still-open = { $open } of { $all } still open
now-ready = Now: on to { $state }
now-ready-note = All that is needed is here.
now-missing = { $count ->
    [one] Now: one more thing needed
   *[other] Now: { $count } more things needed
}
none-invited = Nobody invited yet.
turn-answer = Answer the invitation
turn-reflection = Release the reflection
turn-nobody = Nobody
turn-you = You
turns = Who must act
turns-none = Nobody is waited for.
no-term = No term is running.
day-of = Day { $day } of { $all }
extend-a-term = Extend a term
latest = Latest events
all-events = All events
confidential = Confidential
confidential-note = Whoever opens something is in a log that nobody can change.
who-saw-case = Who has seen this case
name-party-for = Name somebody for this case
no-cases = No cases yet.
no-case-fits = No case fits your choice.
any = All
# An organisation's tasks.
reflection-of = Reflection of { $name }
state-and-due = Please before { $day }.
task-write = It is your turn: write the reflection
task-write-note = Allow about an hour and a half. You may split it: everything is kept, and you go on where you were.
task-go-on = Continue where you were
task-events = Events for the chronology
task-hand-in = Done? Ask for approval
task-hand-in-note = The approver of your organisation reads everything and releases it, or sends it back.
task-approve = It is your turn: read the reflection
task-approve-note = Read the reflection and the events. Approve, or send them back with a remark.
task-read = Read the reflection
task-release = It is your turn: release
task-release-note = The reflection is approved. The panel reads it only once you release it.
task-waits-author = The author is writing the reflection. We will let you know.
task-needs-author = The approver sent "nothing known" back: your organisation does know something. Name below who writes the reflection.
task-waits-contact = Your contact names who writes the reflection.
task-waits-approver = The reflection is with the approver. We will let you know.
task-released = The reflection is released. There is nothing you have to do.
task-know = Good to know
task-know-1 = Only the author and the approver read along, until your organisation releases it.
task-know-2 = It is about circumstances, not about whose fault it was. Write roles, no names.
task-know-3 = Encryption is no legal privilege: a judge can ask for documents.
task-asked = Passages to respond to
# A relative's own page.
on-this-page = On this page
how-it-goes = How it is going
how-note = If something changes, you will hear it in the way you chose.
passages-wait = { $count ->
    [one] One passage is ready to read. You do not have to respond.
   *[other] { $count } passages are ready to read. You do not have to respond.
}
questions-wait = { $count ->
    [one] One question of yours waits for an answer.
   *[other] { $count } questions of yours wait for an answer.
}
write-words = Write or read your words
ask-hint = You may ask anything. If we may not say something, we tell you why.
send-question = Send your question
cannot-say-because = We may not say this, because:
read-and-reply = Read and respond
read-and-reply-note = You do not have to read. You do not have to respond. Saying nothing is fine too.
no-passages = There is nothing for you to read now.
passage-number = Passage { $number } of the report
passage-care = This passage is about violence. It has { $count } words and was written by the panel. You can read it now, later, or have it told to you.
have-it-told = Have someone tell me
read-now = Read now
own-passage-placed = ready to read
own-passage-opened = ready for your response
own-passage-answered = you responded
own-passage-no_answer = closed
own-passage-settled = settled
done-with-reply = This is what the panel did with your response:
your-contact = Your contact person
your-contact-note = Your contact person helps you with everything on this page. You may also call, or have it written down.
stands-in = stands in
contact-plan-note = Letter, telephone, mail or nothing; at what hours; in which language.
contact-plan-see = See or change this
who-helps = Who helps you
who-helps-note = Somebody can read along or write for you. You choose who it is, and you can stop this at any time.
who-saw-see = See who read this
stopping = Stopping
stop-how = Do you want a pause, or to stop altogether? You choose it here. What was not passed on yet is read by you and your contact person only.
evaluation-ask = Would you like to say how this was for you?
# The same place, for the contact.
contact-plan-of = Contact plan
words-of-relative = Own words
questions-of-relative = Questions
ask-for = Note a question that was told to you
ask-for-label = The question
passages-placed = Passages put before them
reply-told = Note what was told to you
statement-told = Does this person want something included in their own words?
let-in = Give access
freeze-note = Freezing keeps everything readable, but nothing is added. Nobody is told.
# People to talk to.
support-lead = You do not have to do this alone. You may also call without a reason.
support-danger = In danger
support-112 = The Netherlands: 112
support-911 = Bonaire, Sint Eustatius and Saba: 911
support-nl = The Netherlands
support-victims = Slachtofferhulp Nederland (victim support): 0900 0101
support-home = Veilig Thuis (safe at home): 0800 2000, day and night
support-listen = De Luisterlijn (someone who listens): 088 0767 000, day and night
support-children = De Kindertelefoon, for those under 18: 0800 0432
support-suicide = Are you thinking of suicide? Call 113 or 0800 0113, day and night
support-bes = Bonaire, Sint Eustatius and Saba
support-bonaire = Victim support Bonaire: +599 717 6181
support-statia = Victim support Sint Eustatius: +599 790 0426
support-saba = Victim support Saba: +599 790 0019
support-contact = Do you have a contact person at the review bureau? They help you too.
# Help.
help-own = For you
help-sign-in = Signing in
help-sign-in-1 = How do I sign in for the first time?
help-sign-in-1-a = You get a code in a letter, or in person. At Sign in choose 'Type your code'. Then you choose a passphrase and set up an app for codes on your telephone.
help-sign-in-2 = My code does not work.
help-sign-in-2-a = A code works for 14 days, and once. Ask who invited you for a new one.
help-sign-in-3 = I lost my passphrase or my telephone.
help-sign-in-3-a = Lost the passphrase? At Sign in choose 'Lost your passphrase?'. With the printed code and your app you choose a new one. Another telephone you set up at your account. If you can no longer sign in, call your contact person at the review bureau.
help-sign-in-4 = Why must I unlock?
help-sign-in-4-a = Your key opens your cases. We do not have it; only you can open it.
help-relative-1 = Must I do something?
help-relative-1-a = No. You choose whether you write, ask or read. You may also come later, or not.
help-relative-2 = Who reads what I write?
help-relative-2-a = You and your contact person. You choose for each text whether the panel reads it too, and whether it goes into the report.
help-relative-3 = How do I leave quickly?
help-relative-3-a = Press 'Leave this page', or Shift three times. You are then signed out and see the weather.
help-relative-4 = Can somebody help me?
help-relative-4-a = Yes. Your contact person can write down what you tell, or let somebody you choose read along.
help-partner-1 = How much time does a reflection take?
help-partner-1-a = About an hour and a half. You may split it; your text is kept.
help-partner-2 = Who reads our reflection?
help-partner-2-a = The author and the approver of your organisation. Only after release does the panel read a copy.
help-partner-3 = Can somebody else do it?
help-partner-3-a = Yes. The contact of your organisation names another author or approver. The text stays.
help-partner-4 = Can we take something back or correct it?
help-partner-4-a = Until you release you can withdraw. After that you can correct: your correction stands beside the first text.
help-case-1 = Why is a step not possible?
help-case-1-a = On the case, under 'Now', stands what is missing and who can supply it.
help-case-2 = Why do I not see an organisation's text?
help-case-2-a = You see the state. You see the text only once the organisation releases it.
help-case-3 = How do I change a term?
help-case-3-a = On the case, beside 'Term': a new day with a reason. The reason is kept.
help-case-4 = A wrong invitation was sent.
help-case-4-a = Recall it under 'Organisations'. After that nobody can open it.
help-register-1 = Why is a cell empty?
help-register-1-a = A dash means: too small to show. So nobody can be recognised.
help-register-2 = Why is my table not possible?
help-register-2-a = Together with earlier tables somebody might be recognised. Choose coarser groups, or ask for a review.
help-register-3 = What does a table cost?
help-register-3-a = Each new cell counts in the budget of the outcome. The preview is free and says beforehand what the table costs.
help-register-4 = How do I cite a table?
help-register-4-a = Under each table stands a citation, with the snapshot of the register and the rounding.
help-coder-1 = With which keys do I code quickly?
help-coder-1-a = A digit chooses a value, Enter goes to the next question. O is 'unknown after inquiry', W is 'exists, withheld'.
help-coder-2 = Do I see what the other coder chose?
help-coder-2-a = No, not until both of you are done.
help-coder-3 = Why can I not finish?
help-coder-3-a = Something is still open, or a check stops you. The overview of the case says which.
help-coder-4 = I do not know the answer.
help-coder-4-a = Then choose why it is missing. A guess makes the register worse.
help-wipe = Clear that you were here
help-wipe-1 = Your browser remembers which pages you visited. This is how to clear it:
help-wipe-2 = Computer: press Ctrl, Shift and Delete together (Mac: Cmd, Shift and Delete) and choose what to clear.
help-wipe-3 = Telephone: open the menu of your browser, choose 'History' and then 'Clear'.
help-wipe-4 = These pages are not kept in your browser's memory: after signing out nobody can read them there. A private window does not remember the address either.
parked-none = No kept text is left.
save-ready = Your text is kept while you write.
scale-note = 1 is not at all, 5 is completely.
