# De gang van de review: onderdelen van het rapport, niveaus, feiten, standen.
report-title = Leerrapport
contents = Inhoud
draft-confidential = Concept, vertrouwelijk
section-portrait = Wie zij waren, en wat nabestaanden willen zeggen
section-summary = Samenvatting
section-people = De mensen in dit rapport
section-what_happened = Wat er gebeurde
section-child_perspective = Het perspectief van het kind
section-findings = Bevindingen
section-what_went_well = Wat goed ging
section-answers = Antwoorden op de vragen
section-recommendations = Aanbevelingen
section-changes_since = Wat al veranderd is
section-method_and_limits = Werkwijze, grenzen en doorlooptijd
section-made_safe = Hoe dit rapport veilig is gemaakt
section-words_explained = Woorden uitgelegd
section-not-applicable = Niet van toepassing: { $because }
people-note = De mensen in dit rapport heten hier:
a-relative = een nabestaande
an-organisation = een organisatie
answered-by = Bevinding { $number }: { $title }
not-answered = Op deze vraag vond het panel geen antwoord.
made-safe-text = Namen, adressen, precieze data en organisaties zijn vervangen. Een controle vergeleek elk woord met de namen in de zaak; wat bleef staan, is bewust besloten. Een kwaliteitslezer keek naar zeldzame combinaties.
words-explained-text = HG-review: leren na een fatale zaak van huiselijk geweld of kindermishandeling. Reflectie: wat een organisatie over haar eigen rol vertelt. Bevinding: een patroon, en waarom het logisch was. Aanbeveling: wat er moet veranderen, bij wie, en hoe dat te zien is.
level-practice = Praktijk
level-organisation = Organisatie
level-cooperation = Samenwerking
level-law_policy = Wet en beleid
finding-number = Bevinding { $number }
recommendation-number = Aanbeveling { $number }
dissent-is = Afwijkend oordeel: { $text }
rec-owner = Eigenaar
rec-measure = Waaraan te zien
rec-due = Voor
name-hit-name = een van de betrokkenen
name-hit-alias = een van de betrokkenen
name-hit-address = een plaats
name-hit-worker = een medewerker
name-hit-relative = een nabestaande
name-hit-organisation = een organisatie
name-hit-date = maand en jaar
library-note = Gepubliceerde leerrapporten, voor iedereen te lezen.
practice-case = oefenzaak
care = Hierna leest u over geweld. U kunt nu lezen, later, of het laten vertellen.
problem-conflict-of-interest = Belangenverstrengeling: deze persoon is op een andere manier bij de zaak betrokken.
problem-no-national-coordinator = Er is geen landelijke coördinator die kan meetekenen.
problem-coder-twice = Deze persoon codeert deze zaak al. De tweede codeur is iemand anders.
problem-codes-final = Deze codes zijn definitief.
problem-record-not-settled = De codes zijn nog niet vastgesteld: twee codeurs eens, of een derde die beslist.
problem-answered-already = Dit is al beantwoord.
problem-own-work = Niemand keurt eigen werk goed: schrijver en akkoordgever zijn verschillende mensen.
problem-wrong-reflection-state = Deze stap past niet bij de stand van de reflectie.
problem-reflection-incomplete = De reflectie mist nog verplichte antwoorden.
problem-reflection-settled = Deze reflectie is al afgerond.
problem-delay-given = Er is al een keer uitstel gegeven. Meer uitstel geeft de voorzitter.
problem-no-panel-yet = Er is nog geen panel om mee te delen.
problem-not-released-yet = Deze reflectie is nog niet vrijgegeven.
problem-document-incomplete = Er ontbreken nog verplichte antwoorden.
problem-not-answered-yet = Hier is nog niet op gereageerd.
problem-no-quality-reviewer = Er is nog geen kwaliteitslezer.
problem-no-final-draft = Er is nog geen definitief concept om te beoordelen.
problem-no-decision-yet = Er is nog geen besluit over publicatie.
problem-decided-not-to-publish = Het besluit is om niet te publiceren.
fault-two-sources = Noem bewijs uit minstens twee bronnen.
fault-in-the-past = Deze dag is al geweest.
fault-name-stands = Hier staat nog: { $word }
fault-wrong-type = { $expected ->
    [text] Vul hier tekst in.
    [list] Hier hoort een lijst.
    [object] Hier horen velden met een naam.
    [yes-no] Kies ja of nee.
    [number] Vul een getal in.
   *[other] Hier hoort iets van een andere soort.
}
fault-impossible-date = Deze dag bestaat niet.
fault-incomplete-date = Vul dag, maand en jaar in.
fault-impossible-time = Deze tijd bestaat niet.
fault-stands-alone = Deze keuze kan niet samen met andere.
fault-twice = Dit staat er twee keer.
fault-control-characters = Hier staan onzichtbare tekens in. Typ de tekst opnieuw.
fault-not-a-number = Vul een getal in.
fault-out-of-range = Dit getal kan niet.
fault-too-many = Hoogstens { $max }.
fault-not-a-mail = Dit is geen e-mailadres.
fault-before-other = Dit ligt voor de begindatum.
fault-contradicts-list = Stuur terug als een punt niet voldoende is; stel vast als alle punten voldoende zijn of niet van toepassing.
fault-same-as-other = Dit is hetzelfde als het andere veld.
