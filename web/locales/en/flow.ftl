# What goes wrong and is put right: recalled, corrected, stood in for, added after publication.
recall-invitation = Recall the invitation
recall-note = Nobody of this organisation can open the invitation any more. What they wrote themselves stays theirs.
who-belongs = Who belongs here
end-access = End access
deputy = stands in
give-delay = Give a delay
go-on-without = Go on without
problem-redeemed-already = This code was used already. End the role instead.
problem-reflection-awaited = A reflection still waits for this contact. Recall that invitation first.
reflection-recalled = recalled
correct = Correct something
correct-note = What the panel has stays. Your correction stands beside it, with the reason. Write, have it approved and release again.
correct-because = What was not right, and why?
corrected-times = corrected { $count } times
corrected-later = corrected later
a-correction = correction { $number }
problem-nothing-corrected = Nothing has been changed since you released it.
