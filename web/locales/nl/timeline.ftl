# Wat in de tijdlijn bij elkaar hoort.
merge = Samenvoegen
merge-note = Hier staan gebeurtenissen uit twee bronnen die hetzelfde moment kunnen zijn. De voorzitter beslist. Beide bronnen blijven staan.
merge-none = Er zijn nu geen gebeurtenissen die hetzelfde moment kunnen zijn.
merge-same = Hetzelfde moment
merge-not-same = Niet hetzelfde
merge-chair = De voorzitter beslist hierover.
same-moment = hetzelfde moment:
patterns = Patronen
mark-pattern = Patroon aanwijzen
pattern-note = Kies gebeurtenissen die samen een patroon zijn. In de banen komt er een haak onder.
pattern-title = Wat is het patroon? Schrijf geen namen
pattern-events = Gebeurtenissen
drop-pattern = Niet langer als patroon
fault-two-or-more = Kies twee tot vijftig gebeurtenissen.

# De leesmap van het panel
reading-folder = Leesmap
reading-note = Wat organisaties en nabestaanden aan het panel gaven, zoals zij het schreven. Niemand kan het nog veranderen.
reading-empty = Er is nog niets vrijgegeven.
piece-about = Gedeeld op { $day }. Ongeveer { $minutes ->
    [one] 1 minuut
   *[other] { $minutes } minuten
} lezen.
piece-answer = Antwoord op een aanvullende vraag
piece-words = Eigen woorden
piece-because = Waarom het is verbeterd
piece-events = Gebeurtenissen van deze organisatie
piece-before = Vorige
piece-next = Volgende
read-correction = Lees de verbetering
release-panel-gets = Dit leest het panel
release-have-read = Ik heb gelezen wat het panel krijgt
adopt-note = Lees wat er staat. Wat u vaststelt, geldt in deze tekst.
after-death = Na het overlijden
after-death-unexplained = Deze bron gaf geen uitleg: misschien klopt de datum niet.
