# Kader: help, weggaan, geen verbinding.
help = Help
leave-safely = Veilig weggaan
leave-wipe = Zo wist u dat.
offline = Geen verbinding. Uw tekst staat nog op dit scherm. U kunt verder schrijven.
# Fouten: koppen.
problem-title-not-found = Pagina niet gevonden
problem-title-not-yours = Dit beslist een ander
problem-title-step-up = Bent u het?
problem-title-missing = Deze stap kan nog niet
problem-title-too-many = Even rustig
problem-title-server-error = Er ging iets mis
problem-title-stale = Iemand anders was u voor
problem-title-faults = Er klopt nog iets niet
problem-reference = Vraagt u om hulp? Noem dan dit nummer:
# Formulieren.
part-of = Onderdeel { $at } van { $all }
save-later = Later verder
back-part = Vorige
save-first = Sla dit onderdeel op. Daarna bewaart de pagina uw tekst vanzelf.
not-saved-ended = Niet opgeslagen: uw sessie is voorbij. Uw tekst staat nog op dit scherm.
not-saved-stale = Niet opgeslagen: deze tekst is intussen ergens anders veranderd. Druk op Opslaan; dan ziet u beide teksten.
stale-alike = Uw antwoorden en die van nu zijn gelijk.
stale-differences = Waar de teksten verschillen
stale-choose = Met Opslaan houdt u uw tekst. U kunt hem hieronder eerst aanpassen.
stale-theirs = Neem de tekst van nu
question = Vraag
text-of-now = Tekst van nu
repeats-note = Dit onderdeel vult u zo vaak in als nodig is, per gebeurtenis.
check-answers = Alles nalezen
check-note = Lees uw antwoorden nog eens. U kunt alles nog veranderen.
change = Wijzig
part-empty = Nog niets ingevuld.
on-to = Verder naar { $name }
changed-at = Veranderd op { $t }
readers-reflection = Alleen de schrijver en de akkoordgever van uw organisatie. Het reviewbureau en het panel lezen niets, tot u vrijgeeft. De beheerder kan er niet bij.
readers-kin = U en uw vaste contactpersoon. Wie u helpt, leest alleen wat u dat heeft toegestaan. Het panel leest alleen wat u daarvoor kiest. Organisaties lezen dit nooit.
readers-case = Alleen de coördinator van deze zaak en wie die vervangt. Anderen lezen de zaak zonder namen.
readers-panel = De voorzitter, de coördinator, de secretaris en de panelleden die hebben getekend.
readers-report = De voorzitter, de coördinator en de secretaris. Anderen lezen alleen wat hun is voorgelegd.
heavy-title = Raakt het u?
heavy-note = Dit kan zwaar zijn. U mag altijd stoppen. Wat u schreef, blijft staan.
# Vandaag.
group-late = Te laat
group-week = Deze week
group-later = Later
group-quiet = Zonder termijn
today-none = Niets te doen. Er loopt geen termijn.
open-first = Open { $number }
due-today = vandaag
due-in = { $count ->
    [one] nog 1 dag
   *[other] nog { $count } dagen
}
due-past = { $count ->
    [one] 1 dag te laat
   *[other] { $count } dagen te laat
}
# De zaak.
phase-of-case = Fase van de zaak
case-about = { $variant }, gemeld op { $day }.
case-coordinator = Coördinator: { $name }.
case-chair = Voorzitter: { $name }.
still-open = { $open } van { $all } nog open
now-ready = Nu: naar { $state }
now-ready-note = Alles wat nodig is, is er.
now-missing = { $count ->
    [one] Nu: nog één ding nodig
   *[other] Nu: nog { $count } dingen nodig
}
none-invited = Nog niemand uitgenodigd.
turn-answer = Uitnodiging beantwoorden
turn-reflection = Reflectie vrijgeven
turn-nobody = Geen
turn-you = U
turns = Wie is aan zet
turns-none = Er wordt op niemand gewacht.
no-term = Er loopt geen termijn.
day-of = Dag { $day } van { $all }
extend-a-term = Een termijn verlengen
latest = Laatste gebeurtenissen
all-events = Alle gebeurtenissen
confidential = Vertrouwelijk
confidential-note = Wie iets opent, staat in een logboek dat niemand kan veranderen.
who-saw-case = Wie heeft deze zaak gezien
name-party-for = Iemand benoemen voor deze zaak
no-cases = Nog geen zaken.
no-case-fits = Geen zaak past bij uw keuze.
any = Alle
# Taken van een organisatie.
reflection-of = Reflectie van { $name }
state-and-due = Graag voor { $day }.
task-write = U bent aan de beurt: schrijf de reflectie
task-write-note = Reken op ongeveer anderhalf uur. U kunt het verdelen: alles wordt bewaard, en u gaat verder waar u was.
task-go-on = Verder waar u was
task-events = Gebeurtenissen voor de tijdlijn
task-hand-in = Klaar? Vraag akkoord
task-hand-in-note = De akkoordgever van uw organisatie leest alles en geeft het vrij, of stuurt het terug.
task-approve = U bent aan de beurt: lees de reflectie
task-approve-note = Lees de reflectie en de gebeurtenissen. Geef akkoord, of stuur ze met een opmerking terug.
task-read = Lees de reflectie
task-release = U bent aan de beurt: vrijgeven
task-release-note = De reflectie is akkoord. Het panel leest haar pas als u vrijgeeft.
task-waits-author = De schrijver werkt aan de reflectie. U krijgt bericht.
task-needs-author = De goedkeurder stuurde "niets bekend" terug: uw organisatie weet wel iets. Noem hieronder wie de reflectie schrijft.
task-waits-contact = Uw contactpersoon noemt wie de reflectie schrijft.
task-waits-approver = De reflectie ligt bij de akkoordgever. U krijgt bericht.
task-released = De reflectie is vrijgegeven. U hoeft niets te doen.
task-know = Goed om te weten
task-know-1 = Alleen de schrijver en de akkoordgever lezen mee, tot uw organisatie vrijgeeft.
task-know-2 = Het gaat om omstandigheden, niet om wie schuld heeft. Schrijf rollen, geen namen.
task-know-3 = Versleuteling is geen verschoningsrecht: een rechter kan om stukken vragen.
task-asked = Stukken om op te reageren
# Eigen pagina van een nabestaande.
on-this-page = Op deze pagina
how-it-goes = Hoe het gaat
how-note = Verandert er iets, dan hoort u het zoals u dat heeft gekozen.
passages-wait = { $count ->
    [one] Er staat één stuk klaar om te lezen. U hoeft niet te reageren.
   *[other] Er staan { $count } stukken klaar om te lezen. U hoeft niet te reageren.
}
questions-wait = { $count ->
    [one] Eén vraag van u wacht nog op antwoord.
   *[other] { $count } vragen van u wachten nog op antwoord.
}
write-words = Schrijf of lees uw woorden
ask-hint = U mag alles vragen. Mogen wij iets niet zeggen, dan zeggen wij waarom.
send-question = Verstuur uw vraag
cannot-say-because = Dit mogen wij niet zeggen, omdat:
read-and-reply = Lezen en reageren
read-and-reply-note = Lezen hoeft niet. Reageren hoeft niet. Niets zeggen is ook goed.
no-passages = Er staat nu niets voor u klaar om te lezen.
passage-number = Stuk { $number } uit het rapport
passage-care = Dit stuk gaat over geweld. Het heeft { $count } woorden en is geschreven door het panel. U kunt het nu lezen, later, of het laten vertellen.
have-it-told = Laat iemand het mij vertellen
read-now = Lees nu
own-passage-placed = klaar om te lezen
own-passage-opened = klaar om te reageren
own-passage-answered = u reageerde
own-passage-no_answer = gesloten
own-passage-settled = afgerond
done-with-reply = Dit deed het panel met uw reactie:
your-contact = Uw contactpersoon
your-contact-note = Uw contactpersoon helpt u met alles op deze pagina. U mag ook bellen, of het laten opschrijven.
stands-in = vervangt
contact-plan-note = Brief, telefoon, mail of niets; op welke tijden; in welke taal.
contact-plan-see = Bekijk of verander dit
who-helps = Wie u helpt
who-helps-note = Iemand kan met u meelezen of voor u schrijven. U kiest wie dat is, en u kunt dit altijd weer stoppen.
who-saw-see = Bekijk wie dit las
stopping = Stoppen
stop-how = Wilt u een pauze, of helemaal stoppen? Dat kiest u hier. Wat nog niet is doorgegeven, lezen alleen u en uw contactpersoon.
evaluation-ask = Wilt u zeggen hoe dit voor u was?
# Dezelfde plek, voor de contactpersoon.
contact-plan-of = Contactplan
words-of-relative = Eigen woorden
questions-of-relative = Vragen
ask-for = Leg een vraag vast die u is verteld
ask-for-label = De vraag
passages-placed = Voorgelegde stukken
reply-told = Leg vast wat u is verteld
statement-told = Wil deze persoon zelf iets laten opnemen?
let-in = Toegang geven
freeze-note = Bevriezen houdt alles leesbaar, maar er komt niets meer bij. Niemand krijgt daar bericht van.
# Praat met iemand.
support-lead = U hoeft dit niet alleen te doen. Bellen mag ook zonder reden.
support-danger = Bij gevaar
support-112 = Nederland: 112
support-911 = Bonaire, Sint Eustatius en Saba: 911
support-nl = Nederland
support-victims = Slachtofferhulp Nederland: 0900 0101
support-home = Veilig Thuis: 0800 2000, dag en nacht
support-listen = De Luisterlijn: 088 0767 000, dag en nacht
support-children = De Kindertelefoon, voor wie jonger is dan 18: 0800 0432
support-suicide = Denkt u aan zelfdoding? Bel 113 of 0800 0113, dag en nacht
support-bes = Bonaire, Sint Eustatius en Saba
support-bonaire = Slachtofferhulp Bonaire: +599 717 6181
support-statia = Slachtofferhulp Sint Eustatius: +599 790 0426
support-saba = Slachtofferhulp Saba: +599 790 0019
support-contact = Heeft u een contactpersoon bij het reviewbureau? Die helpt u ook.
# Help.
help-own = Voor u
help-sign-in = Inloggen
help-sign-in-1 = Hoe log ik voor het eerst in?
help-sign-in-1-a = U krijgt een code in een brief, of persoonlijk. Kies bij Inloggen voor 'Typ uw code'. Daarna kiest u een wachtzin en zet u een app voor codes op uw telefoon.
help-sign-in-2 = Mijn code werkt niet.
help-sign-in-2-a = Een code werkt 14 dagen en één keer. Vraag wie u uitnodigde om een nieuwe.
help-sign-in-3 = Ik ben mijn wachtzin of mijn telefoon kwijt.
help-sign-in-3-a = Wachtzin kwijt? Kies bij Inloggen voor 'Wachtzin kwijt?'. Met de geprinte code en uw app kiest u een nieuwe. Een andere telefoon zet u klaar bij uw account. Lukt inloggen niet meer, bel dan uw contactpersoon bij het reviewbureau.
help-sign-in-4 = Waarom moet ik ontgrendelen?
help-sign-in-4-a = Uw sleutel opent uw zaken. Wij hebben hem niet; alleen u kunt hem openen.
help-relative-1 = Moet ik iets doen?
help-relative-1-a = Nee. U kiest zelf of u iets schrijft, vraagt of leest. U kunt ook later komen, of niet.
help-relative-2 = Wie leest wat ik schrijf?
help-relative-2-a = U en uw contactpersoon. U kiest per tekst of het panel hem ook leest, en of hij in het rapport komt.
help-relative-3 = Hoe ga ik snel weg?
help-relative-3-a = Druk op 'Verlaat deze pagina', of drie keer kort op Shift. U bent dan uitgelogd en ziet het weer.
help-relative-4 = Kan iemand mij helpen?
help-relative-4-a = Ja. Uw contactpersoon kan opschrijven wat u vertelt, of iemand die u kiest met u mee laten lezen.
help-partner-1 = Hoeveel tijd kost een reflectie?
help-partner-1-a = Ongeveer anderhalf uur. U kunt het verdelen; uw tekst wordt bewaard.
help-partner-2 = Wie leest onze reflectie?
help-partner-2-a = De schrijver en de akkoordgever van uw organisatie. Pas na vrijgeven leest het panel een kopie.
help-partner-3 = Kan een ander het doen?
help-partner-3-a = Ja. De contactpersoon van uw organisatie noemt een andere schrijver of akkoordgever. De tekst blijft.
help-partner-4 = Kunnen wij iets terugnemen of verbeteren?
help-partner-4-a = Tot u vrijgeeft, kunt u terugtrekken. Daarna kunt u verbeteren: uw verbetering komt naast de eerste tekst.
help-case-1 = Waarom kan een stap niet?
help-case-1-a = Op de zaak staat onder 'Nu' wat er nog mist, en wie het kan aanvullen.
help-case-2 = Waarom zie ik de tekst van een organisatie niet?
help-case-2-a = U ziet de stand. De tekst ziet u pas als de organisatie vrijgeeft.
help-case-3 = Hoe verander ik een termijn?
help-case-3-a = Op de zaak, naast 'Termijn': een nieuwe dag met een reden. De reden blijft bewaard.
help-case-4 = Er staat een verkeerde uitnodiging uit.
help-case-4-a = Roep haar terug bij 'Organisaties'. Daarna kan niemand haar nog openen.
help-register-1 = Waarom is een cel leeg?
help-register-1-a = Een streep betekent: te klein om te tonen. Zo kan niemand worden herkend.
help-register-2 = Waarom kan mijn tabel niet?
help-register-2-a = Samen met eerdere tabellen zou iemand herkenbaar kunnen worden. Kies grovere groepen, of vraag om beoordeling.
help-register-3 = Wat kost een tabel?
help-register-3-a = Elke nieuwe cel telt mee in het budget van de uitkomst. Het voorbeeld is gratis en zegt vooraf wat de tabel kost.
help-register-4 = Hoe verwijs ik naar een tabel?
help-register-4-a = Onder elke tabel staat een verwijzing, met de stand van het register en de afronding.
help-coder-1 = Met welke toetsen codeer ik snel?
help-coder-1-a = Een cijfer kiest een waarde, Enter gaat naar de volgende vraag. O is 'onbekend na navraag', W is 'bestaat, niet verstrekt'.
help-coder-2 = Zie ik wat de andere codeur koos?
help-coder-2-a = Nee, niet tot u beiden klaar bent.
help-coder-3 = Waarom kan ik niet afronden?
help-coder-3-a = Er staat nog iets open, of een controle houdt u tegen. Op het overzicht van de zaak staat welke.
help-coder-4 = Ik weet het antwoord niet.
help-coder-4-a = Kies dan waarom het ontbreekt. Een gok maakt het register slechter.
help-wipe = Wissen dat u hier was
help-wipe-1 = Uw browser onthoudt welke pagina's u bezocht. Zo wist u dat:
help-wipe-2 = Computer: druk tegelijk op Ctrl, Shift en Delete (Mac: Cmd, Shift en Delete) en kies wat u wilt wissen.
help-wipe-3 = Telefoon: open het menu van uw browser, kies 'Geschiedenis' en daarna 'Wissen'.
help-wipe-4 = Deze pagina's staan niet in het geheugen van uw browser: na uitloggen kan niemand ze daar lezen. Een privévenster onthoudt ook het adres niet.
parked-none = Er is geen bewaarde tekst meer.
save-ready = Uw tekst wordt bewaard terwijl u schrijft.
scale-note = 1 is helemaal niet, 5 is helemaal.
