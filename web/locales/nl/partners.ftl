# Wat een ketenpartner ziet: opmerkingen per onderdeel, namen nakijken, na het vrijgeven.
remark-general = Over het geheel
remark-on-part = Over dit onderdeel
remarks-per-part = Opmerkingen per onderdeel
remarks-per-part-note = U hoeft niet bij elk onderdeel iets te zeggen. De schrijver ziet uw opmerking ook op de bladzijde van dat onderdeel.
remark-here = De akkoordgever zei hierover:
names-title = Namen om na te kijken
names-lead = Schrijf rollen in plaats van namen: 'de moeder', 'een collega'. Dit zijn woorden die op een naam lijken. Wij kunnen er een missen.
names-known = staat in de uitnodiging
names-likely = lijkt op een naam
names-none = Wij vonden geen woorden die op een naam lijken. Kijk zelf ook.
names-in = in: { $part }
released-title = Vrijgegeven
released-lead = Het panel kan de reflectie van uw organisatie nu lezen. Dank u wel.
released-not-yet = De reflectie is nog niet vrijgegeven.
released-next = Wat er nu gebeurt
released-next-1 = Het panel leest wat u vrijgaf, naast wat anderen vertelden. Het kan u een vraag stellen; dan krijgt u bericht.
released-next-2 = Voor het rapport af is, legt het panel u de passages voor die over uw organisatie gaan. U kunt dan zeggen wat niet klopt.
released-next-3 = U kunt wat vrijgegeven is niet terugnemen. U kunt er wel een verbetering naast zetten.
released-kept = Hoe lang het bewaard blijft
released-kept-note = Daarna kan niemand het meer lezen, ook uw organisatie niet. Bewaar een kopie als u die nodig heeft.
released-back = Naar de reflectie
own-copy = Eigen kopie opslaan (PDF)
own-copy-note = In de kopie staat alles wat u schreef, ook wat het panel niet kreeg. Bewaar haar in uw eigen dossier.
own-copy-notice = Eigen kopie, vertrouwelijk
paste-title = Gebeurtenissen uit een rekenblad
paste-lead = Kopieer de rijen in uw rekenblad en plak ze hieronder. U ziet eerst wat wij lezen. Pas daarna wordt er iets bewaard.
paste-columns-are = De kolommen, van links naar rechts:
paste-columns-own = Andere kolommen? Zet boven de rijen een regel met de vragen uit het formulier.
paste-here = Plak de rijen hier
paste-hint = Elke gebeurtenis op een eigen rij, hooguit 200 tegelijk. Schrijf geen namen, wel rollen.
paste-look = Bekijk wat wij lezen
paste-look-again = Bekijk opnieuw
paste-understood = { $count ->
    [one] 1 rij gelezen
   *[other] { $count } rijen gelezen
  }
paste-right = Klopt dit? Bewaar de rijen dan. U kunt elke gebeurtenis daarna nog wijzigen.
paste-wrong = Er is nog niets bewaard. Verbeter de rijen hieronder en bekijk ze opnieuw.
paste-line = Rij
paste-entry = Gebeurtenis
paste-mend = Wat nog moet
paste-nothing = Niets
paste-save = { $count ->
    [one] Bewaar 1 gebeurtenis
   *[other] Bewaar { $count } gebeurtenissen
  }
paste-row = Rij { $row }
fault-paste-no-rows = Dit zijn geen rijen uit een rekenblad. Kopieer de cellen en plak ze.
fault-paste-too-many = Dit zijn er te veel tegelijk. Plak hooguit 200 rijen.
fault-paste-columns = Deze rij heeft een ander aantal cellen dan de kolommen.
fault-paste-unknown-column = '{ $name }' is geen vraag uit het formulier. Haal de kolom weg, of noem haar zoals de vraag.
passphrase-suggested = Of neem deze vijf woorden; bij elke keer openen zijn het andere:
