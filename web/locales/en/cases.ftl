# What a step still lacks. Key: missing-<what>.
missing-chair_accepted = No chair has accepted yet.
missing-chair_adopts = The chair has not adopted the report yet.
missing-chair_agrees_deferral = The chair has not agreed yet.
missing-co_signature = The national coordination has not co-signed yet.
missing-conflict_checked = The conflict check has not been done yet.
missing-date_clear = The date has not been checked against days to avoid.
missing-decision_not_reviewed = The decision not to review is missing.
missing-decision_review = The decision to review is missing.
missing-deferral_answered = The answer on resuming is missing.
missing-deferral_requested = The written request to defer is missing.
missing-dissent_recorded = Dissent, or 'none', has not been recorded yet.
missing-embargo_passed = Organisations have not had their copy in time yet.
missing-evaluation_done = The evaluation has not been done yet.
missing-finding_with_evidence = There is no finding with evidence yet.
missing-invitations_settled = Not every invitation is settled, and the chair did not go on with a reason.
missing-minutes_adopted = { $count ->
    [one] One more meeting with adopted minutes is needed.
   *[other] { $count } more meetings with adopted minutes are needed.
}
missing-names_checked = The name check has not been done yet.
missing-new_facts = The new facts have not been recorded yet.
missing-new_round_asked = The question for the new round is missing.
missing-notification_complete = The notification is not complete yet.
missing-om_consulted = The prosecution service has not been consulted yet, or asked to wait.
missing-om_contact_asked = No contact at the prosecution service has been asked yet.
missing-organisations_decided = The list of who knew the family has not been kept yet. Save the screening decision once more.
missing-organisations_open = { $count ->
    [one] One organisation that knew the family is not decided on yet: invited, later or not.
   *[other] { $count } organisations that knew the family are not decided on yet: invited, later or not.
}
missing-panel_dv_expert = The panel lacks an expert on domestic violence.
missing-panel_members = { $count ->
    [one] The panel still lacks one member.
   *[other] The panel still lacks { $count } members.
}
missing-panel_sectors = { $count ->
    [one] The panel still lacks one sector.
   *[other] The panel still lacks { $count } sectors.
}
missing-publication_decided = The decision on publication is missing.
missing-quality_not_sufficient = No item has been judged not sufficient.
missing-quality_sufficient = The quality reviewer has not found the report sufficient yet.
missing-recommendations_complete = There is no recommendation yet. If none is needed, write why in the section Recommendations.
missing-recommendations_settled = Not every recommendation is settled.
missing-record_complete = The coded record is not complete yet.
missing-relatives_asked = Relatives have not been asked for their words and questions yet.
missing-relatives_decided = No relative is registered, and the reason for that is missing.
missing-relatives_open = { $count ->
    [one] One relative is not decided on yet: invited, later or not.
   *[other] { $count } relatives are not decided on yet: invited, later or not.
}
missing-relatives_round_done = The reading round with relatives is not finished.
missing-relatives_told = Relatives have not heard the date in time yet.
missing-relatives_view_asked = The relatives' view has not been asked, or the reason why not is missing.
missing-replies_settled = Not every reply has been settled.
missing-reply_changes_finding = No reply changes a finding.
missing-screening_complete = The screening is not complete yet.
missing-secretary_named = There is no secretary yet.
missing-which = { $what } It is about: { $which }.
missing-sections_filled = Not all sections of the report are filled.
missing-shredding_set = The shredding dates have not been set yet.
missing-statements_signed = { $count ->
    [one] One statement has not been signed yet.
   *[other] { $count } statements have not been signed yet.
}
missing-stopped_because = The reason to stop is missing.
missing-released_decided = It has not been decided what happens with what was released: give back, shred or keep.
missing-told_together = Cases of this region are published together, or two years after the notification. There is no second case yet to be told with this one.
missing-whole_agreed = It is not recorded that relatives of both sides and the national coordination agree to the whole report.
missing-terms_adopted = The terms of reference have not been adopted yet.
missing-unpublished_because = The reason not to publish is missing.
extend = Extend
extend-until = New date
extended-times = { $count ->
    [one] extended once
   *[other] extended { $count } times
}
problem-term-stands-still = The case is deferred: the term stands still and moves along by itself.
problem-only-not-reviewed = This is possible only for a case that is not reviewed and whose record is still open.
problem-not-to-be-stopped = This case can't be stopped now. The decision on what was released belongs to the stop.
reason = Reason
missing-panel_child_sector = The panel lacks somebody of the youth sector, who is needed in a case of child abuse.
missing-inspectorates_checked = It has not been agreed with the inspectorates who examines what; a case of child abuse needs that.
