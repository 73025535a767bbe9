# Wat hoe lang blijft: de tabel van config/retention.toml in woorden.
retention = Wat wij hoe lang bewaren
retention-note = Wat hier een dag heeft, gebeurt vanzelf. Een versleutelde kopie waarvan de sleutel weg is, leest niemand meer.
retention-version = Versie { $version } van de tabel.
retention-what = Wat
retention-until = Hoe lang
retention-on = Dag
retention-rule = { $term } na { $from }.
retention-never = Komt die dag er niet: { $term } na de laatste stap van de zaak.
retention-from-adopted = de vaststelling van het rapport
retention-from-closed = het sluiten van de zaak
retention-from-published = de publicatie
retention-from-written = het schrijven
retention-from-given = het uitgeven
retention-from-signed-in = het inloggen
retention-reflection = Reflectie en eigen gebeurtenissen van een organisatie
retention-released = Wat organisaties vrijgaven voor het panel
retention-words = Woorden, wensen en contactplan van nabestaanden
retention-case = Melding, namen, verslagen, concepten en bronnen bij het coderen
retention-published = Een gepubliceerd rapport
retention-published-until = Tot het uit de bibliotheek wordt gehaald. Dat kan op een dag die vooraf vaststaat.
retention-draft = Concept tijdens het typen
retention-draft-until = Tot u opslaat; dan vervangt de versie het concept.
retention-parked = Tekst die u typte maar niet verstuurde, of die kwam toen uw sessie voorbij was, verzegeld voor u alleen
retention-answer = Antwoord op een aanroep van een programma, voor een herhaling
retention-code = Code in een uitnodiging, als zij niet eerder wordt gebruikt
retention-session = Inloggen op een apparaat; 30 minuten zonder gebruik sluit het eerder af
retention-log = Logboek van wie las en schreef
retention-of-case = Hoe lang wij dit bewaren
retention-rules = Regels en dagen
retention-not-yet = nog niet bekend
retention-done = vernietigd op { $day }
hours = { $count ->
    [one] 1 uur
   *[other] { $count } uur
}
close-case = Zaak sluiten
close-ready = Alles wat nodig is, is er. Kijk nog na wat wanneer wordt vernietigd.
close-not-now = Sluiten kan nu niet, of een ander doet dit.
close-days-seen = Deze dagen kloppen. Wat een dag heeft, wordt dan vanzelf vernietigd.
retention-stopped-return = De voorzitter gaf het terug: dertig dagen na het stoppen.
retention-stopped-shred = De voorzitter liet het meteen vernietigen.
retention-of-stopped = Is de review gestopt, dan kan de voorzitter anders hebben besloten: terug, en hier weg na { $term }, of meteen vernietigd.
