# Choosing from what there is.
choice-none = There is nothing to choose from yet.
choice-count = { $chosen } of { $all } chosen
choice-kept = Chosen earlier
choice-in-case = In this case
choice-others = Other organisations
choice-kinds = Kind of organisation
choice-victims = Victim
choice-suspects = Suspect
choice-children = Child
choice-others-people = Other
choice-relatives-question = Question of a relative
choice-relatives = Relatives
choice-words = Words of a relative
choice-panel = The panel
choice-corrected = corrected later
# Parts of a form.
part-done = Done
part-optional = Not required
part-open = { $count ->
    [one] 1 question open
   *[other] { $count } questions open
}
# List and removing.
list-pages = Pages
list-page = Page { $at } of { $all }
list-before = Previous page
list-after = Next page
document-remove = Remove
document-remove-note = You remove this for good. Nobody can read it afterwards, you neither.
document-remove-not = Do not remove
problem-placed-stays = The panel has this already, so it stays. What you change now, your contact person can give to the panel anew.
problem-released-copy = An organisation or a relative shared this. Only they can correct it.
fault-name-and-unknown = Here is a name, and also that the name is not known. Take the name away, or take away the tick.
fault-age-and-birth = This age does not fit the year of birth.
fault-before-event = This day lies before the event itself.
fault-after-death = This contact lies after the death of the victim. Mend the date, or explain how this can be.
open-event = Open
fault-filled-in-by-another = Your contact person fills this in. Is it not right? Then tell your contact person.
fault-not-in-variant = This kind of review does not ask this.
part-lacks = Still missing here:
fault-zone-and-region = This police region lies in another part of the Kingdom.
