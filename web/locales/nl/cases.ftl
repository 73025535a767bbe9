# Wat een stap nog mist. Sleutel: missing-<wat>.
missing-chair_accepted = Nog geen voorzitter heeft aanvaard.
missing-chair_adopts = De voorzitter heeft het rapport nog niet vastgesteld.
missing-chair_agrees_deferral = De voorzitter heeft nog niet ingestemd.
missing-co_signature = De landelijke coördinatie heeft nog niet meegetekend.
missing-conflict_checked = De belangencheck is nog niet gedaan.
missing-date_clear = De datum is nog niet getoetst aan dagen die moeten worden vermeden.
missing-decision_not_reviewed = Het besluit om niet te reviewen ontbreekt.
missing-decision_review = Het besluit om te reviewen ontbreekt.
missing-deferral_answered = Het antwoord over het hervatten ontbreekt.
missing-deferral_requested = Het schriftelijke verzoek om aan te houden ontbreekt.
missing-dissent_recorded = Een afwijkend oordeel, of 'geen', is nog niet vastgelegd.
missing-embargo_passed = Organisaties hebben nog niet op tijd een exemplaar gehad.
missing-evaluation_done = De evaluatie is nog niet gedaan.
missing-finding_with_evidence = Er is nog geen bevinding met onderbouwing.
missing-invitations_settled = Niet elke uitnodiging is afgerond, en de voorzitter ging niet met reden verder.
missing-minutes_adopted = { $count ->
    [one] Nog één vergadering met vastgesteld verslag is nodig.
   *[other] Nog { $count } vergaderingen met vastgesteld verslag zijn nodig.
}
missing-names_checked = De namencheck is nog niet gedaan.
missing-new_facts = De nieuwe feiten zijn nog niet vastgelegd.
missing-new_round_asked = De vraag voor de nieuwe ronde ontbreekt.
missing-notification_complete = De melding is nog niet volledig.
missing-om_consulted = Het Openbaar Ministerie is nog niet geraadpleegd, of vroeg te wachten.
missing-om_contact_asked = Er is nog geen contactpersoon bij het Openbaar Ministerie gevraagd.
missing-organisations_decided = De lijst van wie het gezin kende, is nog niet vastgelegd. Sla de beoordeling vooraf nog eens op.
missing-organisations_open = { $count ->
    [one] Over één organisatie die het gezin kende, is nog niet besloten: uitgenodigd, later of niet.
   *[other] Over { $count } organisaties die het gezin kenden, is nog niet besloten: uitgenodigd, later of niet.
}
missing-panel_dv_expert = Het panel mist een deskundige op het gebied van huiselijk geweld.
missing-panel_members = { $count ->
    [one] Het panel mist nog één lid.
   *[other] Het panel mist nog { $count } leden.
}
missing-panel_sectors = { $count ->
    [one] Het panel mist nog één sector.
   *[other] Het panel mist nog { $count } sectoren.
}
missing-publication_decided = Het besluit over publicatie ontbreekt.
missing-quality_not_sufficient = Er is geen punt als niet voldoende beoordeeld.
missing-quality_sufficient = De kwaliteitslezer heeft het rapport nog niet voldoende bevonden.
missing-recommendations_complete = Er is nog geen aanbeveling. Zijn er geen nodig, schrijf dan bij het onderdeel Aanbevelingen waarom.
missing-recommendations_settled = Niet elke aanbeveling is afgerond.
missing-record_complete = Het gecodeerde record is nog niet volledig.
missing-relatives_asked = Nabestaanden zijn nog niet gevraagd om hun woorden en vragen.
missing-relatives_decided = Er is geen nabestaande aangemeld, en de reden daarvan ontbreekt.
missing-relatives_open = { $count ->
    [one] Over één nabestaande is nog niet besloten: uitgenodigd, later of niet.
   *[other] Over { $count } nabestaanden is nog niet besloten: uitgenodigd, later of niet.
}
missing-relatives_round_done = De leesronde met nabestaanden is niet afgerond.
missing-relatives_told = Nabestaanden hebben de datum nog niet op tijd gehoord.
missing-relatives_view_asked = De kijk van nabestaanden is nog niet gevraagd, of de reden waarom niet ontbreekt.
missing-replies_settled = Niet elke reactie is beantwoord.
missing-reply_changes_finding = Geen reactie verandert een bevinding.
missing-screening_complete = De beoordeling is nog niet volledig.
missing-secretary_named = Er is nog geen secretaris.
missing-which = { $what } Het gaat om: { $which }.
missing-sections_filled = Niet alle onderdelen van het rapport zijn gevuld.
missing-shredding_set = De vernietigingsdata staan nog niet vast.
missing-statements_signed = { $count ->
    [one] Eén verklaring is nog niet getekend.
   *[other] { $count } verklaringen zijn nog niet getekend.
}
missing-stopped_because = De reden om te stoppen ontbreekt.
missing-released_decided = Niet besloten is wat gebeurt met wat al is vrijgegeven: teruggeven, vernietigen of bewaren.
missing-told_together = Van deze regio worden zaken samen openbaar, of pas twee jaar na de melding. Er is nog geen tweede zaak om samen te vertellen.
missing-whole_agreed = Niet vastgelegd is dat nabestaanden van beide kanten en de landelijke coördinatie instemmen met het hele rapport.
missing-terms_adopted = De opdracht is nog niet vastgesteld.
missing-unpublished_because = De reden om niet te publiceren ontbreekt.
extend = Verlengen
extend-until = Nieuwe datum
extended-times = { $count ->
    [one] één keer verlengd
   *[other] { $count } keer verlengd
}
problem-term-stands-still = De zaak is aangehouden: de termijn staat stil en schuift vanzelf mee.
problem-only-not-reviewed = Dit kan alleen bij een zaak die niet wordt gereviewd en waarvan het record nog open staat.
problem-not-to-be-stopped = Deze zaak kan nu niet worden gestopt. Het besluit over wat is vrijgegeven, hoort bij het stoppen.
reason = Reden
missing-panel_child_sector = Het panel mist iemand uit de jeugdsector; die is bij kindermishandeling nodig.
missing-inspectorates_checked = Met de inspecties is nog niet afgestemd wie wat onderzoekt; dat is bij kindermishandeling nodig.
