# What goes wrong and is put right: recalled, corrected, stood in for, added after publication.
recall-invitation = Uitnodiging terugroepen
recall-note = Niemand van deze organisatie kan de uitnodiging nog openen. Wat zij zelf schreven, blijft van hen.
who-belongs = Wie hier bij hoort
end-access = Toegang beëindigen
deputy = vervangt
give-delay = Uitstel geven
go-on-without = Zonder verdergaan
problem-redeemed-already = Deze code is al gebruikt. Beëindig dan de rol.
problem-reflection-awaited = Een reflectie wacht nog op deze contactpersoon. Roep eerst die uitnodiging terug.
reflection-recalled = teruggeroepen
correct = Iets verbeteren
correct-note = Wat het panel heeft, blijft staan. Uw verbetering komt ernaast, met de reden. Schrijf, laat akkoord geven en geef opnieuw vrij.
correct-because = Wat klopte niet, en waarom?
corrected-times = { $count } keer verbeterd
corrected-later = later verbeterd
a-correction = verbetering { $number }
problem-nothing-corrected = Er is nog niets veranderd sinds u vrijgaf.
