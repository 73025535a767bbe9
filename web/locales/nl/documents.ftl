# Kiezen uit wat er is.
choice-none = Er is nog niets om uit te kiezen.
choice-count = { $chosen } van { $all } gekozen
choice-kept = Eerder gekozen
choice-in-case = In deze zaak
choice-others = Andere organisaties
choice-kinds = Soort organisatie
choice-victims = Slachtoffer
choice-suspects = Verdachte
choice-children = Kind
choice-others-people = Ander
choice-relatives-question = Vraag van een nabestaande
choice-relatives = Nabestaanden
choice-words = Woorden van een nabestaande
choice-panel = Het panel
choice-corrected = later verbeterd
# Delen van een formulier.
part-done = Klaar
part-optional = Niet verplicht
part-open = { $count ->
    [one] 1 vraag open
   *[other] { $count } vragen open
}
# Lijst en verwijderen.
list-pages = Bladzijden
list-page = Bladzijde { $at } van { $all }
list-before = Vorige bladzijde
list-after = Volgende bladzijde
document-remove = Verwijderen
document-remove-note = U verwijdert dit voor altijd. Niemand kan het daarna nog lezen, ook u niet.
document-remove-not = Niet verwijderen
problem-placed-stays = Dit ligt al bij het panel. Het blijft daarom staan. Wat u nu verandert, kan uw contactpersoon opnieuw aan het panel geven.
problem-released-copy = Een organisatie of nabestaande heeft dit gedeeld. Alleen zij kunnen het verbeteren.
fault-name-and-unknown = Hier staat een naam, en ook dat de naam niet bekend is. Haal de naam weg, of haal het vinkje weg.
fault-age-and-birth = Deze leeftijd past niet bij het geboortejaar.
fault-before-event = Deze dag ligt voor de gebeurtenis zelf.
fault-after-death = Dit contact ligt na het overlijden van het slachtoffer. Verbeter de datum, of leg uit hoe dit kan.
open-event = Openen
fault-filled-in-by-another = Dit vult uw contactpersoon in. Klopt het niet? Zeg het dan aan uw contactpersoon.
fault-not-in-variant = Dit wordt in deze variant niet gevraagd.
part-lacks = Hier mist nog:
fault-zone-and-region = Deze politieregio ligt in een ander deel van het Koninkrijk.
