# Solamente loke ta sigur; e resto ta na hulandes.
# Taken from the design page's own list and from everyday words. Before a bureau on Bonaire works with it a native reader looks
# through: late, parties, reply-…, is-right, why-not, count, row-add, row-drop, complete, passage-….
error-colon = Eror:
row-add = Un mas
row-drop = Kita
parts = Partinan
save = Warda
save-next = Warda i sigui
new = Nobo
my-cases = Mi kasonan
the-case = E kaso
number = Number
late = tardi
this-week = e siman akí
today-word = awe
show = Mustra
pages = Páginanan
phase = Fase
back = Bèk
report = Rapòrt
history = Historia
documents = Dokumentonan
sector = Sektor
organisation = Organisashon
parties = Ken ta partisipá
accept = Aseptá
what = Kiko
kind = Tipo
source = Fuente
year = Aña
region = Region
count = Kantidat
sign = Firma
invitation = E invitashon
contact-name = Nòmber di e persona di kontakto
send = Manda
not-now = Awor no
explanation = Splikashon
complete = kompletu
record-complete = kompletu
the-panel = e panel
own-words = Bo palabranan
questions = Bo preguntanan
answer = Kontesta
ask = Kiko bo ke sa?
want-to-say = Kiko bo ke bisa?
why-not = Dikon no?
is-right = Esaki ta korekto?
reply-right = Ta korekto
reply-wrong = No ta korekto
reply-not_right = No ta korekto
reply-no_reply = Sin reakshon
reflection-invited = invitá
reflection-answered = kontestá
passage-opened = lesá
passage-answered = kontestá
question-answered = Kontestá
phase-report = Rapòrt
phase-reaction = Reakshon
state-published = publiká
state-closed = será
state-panel = panel
who-saw = Ken a mira esaki?
who-reads = Ken por lesa esaki?
saw-you = bo
deed-read = lesa
days = { $count ->
    [one] 1 dia
   *[other] { $count } dia
}
weeks = { $count ->
    [one] 1 siman
   *[other] { $count } siman
}
months = { $count ->
    [one] 1 luna
   *[other] { $count } luna
}
