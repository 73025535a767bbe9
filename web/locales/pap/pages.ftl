# Solamente loke ta sigur; e resto ta na hulandes.
# From the design page's own list and everyday words. For a native reader to look through: part-of, support-danger.
help = Yudansa
save-later = Sigui despues
back-part = Bèk
part-of = Parti { $at } di { $all }
change = Kambia
question = Pregunta
any = Tur
due-today = awe
due-in = { $count ->
    [one] falta 1 dia
   *[other] falta { $count } dia
}
turn-you = Bo
turn-nobody = Niun hende
confidential = Konfidensial
your-contact = Bo persona di kontakto
send-question = Manda bo pregunta
questions-of-relative = Preguntanan
read-now = Lesa awor
group-week = E siman akí
group-late = Tardi
help-own = Pa bo
support-danger = Den kaso di peliger
support-nl = Hulanda
support-bes = Boneiru, Sint Eustatius i Saba
support-112 = Hulanda: 112
support-911 = Boneiru, Sint Eustatius i Saba: 911
section-summary = Resúmen
section-what_happened = Kiko a pasa
section-what_went_well = Kiko a bai bon
section-recommendations = Rekomendashonnan
section-words_explained = Splikashon di palabra
section-not-applicable = No ta apliká: { $because }
