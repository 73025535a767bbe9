# Kader, inloggen, account, mensen.
skip = Ga naar de inhoud
main-menu = Hoofdmenu
crumbs = Kruimelpad
accessibility = Toegankelijkheid
privacy = Privacy en wie wat ziet
talk = Praat met iemand
practice-note = Oefenbureau: verzonnen gegevens
leave = Verlaat deze pagina
lock = Vergrendelen
unlock = Ontgrendelen
unlock-note = Uw sleutel opent uw zaken. Wij hebben hem niet.
sign-in = Inloggen
sign-out = Uitloggen
sign-out-everywhere = Overal uitloggen
sign-in-name = Inlognaam
sign-in-name-hint = Bijvoorbeeld uw e-mailadres. Hiermee logt u in.
passphrase = Wachtzin
passphrase-hint = Neem bijvoorbeeld vijf losse woorden. Plakken mag.
passphrase-or-printed = Wachtzin, of de geprinte code
one-time-code = Code van uw app
one-time-code-hint = Zes cijfers; elke halve minuut een nieuwe.
have-code = Kreeg u een brief of een code?
type-code = Typ uw code
welcome = Welkom
welcome-note = Typ de code uit uw brief, of die u is gegeven. U hoeft niets te doen als u niet wilt.
letter-code = Code
letter-code-hint = Letters en cijfers; streepjes en spaties maken niet uit.
second-code = Tweede code
second-code-hint = Alleen als uw contactpersoon u er een heeft voorgelezen.
has-account-note = Hebt u al een account? Log dan in: u voegt de rol van deze code daar toe. De code gaat mee.
has-account = Ik heb al een account
optional = niet verplicht
next = Verder
errors = Er mist nog iets
enrol-note = Dit doet u één keer, in drie stappen. Neem de tijd.
enrol-step = Stap { $number } van 3
enrol-printed = Bewaar deze code op papier
enrol-printed-note = Hiermee opent u uw account als u alles kwijt bent. Schrijf of print de code en bewaar haar veilig. Wij kunnen haar niet nog eens tonen.
enrol-app = Zet uw account in een app voor codes
enrol-app-what = Zo'n app geeft elke halve minuut een nieuwe code van zes cijfers. Hebt u er nog geen? Zoek in de winkel van uw telefoon op 'authenticator'.
enrol-here = Staat de app op dit apparaat?
enrol-here-note = Druk op de knop. Uw telefoon vraagt in welke app. Kom daarna hier terug.
enrol-open-app = Open uw app
enrol-there = Staat de app op een ander apparaat?
enrol-app-note = Richt de camera van de app op het vierkant.
enrol-by-key = Lukt dat niet? Neem de sleutel over
enrol-by-key-note = Kies in de app 'sleutel invoeren'. Plakken mag. De spaties maken niet uit.
copy-key = Kopieer de sleutel
key-copied = De sleutel is gekopieerd
qr-code = Vierkante code voor uw app
enrol-you = Over u
your-name = Uw naam
your-name-hint = Zo zien anderen u.
make-account = Maak mijn account
account = Uw account
hats = Uw rollen
hat-worn = u werkt nu in deze rol
hat-wear = Werk in deze rol
hat-waits = wacht op bevestiging door twee mensen
hat-not-open = is nog niet open
join = Een rol erbij
join-note = Hebt u nog een code gekregen? Typ haar hier. De rol komt bij uw account: u houdt uw wachtzin en uw app, en kiest hierboven in welke rol u werkt.
join-waits = De code die u typte, wacht hier. Bevestig dat u het bent; dan komt de rol bij uw account.
join-add = Voeg de rol toe
join-not-confirmed = Dat is niet gelukt. Controleer uw wachtzin en de code van uw app.
changed-joined = De rol is aan uw account toegevoegd. U krijgt er bericht van.
notice-role_added = Er is een rol aan uw account toegevoegd
hat-invited = uitgenodigd
hat-waiting = wacht op bevestiging
hat-active = actief
hat-ended = beëindigd
devices = Waar u bent ingelogd
device-since = Sinds { $when }
device-seen = Laatst actief { $when }
device-here = dit apparaat
parked = Bewaarde tekst
parked-note = Wij hebben uw tekst bewaard. Log in om haar terug te zetten.
parked-question = Wij hebben uw tekst bewaard. Terugzetten?
parked-back = Terugzetten
parked-discard = Weggooien
parked-discard-ask = Deze tekst weggooien?
parked-discard-note = De tekst is dan weg. Dat kan niet ongedaan worden gemaakt. Wat u al opsloeg of verstuurde, blijft.
parked-discard-not = Bewaren
to-start = Naar het begin
problem-title = Dat ging niet
can-supply = Dit kan aanvullen: { $who }.
confirm-you = Bevestig
typed-is-here = Wat u typte, is er nog.
your-text = Uw tekst
try-again = Probeer het opnieuw
name = Naam
role = Rol
state = Stand
action = Doen
add = Toevoegen
none-yet = Er is nog niets.
organisation-place-hint = Alleen nodig als er al een organisatie met dezelfde naam is.
organisation-added-on = { $name } (toegevoegd op { $day })
fault-tells-apart = Er is al een organisatie met deze naam. Is het dezelfde? Dan hoeft u niets toe te voegen. Is het een andere? Noem de plaats of de eenheid waaraan u haar herkent.
organisation-kind = Soort organisatie
people-caption = Mensen van uw bureau
people-caption-organisation = Mensen van uw organisatie
people-caption-nation = Mensen met een landelijke rol
people-caption-own = Uw rollen
people-caption-nation-officers = Mensen met een landelijke rol, en nieuwe herstelfunctionarissen van bureaus
confirm-not-administrators = U bent ook beheerder: anderen bevestigen hier de rollen.
officer-waits = Twee herstelfunctionarissen van het bureau bevestigen deze rol. Heeft het bureau er minder dan twee, dan doen die van de landelijke coördinatie het. Wie ook beheerder is, of deze persoon heeft uitgenodigd, bevestigt niet.
confirmed-by-you = U hebt deze rol bevestigd. Nog één ander moet dat ook doen.
confirm-code-unused = Nog niemand heeft de code gebruikt.
confirm-role = Bevestig de rol
confirm-attests = Wie een rol bevestigt, verklaart daarmee ook: dit is voor zover ik weet geen tweede account van iemand die er al een heeft. Wie een account heeft, voegt een rol daar toe.
end-role = Beëindig
invite = Uitnodigen
invited = Uitgenodigd
code-note = De code werkt 14 dagen en staat nergens anders. Geef haar in een brief of persoonlijk, niet in een mail.
recovery-is-set = Het herstel is ingericht. Twee functionarissen samen kunnen een verloren sleutel herstellen; een alleen kan het niet.
recovery-note = Er zijn { $count } functionarissen. Voor herstel zijn er drie tot vijf nodig.
recovery-set = Richt het herstel in
menu-today = Vandaag
menu-cases = Zaken
menu-organisations = Organisaties
menu-people = Mensen
menu-library = Bibliotheek
menu-tasks = Taken
menu-mine = Mijn pagina
menu-coding = Coderen
menu-register = Register
menu-recovery = Herstel
role-CO = Reviewcoördinator
role-CH = Onafhankelijk voorzitter
role-PM = Panellid
role-SE = Secretaris
role-CD = Codeur
role-RM = Registerbeheerder
role-AC = Contactpersoon van een organisatie
role-AU = Schrijver van een reflectie
role-AP = Akkoordgever
role-RE = Nabestaande
role-SU = Ondersteuner
role-QA = Kwaliteitslezer
role-RS = Onderzoeker
role-RC = Lid van de toegangscommissie
role-OC = Uitvoercontroleur
role-RP = Herstel- en privacyfunctionaris
role-TA = Beheerder
role-NC = Landelijke coördinatie
month-1 = januari
month-2 = februari
month-3 = maart
month-4 = april
month-5 = mei
month-6 = juni
month-7 = juli
month-8 = augustus
month-9 = september
month-10 = oktober
month-11 = november
month-12 = december
problem-other-site = Dit formulier kwam niet van deze site. Laad de pagina opnieuw.
problem-too-large = Dit is te groot: hoogstens 1 MiB.
problem-file-too-large = Dit bestand is te groot: hoogstens 25 MiB. Verdeel het over meer bestanden.
problem-malformed = Dit is niet te lezen.
problem-not-json = Stuur JSON.
problem-if-match = Stuur If-Match met de versie die u zag.
fault-unknown-field = Dit veld is er niet.
fault-malformed = Dit is niet te lezen.
fault-query-number = Bij ‘{ $name }’ in het adres hoort een heel getal. Schrijf er een, of laat ‘{ $name }’ weg.
fault-query-true-false = Bij ‘{ $name }’ in het adres hoort true of false. Schrijf een van de twee, of laat ‘{ $name }’ weg.
fault-query-id = Bij ‘{ $name }’ in het adres hoort een kenmerk van 36 tekens. Neem het over uit een lijst of een link, of laat ‘{ $name }’ weg.
fault-query-value = Wat er in het adres bij ‘{ $name }’ staat, is niet te lezen. Schrijf het zoals de beschrijving van de API zegt, een dag als 2026-03-01, of laat ‘{ $name }’ weg.
fault-too-long = Dit is te lang.
# Sessie, toetsen, weergave, afdrukken.
ends-soon = U wordt over 3 minuten uitgelogd
ends-note = Wilt u verder werken? Uw tekst staat nog op dit scherm.
ended-note = Uw sessie is voorbij. Uw tekst staat nog op dit scherm. Log in een ander tabblad in en ga daarna hier verder.
ended-other = In dit venster is nu iemand anders ingelogd, of u met een andere rol. Deze pagina gaat daarom niet verder.
work-on = Verder werken
save-and-lock = Opslaan en vergrendelen
keys = Sneltoetsen
keys-coding = Bij het coderen
keys-note = Losse toetsen werken alleen als u ze aanzet bij
key-search = Zoeken
key-next-row = Volgende rij
key-row-before = Vorige rij
key-open = Open de rij
key-main-button = De hoofdknop
key-close = Sluit een venster
close = Sluiten
look = Weergave op dit apparaat
look-theme = Licht of donker
look-device = Zoals het apparaat
look-light = Licht
look-dark = Donker
look-contrast = Meer contrast
look-keys = Losse toetsen als sneltoets
look-note = Dit blijft op dit apparaat, in een cookie zonder naam.
print-foot = Vertrouwelijk. { $title }, afgedrukt door { $name }, { $day }

