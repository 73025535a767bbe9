# What belongs together in the timeline.
merge = Put together
merge-note = These are events out of two sources that may be one moment. The chair decides. Both sources stay.
merge-none = There are no events now that may be one moment.
merge-same = The same moment
merge-not-same = Not the same
merge-chair = The chair decides on this.
same-moment = the same moment:
patterns = Patterns
mark-pattern = Mark a pattern
pattern-note = Choose events that together are a pattern. The lanes show a bracket under them.
pattern-title = What is the pattern? Write no names
pattern-events = Events
drop-pattern = No longer a pattern
fault-two-or-more = Choose two to fifty events.

# The panel's reading folder
reading-folder = Reading folder
reading-note = What organisations and relatives gave to the panel, as they wrote it. Nobody can change it any more.
reading-empty = Nothing has been released yet.
piece-about = Shared on { $day }. About { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
} to read.
piece-answer = Answer to a supplementary question
piece-words = Own words
piece-because = Why it was corrected
piece-events = Events of this organisation
piece-before = Previous
piece-next = Next
read-correction = Read the correction
release-panel-gets = This is what the panel reads
release-have-read = I have read what the panel gets
adopt-note = Read what it says. What you adopt holds in this text.
after-death = After the death
after-death-unexplained = This source gave no explanation: the date may be wrong.
