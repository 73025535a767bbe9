# Frame, sign-in, account, people.
skip = Go to the content
main-menu = Main menu
crumbs = You are here
accessibility = Accessibility
privacy = Privacy and who sees what
talk = Talk to someone
practice-note = Practice bureau: invented data
leave = Leave this page
lock = Lock
unlock = Unlock
unlock-note = Your key opens your cases. We do not have it.
sign-in = Sign in
sign-out = Sign out
sign-out-everywhere = Sign out everywhere
sign-in-name = Sign-in name
sign-in-name-hint = For example your mail address. You sign in with it.
passphrase = Passphrase
passphrase-hint = Five separate words, for example. You may paste.
passphrase-or-printed = Passphrase, or the printed code
one-time-code = Code of your app
one-time-code-hint = Six digits; a new one every half minute.
have-code = Did you get a letter or a code?
type-code = Type your code
welcome = Welcome
welcome-note = Type the code of your letter, or the one you were given. You need not do anything if you do not want to.
letter-code = Code
letter-code-hint = Letters and digits; hyphens and spaces make no difference.
second-code = Second code
second-code-hint = Only if your contact person read one out to you.
has-account-note = Do you have an account already? Then sign in: you add the role of this code there. The code goes with you.
has-account = I already have an account
optional = optional
next = Next
errors = Something is missing
enrol-note = You do this once, in three steps. Take your time.
enrol-step = Step { $number } of 3
enrol-printed = Keep this code on paper
enrol-printed-note = It opens your account when everything else is lost. Write it down or print it, and keep it safe. We cannot show it again.
enrol-app = Put your account in an app for codes
enrol-app-what = Such an app gives a new code of six digits every half minute. Do you have none yet? Search your phone's store for 'authenticator'.
enrol-here = Is the app on this device?
enrol-here-note = Press the button. Your phone asks in which app. Then come back here.
enrol-open-app = Open your app
enrol-there = Is the app on another device?
enrol-app-note = Point the app's camera at the square.
enrol-by-key = Does that not work? Copy the key
enrol-by-key-note = In the app, choose 'enter a key'. Pasting is fine. Spaces make no difference.
copy-key = Copy the key
key-copied = The key is copied
qr-code = Square code for your app
enrol-you = About you
your-name = Your name
your-name-hint = This is how others see you.
make-account = Make my account
account = Your account
hats = Your roles
hat-worn = you now work in this role
hat-wear = Work in this role
hat-waits = waits for two people to confirm
hat-not-open = is not open yet
join = Add a role
join-note = Were you given another code? Type it here. The role is added to your account: you keep your passphrase and your app, and choose above in which role you work.
join-waits = The code you typed waits here. Confirm that it is you; then the role is added to your account.
join-add = Add the role
join-not-confirmed = That did not work. Check your passphrase and the code of your app.
changed-joined = The role was added to your account. You get a message about it.
notice-role_added = A role was added to your account
hat-invited = invited
hat-waiting = waits for confirmation
hat-active = active
hat-ended = ended
devices = Where you are signed in
device-since = Since { $when }
device-seen = Last active { $when }
device-here = this device
parked = Kept text
parked-note = We kept your text. Sign in to put it back.
parked-question = We kept your text. Put it back?
parked-back = Put it back
parked-discard = Throw it away
parked-discard-ask = Throw this text away?
parked-discard-note = The text is then gone. That cannot be undone. What you saved or sent already stays.
parked-discard-not = Keep it
to-start = To the start
problem-title = That did not work
can-supply = This can be supplied by: { $who }.
confirm-you = Confirm
typed-is-here = What you typed is still here.
your-text = Your text
try-again = Try again
name = Name
role = Role
state = State
action = Do
add = Add
none-yet = There is nothing yet.
organisation-place-hint = Only needed where there is an organisation of the same name already.
organisation-added-on = { $name } (added on { $day })
fault-tells-apart = There is an organisation of this name already. Is it the same one? Then there is nothing to add. Is it another? Name the place or the unit you know it by.
organisation-kind = Kind of organisation
people-caption = People of your bureau
people-caption-organisation = People of your organisation
people-caption-nation = People with a national role
people-caption-own = Your roles
people-caption-nation-officers = People with a national role, and new recovery officers of bureaus
confirm-not-administrators = You are an administrator too: others confirm the roles here.
officer-waits = Two recovery officers of the bureau confirm this role. Where the bureau has fewer than two, those of the national coordination do. Who is an administrator too, or invited this person, does not confirm.
confirmed-by-you = You have confirmed this role. One other person has to do so as well.
confirm-code-unused = Nobody has used the code yet.
confirm-role = Confirm the role
confirm-attests = Who confirms a role also states: as far as I know this is no second account of somebody who already has one. Who has an account adds a role to it.
end-role = End
invite = Invite
invited = Invited
code-note = The code works for 14 days and is kept nowhere else. Hand it over in a letter or in person, not in a mail.
recovery-is-set = Recovery is set up. Two officers together can restore a lost key; one alone cannot.
recovery-note = There are { $count } officers. Recovery needs three to five.
recovery-set = Set up recovery
menu-today = Today
menu-cases = Cases
menu-organisations = Organisations
menu-people = People
menu-library = Library
menu-tasks = Tasks
menu-mine = My page
menu-coding = Coding
menu-register = Register
menu-recovery = Recovery
role-CO = Review coordinator
role-CH = Independent chair
role-PM = Panel member
role-SE = Secretary
role-CD = Coder
role-RM = Register manager
role-AC = Contact of an organisation
role-AU = Author of a reflection
role-AP = Approver
role-RE = Relative
role-SU = Supporter
role-QA = Quality reviewer
role-RS = Researcher
role-RC = Member of the access committee
role-OC = Output checker
role-RP = Recovery and privacy officer
role-TA = Administrator
role-NC = National coordination
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
problem-other-site = This form did not come from this site. Load the page again.
problem-too-large = This is too large: 1 MiB at most.
problem-file-too-large = This file is too large: 25 MiB at most. Divide it over more files.
problem-malformed = This cannot be read.
problem-not-json = Send JSON.
problem-if-match = Send If-Match with the version you saw.
fault-unknown-field = There is no such field.
fault-malformed = This cannot be read.
fault-query-number = A whole number belongs with ‘{ $name }’ in the address. Write one, or leave ‘{ $name }’ out.
fault-query-true-false = ‘{ $name }’ in the address takes true or false. Write one of the two, or leave ‘{ $name }’ out.
fault-query-id = An id of 36 characters belongs with ‘{ $name }’ in the address. Take it from a list or a link, or leave ‘{ $name }’ out.
fault-query-value = What the address says with ‘{ $name }’ cannot be read. Write it as the description of the API says, a day as 2026-03-01, or leave ‘{ $name }’ out.
fault-too-long = This is too long.
# Session, keys, look, print.
ends-soon = You will be signed out in 3 minutes
ends-note = Do you want to go on? Your text is still on this screen.
ended-note = Your session is over. Your text is still on this screen. Sign in in another tab, then go on here.
ended-other = Somebody else is signed in in this window now, or you in another role. This page therefore does not go on.
work-on = Go on
save-and-lock = Save and lock
keys = Keyboard shortcuts
keys-coding = While coding
keys-note = Single keys work only when you switch them on at
key-search = Search
key-next-row = Next row
key-row-before = Row before
key-open = Open the row
key-main-button = The main button
key-close = Close a window
close = Close
look = How pages look on this device
look-theme = Light or dark
look-device = As the device says
look-light = Light
look-dark = Dark
look-contrast = More contrast
look-keys = Single keys as shortcuts
look-note = This stays on this device, in a cookie without a name.
print-foot = Confidential. { $title }, printed by { $name }, { $day }

