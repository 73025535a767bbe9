//! What must be there before a step (`workflow.md` section 3, third column). All that is missing is told at once.

use super::{Facts, State, Step};
use crate::access::Role::{self, Approver, Chair, Contact, Coordinator, NationalCoordinator, PanelMember, QualityReviewer, RegisterManager, Secretary};
use crate::tx::Missing;

/// Everything a step still needs, with who can supply it.
pub(super) fn missing(step: Step, from: State, facts: &Facts) -> Vec<Missing> {
    let chaired = facts.in_role(Chair).any(|party| party.accepted_at.is_some());
    let mut lacks = Lacks { facts, missing: vec![] };
    match step {
        Step::T2 => lacks.stands("notification_complete", &["notification_open"], &[Coordinator]).ever("om_contact_asked", &[Coordinator]),
        Step::T3 => lacks.stands("screening_complete", &["screening_open"], &[Coordinator]).stands("om_consulted", &["om_waits"], &[Coordinator])
            .stands("decision_review", &["decision_not_reviewed", "decision_deferred"], &[Coordinator]).of_child("inspectorates_checked", &[Coordinator]),
        Step::T4 => lacks.stands("screening_complete", &["screening_open"], &[Coordinator]).stands("decision_not_reviewed", &["decision_review", "decision_deferred"], &[Coordinator]).ever("relatives_view_asked", &[Coordinator]),
        Step::T5 => lacks.fresh("deferral_requested", &[Coordinator]).unless(!chaired || facts.fresh("chair_agrees_deferral"), "chair_agrees_deferral", &[Chair]),
        Step::T6 => lacks.fresh("deferral_answered", &[Coordinator]),
        Step::T7 => lacks.party("chair_accepted", Chair, &[Chair]).ever("conflict_checked", &[Chair]).party("secretary_named", Secretary, &[Coordinator, Chair]),
        Step::T8 => lacks.ever("terms_adopted", &[Chair]).panel().decided(facts.undecided_organisations, "organisations_open", "organisations_decided")
            .decided(facts.undecided_relatives, "relatives_open", "relatives_decided").earlier_reviews().statements(),
        Step::T9 => lacks.either(&["invitations_settled", "chair_goes_on"], "invitations_settled", &[Contact, Approver, Chair]).where_asked(facts.profile.relatives.tell(), "relatives_asked", &[Coordinator]),
        Step::T10 => lacks.fresh("new_round_asked", &[Chair]),
        Step::T11 => lacks.meetings().ever("finding_with_evidence", &[Chair, Secretary, PanelMember]).ever("dissent_recorded", &[Secretary, Chair]),
        Step::T12 => lacks.sections().ever("recommendations_complete", &[Secretary, Chair]).ever("adopted_anew", &[Chair]).fresh("names_checked", &[Secretary, Chair]),
        Step::T13 if from == State::Decided => lacks.fresh("text_must_change", &[Chair]),
        Step::T13 => lacks.fresh("reply_changes_finding", &[Chair]),
        Step::T14 => lacks.ever("passages_placed", &[Chair, Secretary, Coordinator]).fresh("replies_settled", &[Chair])
            .unless(!facts.profile.relatives.read_draft() || facts.fresh("relatives_round_done"), "relatives_round_done", &[Coordinator]),
        Step::T15 => lacks.fresh("quality_not_sufficient", &[QualityReviewer]),
        Step::T16 => lacks.fresh("quality_sufficient", &[QualityReviewer]).ever("publication_decided", &[Coordinator]).fresh("chair_adopts", &[Chair]),
        Step::T17 => lacks.ever("publication_decided", &[Coordinator]).fresh("names_checked", &[Secretary, Chair]).fresh("date_clear", &[Coordinator])
            .unless_practice("relatives_told", &[Coordinator]).unless_practice("embargo_passed", &[Coordinator]).small_place(),
        Step::T18 => lacks.fresh("unpublished_because", &[Coordinator]),
        Step::T20 => lacks.ever("recommendations_settled", &[Approver, Coordinator]).ever("evaluation_done", &[Coordinator]).ever("record_complete", &[RegisterManager])
            .ever("shredding_set", &[Coordinator]),
        Step::T21 => lacks.ever("record_complete", &[RegisterManager]),
        Step::T22 => lacks.fresh("new_facts", &[Coordinator]),
        // Of a review into which nothing was released nothing is decided.
        Step::T23 => lacks.fresh("stopped_because", &[Chair]).unless(facts.released == 0 || facts.fresh("released_decided"), "released_decided", &[Chair]),
        Step::T1 | Step::T19 => &mut lacks,
    };
    if let Some(kind) = step.co_signed(from)
        && !facts.signed.iter().any(|signed| signed == kind)
    {
        lacks.missing.push(Missing::new("co_signature", &[NationalCoordinator]));
    }
    lacks.missing
}

/// Whether taking a step supplies a fact it needs: publishing checks the names once more and looks for a clear date, which nobody can do
/// before it; closing settles the days of shredding, which its page shows.
pub fn by_the_step_itself(step: Step, what: &str) -> bool {
    step == Step::T17 && matches!(what, "names_checked" | "date_clear") || step == Step::T20 && what == "shredding_set"
}

/// Collects what is missing.
struct Lacks<'a> {
    facts: &'a Facts,
    missing: Vec<Missing>,
}

