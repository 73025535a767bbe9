mail-subject = Something is ready for you
mail-body =
    Something is ready for you.
    Go to { $address } yourself and sign in.
mail-phone = Rather call? { $phone }
menu-outbox = Messages
outbox-note = These are the messages of your bureau: that something is ready, never what. Messages to relatives are not here.
outbox-caption = The latest hundred messages
written-at = Written
mail-waiting = Waiting
mail-sent = Sent
mail-held = Held: no mail server is set
mail-failed = Not delivered
mail-page_only = On the page only
send-again = Offer again
role-WK = by itself
problem-message-gone = This message still waits or has been sent.
