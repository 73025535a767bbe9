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