# Voor een rol of een deelname aan een zaak eindigt.
ends-title = Beëindig { $name }, { $role }
ends-led = Deze persoon leidt { $count ->
    [one] één open zaak
   *[other] { $count } open zaken
}. Wie vervangt, volgt op. Is die er niet, dan heeft de zaak geen coördinator.
ends-parts = Deze persoon doet mee aan { $count ->
    [one] één open zaak
   *[other] { $count } open zaken
} op een andere manier. Dat eindigt ook.
ends-relatives = Deze persoon is contact van { $count ->
    [one] één nabestaande
   *[other] { $count } nabestaanden
}. Wie vervangt, volgt op. Is die er niet, dan leest de nabestaande dat u iemand zoekt.
ends-nothing = Aan deze rol hangt geen open zaak en geen nabestaande.
ends-officers = { $count ->
    [one] Er blijft één andere herstelfunctionaris.
   *[other] Er blijven { $count } andere herstelfunctionarissen.
}
ends-officers-few = { $count ->
    [one] Er blijft één andere herstelfunctionaris. Dat is te weinig: nodig nieuwe uit.
   *[other] Er blijven { $count } andere herstelfunctionarissen. Dat is te weinig: nodig nieuwe uit.
}
ends-rooms-alone = Niemand anders heeft de sleutel van { $count ->
    [one] één ruimte
   *[other] { $count } ruimtes
} met teksten van een zaak.
ends-relatives-alone = Niemand anders van het bureau heeft de sleutel van de plek van { $count ->
    [one] één nabestaande
   *[other] { $count } nabestaanden
}.
ends-alone-hand-over = Laat deze persoon eerst overdragen: op de pagina Mensen van elke zaak en bij elke nabestaande noemt die wie vervangt. Anders kan niemand meer openen wat daar ligt. Het gaat niet verloren, maar niemand kan zeggen wanneer het opengaat.
ends-why = Waarom eindigt het?
ends-why-kept = De reden blijft bij de zaak. De coördinatoren ervan lezen die.
ended-left = Werkt hier niet meer
ended-other_role = Heeft een andere rol
ended-mistake = Was een vergissing
ended-safety = Om de veiligheid
ended-asked = Vroeg er zelf om
ends-at-once = Toch meteen beëindigen. Ik weet dat niemand anders deze sleutels heeft.
ends-final-note = Het eindigt bij de volgende klik van deze persoon. Wie het aangaat, hoort dat er iets veranderd is. Het kan niet terug: alleen een nieuwe uitnodiging brengt iemand terug. Het staat in het logboek.
part-ends-title = Beëindig de deelname van { $name }, { $role }
part-ends-final-note = Deze persoon leest niets meer van deze zaak. Waar die een sleutel had, komen nieuwe sleutels.
part-ends-relatives = Deze persoon is contact van { $count ->
    [one] één nabestaande
   *[other] { $count } nabestaanden
} in deze zaak. Wie vervangt, volgt op, of een andere coördinator van de zaak.
reason-part-ended = Deelname aan de zaak beëindigd
problem-ends-alone = Niemand anders heeft een sleutel die deze persoon heeft. Laat eerst overdragen, of vink aan dat u toch meteen beëindigt.
problem-ends-alone-here = Alleen deze persoon heeft de sleutel van een ruimte in deze zaak. Laat eerst een ander hier ontgrendelen, of laat deze persoon noemen wie vervangt.
problem-last-officers = Met minder dan twee herstelfunctionarissen die een deel van de sleutel hebben, gaat het herstel voorgoed verloren. Deze rol kan daarom nu niet eindigen. Ook nieuwe functionarissen hebben geen deel.
problem-last-administrator = Dit is de laatste beheerder van uw bureau. Nodig eerst een ander uit, die inlogt. Daarna kan deze rol eindigen.
posted-at_once = Toch meteen beëindigen
posted-answered = Al beantwoord
recovery-few = Er is een herstelsleutel, maar er { $count ->
    [one] is nog één functionaris
   *[other] zijn nog { $count } functionarissen
}. Herstel vraagt er drie tot vijf. Vraag de beheerder nieuwe functionarissen uit te nodigen.