# Before a role or a part in a case ends.
ends-title = End { $name }, { $role }
ends-led = They lead { $count ->
    [one] one open case
   *[other] { $count } open cases
}. Who stands in follows. Where nobody does, the case has no coordinator.
ends-parts = They take part in { $count ->
    [one] one open case
   *[other] { $count } open cases
} in another way. That part ends.
ends-relatives = They are the contact of { $count ->
    [one] one relative
   *[other] { $count } relatives
}. Who stands in follows. Where nobody does, the relative reads that you are looking for somebody.
ends-nothing = No open case and no relative hangs on this role.
ends-officers = { $count ->
    [one] One other recovery officer stays.
   *[other] { $count } other recovery officers stay.
}
ends-officers-few = { $count ->
    [one] One other recovery officer stays. That is too few: invite new ones.
   *[other] { $count } other recovery officers stay. That is too few: invite new ones.
}
ends-rooms-alone = Nobody else has the key of { $count ->
    [one] one room
   *[other] { $count } rooms
} with texts of a case.
ends-relatives-alone = Nobody else of the bureau has the key of the place of { $count ->
    [one] one relative
   *[other] { $count } relatives
}.
ends-alone-hand-over = Let them hand over first: on the page People of each case and with each relative they name who stands in. Without that, what lies there can no longer be opened by anybody. It does not get lost, but nobody can promise when it opens.
ends-why = Why does it end?
ends-why-kept = The reason stays with the case. Its coordinators read it.
ended-left = Works here no longer
ended-other_role = Has another role
ended-mistake = Was a mistake
ended-safety = For safety
ended-asked = They asked for it
ends-at-once = End at once all the same. I know that nobody else has these keys.
ends-final-note = It ends on the next press of theirs. Those concerned hear that something changed. It cannot be undone: only a new invitation brings somebody back. It stands in the log.
part-ends-title = End the part of { $name }, { $role }
part-ends-final-note = They read nothing more of this case. New keys begin wherever they held one.
part-ends-relatives = They are the contact of { $count ->
    [one] one relative
   *[other] { $count } relatives
} in this case. Who stands in follows, or another coordinator of the case.
reason-part-ended = Part in the case ended
problem-ends-alone = Nobody else has a key that this person has. Let them hand over first, or tick that you end it at once all the same.
problem-ends-alone-here = Only this person has the key of a room in this case. First have somebody else unlock here, or let them name who stands in.
problem-last-officers = With fewer than two recovery officers who hold a share of the key, recovery is lost for good. So this role cannot end now. New officers hold no share.
problem-last-administrator = This is the last administrator of your bureau. First invite another, who signs in. Then this role can end.
posted-at_once = End at once all the same
posted-answered = Answered before
recovery-few = There is a recovery key, but only { $count ->
    [one] one officer
   *[other] { $count } officers
}. Recovery needs three to five. Ask the administrator to invite new officers.
