# Thematische review: wat eerder is vrijgegeven, samen gelezen
earlier-review-of = Eerdere review { $number }, { $kind }
missing-theme_named = Het thema van deze thematische review is nog niet genoemd.
missing-sources_named = { $count ->
    [one] Noem nog een afgesloten zaak die deze review leest.
   *[other] Noem nog { $count } afgesloten zaken die deze review leest.
}
missing-sources_open = { $count ->
    [one] Van een zaak staat nog niet vast wat hier wordt geplaatst, of dat niets wordt geplaatst.
   *[other] Van { $count } zaken staat nog niet vast wat hier wordt geplaatst, of dat niets wordt geplaatst.
}
problem-not-thematic = Deze zaak is geen thematische review.
problem-thematic-too-late = Deze thematische review neemt niets meer op: het rapport wordt al geschreven, of de review ligt stil of is gestopt.
problem-theme-is-asked = Het thema staat vast, want organisaties zijn al gevraagd of dit thema hun stuk mag lezen.
problem-theme-first = Noem eerst het thema: wie wordt gevraagd, moet weten waarvoor.
problem-sources-enough = Meer zaken leest een thematische review niet. Haal er eerst een af.
problem-source-not-settled = Alleen een zaak waarvan het rapport is vastgesteld en die zelf geen thematische review is, kan zo worden gelezen.
problem-source-is-placed = Uit deze zaak is al iets geplaatst. Dat blijft staan.
problem-shredding-too-near = Wat in deze zaak is vrijgegeven, is vernietigd of wordt dat binnenkort. Er is geen tijd meer om organisaties te vragen.
problem-nothing-agreed = Er is niets waarmee een organisatie instemt en dat nog niet is geplaatst.
problem-answer-term-passed = De dag om toe te stemmen is voorbij.
problem-answer-is-final = Hierop kan niet meer worden geantwoord: het is al geplaatst, of het bestaat niet meer.
fault-code-or-words = Kies een thema uit de lijst, of schrijf er zelf een. Niet allebei.
thematic-sources = Thema en eerdere zaken
thematic-sources-note = Een thematische review leest wat in { $least } tot { $most } afgesloten zaken is vrijgegeven. U noemt het thema en de zaken. De coördinator van elke zaak kiest stukken en vraagt de organisaties om toestemming. Het panel krijgt geen naam en geen zaaknummer te zien.
thematic-no-theme = Er is nog geen thema.
thematic-name-theme = Thema noemen
thematic-theme-note = Kies een thema uit de lijst. Past er geen? Schrijf het dan in gewone woorden. Zodra een organisatie is gevraagd, staat het thema vast.
thematic-theme-words = Of in eigen woorden
thematic-cases = Zaken die worden gelezen
thematic-known-as = Voor het panel: eerdere review { $number }
thematic-agreed-of = Toestemming voor { $agreed } van { $asked } stukken; { $waiting } wachten op antwoord; { $placed } geplaatst.
thematic-drop = Deze zaak er weer af halen
thematic-number = Zaaknummer
thematic-number-hint = Van een afgesloten zaak van uw bureau, zoals HG-2025-0003
thematic-add = Zaak toevoegen
thematic-asked = Gevraagd voor een thematische review
thematic-source-asked = Gevraagd
thematic-chosen = Gekozen
thematic-placed = Geplaatst
thematic-nothing = Niets geplaatst
thematic-asked-here = Een thematische review van uw bureau wil lezen wat in deze zaak is vrijgegeven.
thematic-asked-open = Bekijken en kiezen
thematic-asked-note = U kiest welke vrijgegeven stukken de thematische review mag lezen. Elke organisatie wordt daarna gevraagd of zij het goedvindt. Pas dan plaatst u een kopie, zonder naam en zonder zaaknummer. Woorden van nabestaanden gaan nooit mee.
thematic-not-asked = Er is niets gevraagd.
thematic-about = Thema: { $theme }
thematic-shred-on = Wat in deze zaak is vrijgegeven, wordt vernietigd op { $day }. Dat blijft zo.
thematic-chosen-title = Gekozen stukken
thematic-item-asked = Wacht op antwoord
thematic-item-agreed = Toestemming gegeven
thematic-item-refused = Geen toestemming
thematic-item-unanswered = Geen antwoord op tijd
thematic-item-placed = Geplaatst
thematic-item-gone = Verbeterd of vernietigd voor het plaatsen
thematic-place-note = Een kopie gaat naar het panel van de thematische review. Daarna kan een organisatie haar toestemming niet meer terugnemen.
thematic-place = { $count ->
    [one] Een stuk plaatsen
   *[other] { $count } stukken plaatsen
}
thematic-choose = Stukken kiezen
thematic-choose-note = De organisaties kunnen antwoorden tot en met { $day }.
thematic-choices = Vrijgegeven stukken
thematic-ask = Toestemming vragen
thematic-say-nothing = Niets plaatsen
reason-thematic-nothing = Niets geplaatst voor een thematische review
thematic-requests = Gevraagd voor een thematische review
thematic-requested-here = Een thematische review wil lezen wat uw organisatie eerder vrijgaf. U beslist daarover.
thematic-requested-open = Bekijken en antwoorden
thematic-requests-note = Een thematische review leest stukken uit verschillende afgesloten zaken. Van uw organisatie worden deze stukken gevraagd.
thematic-requests-1 = Zonder uw toestemming leest niemand anders ze.
thematic-requests-2 = Het panel ziet wat voor soort organisatie het schreef, niet welke, en niet in welke zaak.
thematic-requests-3 = U kunt een ja terugnemen tot het stuk is geplaatst.
thematic-no-requests = Er wordt niets gevraagd.
thematic-own-asked = Graag uw antwoord
thematic-own-agreed = U stemde toe
thematic-own-refused = U stemde niet toe
thematic-own-unanswered = Niet op tijd beantwoord
thematic-own-placed = Geplaatst bij de thematische review
thematic-own-gone = Bestaat niet meer zoals u het vrijgaf
thematic-answer-by = Antwoorden tot en met
thematic-shredded = Wordt vernietigd op
thematic-read-own = Uw eigen tekst lezen
thematic-agree = Ik stem toe
thematic-decline = Ik stem niet toe
thematic-take-back = Mijn ja terugnemen
thematic-back = Terug naar de reflectie
