# The course of a review: sections of the report, levels, facts, states.
report-title = Lessons-learned report
contents = Contents
draft-confidential = Draft, confidential
section-portrait = Who they were, and what relatives want to say
section-summary = Summary
section-people = The people in this report
section-what_happened = What happened
section-child_perspective = The child's perspective
section-findings = Findings
section-what_went_well = What went well
section-answers = Answers to the questions
section-recommendations = Recommendations
section-changes_since = What has changed already
section-method_and_limits = Method, limits and time taken
section-made_safe = How this report was made safe
section-words_explained = Words explained
section-not-applicable = Not applicable: { $because }
people-note = The people in this report are called:
a-relative = a relative
an-organisation = an organisation
answered-by = Finding { $number }: { $title }
not-answered = The panel found no answer to this question.
made-safe-text = Names, addresses, exact dates and organisations were replaced. A check compared every word with the names in the case; what stayed was decided on purpose. A quality reviewer looked at rare combinations.
words-explained-text = HG-review: learning after a fatal case of domestic violence or child abuse. Reflection: what an organisation tells of its own part. Finding: a pattern, and why it made sense. Recommendation: what must change, at whom, and how that is seen.
level-practice = Practice
level-organisation = Organisation
level-cooperation = Cooperation
level-law_policy = Law and policy
finding-number = Finding { $number }
recommendation-number = Recommendation { $number }
dissent-is = Dissent: { $text }
rec-owner = Owner
rec-measure = How it is seen
rec-due = Before
name-hit-name = one of those involved
name-hit-alias = one of those involved
name-hit-address = a place
name-hit-worker = a worker
name-hit-relative = a relative
name-hit-organisation = an organisation
name-hit-date = month and year
library-note = Published lessons-learned reports, open to all.
practice-case = practice case
care = What follows is about violence. Read now, later, or have someone tell you.
problem-conflict-of-interest = Conflict of interest: this person takes part in the case in another way.
problem-no-national-coordinator = There is no national coordinator to co-sign.
problem-coder-twice = This person already codes this case. The second coder is somebody else.
problem-codes-final = These codes are final.
problem-record-not-settled = The codes are not settled yet: two coders who agree, or a third who decides.
problem-answered-already = This has been answered already.
problem-own-work = Nobody approves their own work: author and approver are different people.
problem-wrong-reflection-state = This step does not fit the state of the reflection.
problem-reflection-incomplete = The reflection still lacks required answers.
problem-reflection-settled = This reflection is settled already.
problem-delay-given = A delay was given once. The chair gives more.
problem-no-panel-yet = There is no panel yet to share with.
problem-not-released-yet = This reflection has not been released yet.
problem-document-incomplete = Required answers are still missing.
problem-not-answered-yet = Nobody has responded to this yet.
problem-no-quality-reviewer = There is no quality reviewer yet.
problem-no-final-draft = There is no final draft to review yet.
problem-no-decision-yet = There is no publication decision yet.
problem-decided-not-to-publish = The decision is not to publish.
fault-two-sources = Name evidence from at least two sources.
fault-in-the-past = This day has passed.
fault-name-stands = This still stands here: { $word }
fault-wrong-type = { $expected ->
    [text] Fill in text here.
    [list] A list belongs here.
    [object] Fields with a name belong here.
    [yes-no] Choose yes or no.
    [number] Fill in a number.
   *[other] Something of another kind belongs here.
}
fault-impossible-date = There is no such day.
fault-incomplete-date = Fill in day, month and year.
fault-impossible-time = There is no such time.
fault-stands-alone = This choice cannot stand together with others.
fault-twice = This stands here twice.
fault-control-characters = There are invisible characters in this. Type the text again.
fault-not-a-number = Fill in a number.
fault-out-of-range = This number is not possible.
fault-too-many = { $max } at most.
fault-not-a-mail = This is not a mail address.
fault-before-other = This lies before the first date.
fault-contradicts-list = Send it back when an item is not sufficient; adopt it when all are sufficient or do not apply.
fault-same-as-other = This is the same as the other field.
