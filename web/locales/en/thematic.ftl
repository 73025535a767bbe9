# Thematic review: what was released earlier, read together
earlier-review-of = Earlier review { $number }, { $kind }
missing-theme_named = The theme of this thematic review is not named yet.
missing-sources_named = { $count ->
    [one] Name one more closed case that this review reads.
   *[other] Name { $count } more closed cases that this review reads.
}
missing-sources_open = { $count ->
    [one] Of one case it is not settled yet what is placed here, or that nothing is.
   *[other] Of { $count } cases it is not settled yet what is placed here, or that nothing is.
}
problem-not-thematic = This case is no thematic review.
problem-thematic-too-late = This thematic review takes in nothing more: its report is being written, or the review stands still or was stopped.
problem-theme-is-asked = The theme is fixed, as organisations were asked already whether this theme may read what they wrote.
problem-theme-first = Name the theme first: whoever is asked must know what for.
problem-sources-enough = A thematic review reads no more cases than these. Take one off first.
problem-source-not-settled = Only a case whose report was settled and that is no thematic review itself can be read like this.
problem-source-is-placed = Something of this case was placed already. That stays.
problem-shredding-too-near = What was released into this case is shredded, or soon will be. There is no time left to ask organisations.
problem-nothing-agreed = There is nothing an organisation agrees to that is not placed yet.
problem-answer-term-passed = The day to agree has passed.
problem-answer-is-final = This can't be answered any more: it is placed already, or is no longer there.
fault-code-or-words = Choose a theme from the list, or write one yourself. Not both.
thematic-sources = Theme and earlier cases
thematic-sources-note = A thematic review reads what was released into { $least } to { $most } closed cases. You name the theme and the cases. The coordinator of each case chooses items and asks the organisations for consent. The panel sees no name and no case number.
thematic-no-theme = There is no theme yet.
thematic-name-theme = Name the theme
thematic-theme-note = Choose a theme from the list. Does none fit? Then write it in plain words. Once an organisation was asked, the theme is fixed.
thematic-theme-words = Or in your own words
thematic-cases = Cases that are read
thematic-known-as = For the panel: earlier review { $number }
thematic-agreed-of = Consent to { $agreed } of { $asked } items; { $waiting } await an answer; { $placed } placed.
thematic-drop = Take this case off again
thematic-number = Case number
thematic-number-hint = Of a closed case of your bureau, such as HG-2025-0003
thematic-add = Add the case
thematic-asked = Asked for a thematic review
thematic-source-asked = Asked
thematic-chosen = Chosen
thematic-placed = Placed
thematic-nothing = Nothing placed
thematic-asked-here = A thematic review of your bureau wants to read what was released into this case.
thematic-asked-open = Look and choose
thematic-asked-note = You choose which released items the thematic review may read. Each organisation is then asked whether it agrees. Only then do you place a copy, without name and without case number. Words of relatives never go along.
thematic-not-asked = Nothing is asked.
thematic-about = Theme: { $theme }
thematic-shred-on = What was released into this case is shredded on { $day }. That stays so.
thematic-chosen-title = Items chosen
thematic-item-asked = Awaits an answer
thematic-item-agreed = Consent given
thematic-item-refused = No consent
thematic-item-unanswered = No answer in time
thematic-item-placed = Placed
thematic-item-gone = Corrected or shredded before it was placed
thematic-place-note = A copy goes to the panel of the thematic review. From then on an organisation can't take its consent back.
thematic-place = { $count ->
    [one] Place one item
   *[other] Place { $count } items
}
thematic-choose = Choose items
thematic-choose-note = The organisations can answer up to and including { $day }.
thematic-choices = Released items
thematic-ask = Ask for consent
thematic-say-nothing = Place nothing
reason-thematic-nothing = Nothing placed for a thematic review
thematic-requests = Asked for a thematic review
thematic-requested-here = A thematic review wants to read what your organisation released earlier. You decide on that.
thematic-requested-open = Look and answer
thematic-requests-note = A thematic review reads items from several closed cases. Of your organisation it asks for these.
thematic-requests-1 = Without your consent nobody else reads them.
thematic-requests-2 = The panel sees what kind of organisation wrote it, not which one, and not in which case.
thematic-requests-3 = You can take a yes back until the item is placed.
thematic-no-requests = Nothing is asked.
thematic-own-asked = Please answer
thematic-own-agreed = You agreed
thematic-own-refused = You did not agree
thematic-own-unanswered = Not answered in time
thematic-own-placed = Placed with the thematic review
thematic-own-gone = No longer there as you released it
thematic-answer-by = Answer up to and including
thematic-shredded = Shredded on
thematic-read-own = Read your own text
thematic-agree = I agree
thematic-decline = I do not agree
thematic-take-back = Take back my yes
thematic-back = Back to the reflection