impl Lacks<'_> {
    fn unless(&mut self, there: bool, what: &str, by: &[Role]) -> &mut Self {
        if !there {
            self.missing.push(Missing::new(what, by));
        }
        self
    }
    fn ever(&mut self, what: &str, by: &[Role]) -> &mut Self {
        self.unless(self.facts.has(what), what, by)
    }
    /// Reached, and not taken back since: of a decision that was changed the latest counts.
    fn stands(&mut self, what: &str, unless: &[&str], by: &[Role]) -> &mut Self {
        self.unless(self.facts.stands(what, unless), what, by)
    }
    fn fresh(&mut self, what: &str, by: &[Role]) -> &mut Self {
        self.unless(self.facts.fresh(what), what, by)
    }
    fn either(&mut self, any: &[&str], what: &str, by: &[Role]) -> &mut Self {
        self.unless(any.iter().any(|name| self.facts.fresh(name)), what, by)
    }
    /// Of a case in whose variant it is asked.
    fn where_asked(&mut self, asked: bool, what: &str, by: &[Role]) -> &mut Self {
        self.unless(!asked || self.facts.has(what), what, by)
    }
    /// Of a case of child abuse: the inspectorates look at it as well, and what overlaps is agreed on first (`workflow.md` section 6).
    fn of_child(&mut self, what: &str, by: &[Role]) -> &mut Self {
        self.where_asked(self.facts.child_sector.is_some(), what, by)
    }
    /// A case of a small place is not told alone, and told whole only when both sides' relatives and the nation agree (`workflow.md` section 6).
    fn small_place(&mut self) -> &mut Self {
        let facts = self.facts;
        let agreed = facts.profile.small_place.is_none() || facts.publication_form != "whole" || facts.has("whole_agreed");
        self.unless(facts.practice || facts.told_together, "told_together", &[Coordinator]).unless(facts.practice || agreed, "whole_agreed", &[Coordinator])
    }
    fn unless_practice(&mut self, what: &str, by: &[Role]) -> &mut Self {
        self.unless(self.facts.practice || self.facts.has(what), what, by)
    }
    fn party(&mut self, what: &str, role: Role, by: &[Role]) -> &mut Self {
        let there = self.facts.in_role(role).any(|party| party.accepted_at.is_some());
        self.unless(there, what, by)
    }
    /// Enough members, from enough sectors, one of them an expert on domestic violence (T8, ruling 30).
    fn panel(&mut self) -> &mut Self {
        let members: Vec<_> = self.facts.in_role(PanelMember).collect();
        let mut sectors: Vec<_> = members.iter().map(|party| party.sector.as_str()).filter(|sector| !sector.is_empty()).collect();
        sectors.sort_unstable();
        sectors.dedup();
        let few = |what: &str, wanted: i64, found: usize| {
            let short = wanted - i64::try_from(found).unwrap_or(i64::MAX);
            (short > 0).then(|| Missing::new(what, &[Coordinator]).counting(short))
        };
        let lacking = [
            few("panel_members", self.facts.profile.panel_min, members.len()), few("panel_sectors", self.facts.profile.sectors_min, sectors.len()),
            few("panel_dv_expert", 1, members.iter().filter(|party| party.dv_expert).count()),
            self.facts.child_sector.as_ref().and_then(|needed| few("panel_child_sector", 1, members.iter().filter(|party| party.sector == *needed).count())),
        ];
        self.missing.extend(lacking.into_iter().flatten());
        self
    }
    /// Each one that is known is decided on; where none is known, that is said of all of them.
    fn decided(&mut self, open: Option<i64>, one: &str, all: &str) -> &mut Self {
        match open {
            None => self.ever(all, &[Coordinator]),
            Some(0) => self,
            Some(open) => {
                self.missing.push(Missing::new(one, &[Coordinator]).counting(open));
                self
            }
        }
    }
    /// A thematic review has its theme, and enough closed cases of each of which is settled what is placed (ruling 31).
    fn earlier_reviews(&mut self) -> &mut Self {
        let Some(asks) = self.facts.thematic else { return self };
        let (named, open) = self.facts.sources;
        self.ever("theme_named", &[Coordinator]);
        let lacking = [("sources_named", asks.sources_min - named), ("sources_open", open)];
        self.missing.extend(lacking.into_iter().filter(|(_, count)| *count > 0).map(|(what, count)| Missing::new(what, &[Coordinator]).counting(count)));
        self
    }
    /// Every one on the panel's side has signed, before the first read.
    fn statements(&mut self) -> &mut Self {
        let open = [Chair, PanelMember, Secretary].into_iter().flat_map(|role| self.facts.in_role(role)).filter(|party| party.statement_signed_at.is_none()).count();
        if open > 0 {
            self.missing.push(Missing::new("statements_signed", &[Chair, PanelMember, Secretary]).counting(i64::try_from(open).unwrap_or(i64::MAX)));
        }
        self
    }
    /// Every section that is written by hand, by name where one is not (T12).
    fn sections(&mut self) -> &mut Self {
        if !self.facts.has("sections_filled") {
            self.missing.push(Missing::new("sections_filled", &[Secretary, Chair]).of_sections(self.facts.open_sections.clone()));
        }
        self
    }
    /// Enough meetings with adopted minutes (T11).
    fn meetings(&mut self) -> &mut Self {
        let short = self.facts.profile.meetings_min - self.facts.count("minutes_adopted");
        if short > 0 {
            self.missing.push(Missing::new("minutes_adopted", &[Secretary, Chair]).counting(short));
        }
        self
    }
}
