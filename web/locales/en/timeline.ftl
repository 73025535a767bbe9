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
