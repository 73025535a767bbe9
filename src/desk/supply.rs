//! What a step still needs: in words, who can supply it, and the page or the form where that is done.

use crate::access::{Act, Kind, Role};
use crate::cases::{CaseView, Declared, Rooms};
use crate::documents::{self, pages::lang};
use crate::http::Problem;
use crate::ids::CaseId;
use crate::panels;
use crate::reports;
use crate::settings::Configured;
use crate::texts::Words;
use crate::tx::Missing;

/// Something a step still needs.
#[derive(Clone)]
pub(super) struct Need {
    /// In words.
    pub(super) text: String,
    /// Who can supply it, in words, with the names of those who take part.
    pub(super) by: String,
    /// Whether the reader can.
    pub(super) own: bool,
    /// The page where it is supplied, and its name; empty where the reader opens none.
    pub(super) href: String,
    /// Its name, in words.
    pub(super) place: String,
    /// What the reader declares, and so supplies it.
    pub(super) fact: Option<&'static Declared>,
    /// What the reader can declare in place of it.
    pub(super) instead: Option<&'static Declared>,
    /// Whether it is what the reader does first.
    pub(super) first: bool,
}

/// Who reads the page of a case.
pub(super) struct Reader<'a> {
    /// The role worn.
    pub(super) role: Option<Role>,
    /// Whether they take part in the case.
    pub(super) takes_part: bool,
    /// Whether they were named and have not accepted yet.
    pub(super) must_accept: bool,
    /// What they can declare now.
    pub(super) facts: &'a [&'static Declared],
}

/// What a page is called: by the title of a form, or by a text.
enum Name {
    Form(&'static str),
    Text(&'static str),
}

/// The fact that can be declared in place of something that lacks.
fn instead_of(what: &str) -> &'static str {
    match what {
        "invitations_settled" => "chair_goes_on",
        "passages_placed" => "nobody_consulted",
        "relatives_told" => "relatives_wait_waived",
        "embargo_passed" => "embargo_wait_waived",
        _ => "",
    }
}

/// Where something that lacks is supplied, and what that place is called; none where the reader opens no such page, and for what is declared.
fn place(what: &str, case: CaseId, rooms: &Rooms, reader: &Reader) -> Option<(String, Name)> {
    let role = reader.role?;
    let allows = |act: &Act| !act.by.is_empty() && act.allows(role);
    let leads = role == Role::Coordinator && reader.takes_part;
    let page = |opens: bool, page: &str, name: &'static str| opens.then(|| (format!("/cases/{case}/{page}"), Name::Text(name)));
    let document = |kind: Kind, form: &'static str| -> Option<(String, Name)> {
        let within = match kind {
            Kind::Case => rooms.case,
            Kind::Panel => rooms.panel,
            _ => rooms.report,
        }?;
        let sheet = documents::sheet_of(kind, form).filter(|sheet| allows(sheet.read))?;
        // A form that is there once leads to the one there is.
        let to = if sheet.once && allows(sheet.write) { "/new" } else { "" };
        Some((format!("/rooms/{within}/{form}{to}"), Name::Form(form)))
    };
    let adopts = allows(&panels::ADOPT_MINUTES) && rooms.panel.is_some();
    let adopted = |form: &'static str| if adopts { page(true, "adopt", "adopt") } else { document(Kind::Panel, form) };
    let drafts = allows(&reports::READ) && rooms.report.is_some();
    match what {
        "notification_complete" => document(Kind::Case, "notification"),
        "screening_complete" | "om_consulted" | "decision_review" | "decision_not_reviewed" | "organisations_decided" => document(Kind::Case, "screening"),
        "deferral_requested" => document(Kind::Case, "deferral"),
        "terms_adopted" => adopted("terms-of-reference"),
        "minutes_adopted" => adopted("meeting"),
        "finding_with_evidence" => adopted("finding"),
        "recommendations_complete" => adopted("recommendation"),
        "dissent_recorded" if role != Role::Chair => document(Kind::Panel, "dissent"),
        "adopted_anew" => page(adopts, "adopt", "adopt"),
        "chair_accepted" | "statements_signed" if reader.must_accept => Some((format!("/cases/{case}#acc"), Name::Text("accept-title"))),
        "chair_accepted" | "secretary_named" | "panel_members" | "panel_sectors" | "panel_dv_expert" | "panel_child_sector" => leads.then(|| (format!("/cases/{case}#name-party"), Name::Text("name-party-for"))),
        "statements_signed" => page(true, "people", "menu-people"),
        "invitations_settled" | "organisations_open" => page(true, "organisations", "menu-organisations"),
        "relatives_open" => page(leads, "relatives", "relatives"),
        "theme_named" | "sources_named" | "sources_open" => page(leads, "sources", "thematic-sources"),
        "sections_filled" | "names_checked" => page(drafts, "report", "report"),
        "passages_placed" | "replies_settled" => page(drafts, "consultation", "consultation"),
        "publication_decided" => document(Kind::Report, "publication-decision"),
        "chair_adopts" => page(allows(&reports::READ_DECISION) && rooms.report.is_some(), "decision", "decision-title"),
        "quality_sufficient" | "quality_not_sufficient" => allows(&reports::READ_DRAFT).then(|| (format!("/checks/{case}"), Name::Text("checks"))),
        "recommendations_settled" => page(true, "actions", "actions"),
        "shredding_set" => page(leads, "close", "close-case"),
        "record_complete" => (role == Role::RegisterManager).then(|| ("/coding".to_owned(), Name::Text("menu-coding"))),
        _ => None,
    }
}

/// What a step still needs, ready to be drawn.
pub(super) fn needs(case: &CaseView, missing: Vec<Missing>, reader: &Reader, config: &Configured, words: &Words) -> Vec<Need> {
    let texts = Problem { status: 409, kind: "missing".into(), faults: vec![], missing: missing.clone(), words: vec![], by: &[] }.missing_texts(words);
    let declares = |name: &str| reader.facts.iter().find(|fact| fact.name == name).copied();
    missing.into_iter().zip(texts).map(|(lacks, (text, _))| {
        let signs = matches!(lacks.what.as_str(), "chair_accepted" | "statements_signed");
        let own = reader.takes_part && reader.role.is_some_and(|role| lacks.by.iter().any(|by| by == role.code())) && (!signs || reader.must_accept);
        let (href, name) = place(&lacks.what, case.id, &case.compartments, reader).unzip();
        let place = match name {
            Some(Name::Form(form)) => config.forms.get(form).map(|form| form.title.get(lang(words.language)).to_owned()).unwrap_or_default(),
            Some(Name::Text(key)) => words.t(key),
            None => String::new(),
        };
        // What is settled on a page of its own is not declared beside it.
        let fact = declares(&lacks.what).filter(|_| href.is_none());
        Need { text, by: supplied_by(&lacks, case, words), own, href: href.unwrap_or_default(), place, fact, instead: declares(instead_of(&lacks.what)), first: false }
    }).collect()
}

/// Who can supply it: each role, with the names of those who take part in it.
fn supplied_by(lacks: &Missing, case: &CaseView, words: &Words) -> String {
    lacks.by.iter().map(|code| {
        let role = words.t(&format!("role-{code}"));
        let names: Vec<&str> = case.parties.iter().filter(|party| party.role == *code && !party.deputy && !party.name.is_empty()).map(|party| party.name.as_str()).collect();
        if names.is_empty() { role } else { format!("{role} ({})", names.join(", ")) }
    }).collect::<Vec<_>>().join(", ")
}

/// What the reader does first of it: the first thing that is theirs and can be done somewhere.
pub(super) fn first(needs: &mut [Need]) -> Option<Need> {
    let found = needs.iter_mut().find(|need| need.own && (need.fact.is_some() || !need.href.is_empty()))?;
    found.first = true;
    Some(found.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CompartmentId;

    fn reader(role: Role) -> Reader<'static> {
        Reader { role: Some(role), takes_part: true, must_accept: false, facts: &[] }
    }

    fn leads(what: &str, reader: &Reader) -> Option<String> {
        let rooms = Rooms { case: Some(CompartmentId::new()), panel: Some(CompartmentId::new()), report: Some(CompartmentId::new()), coding: None };
        place(what, CaseId::new(), &rooms, reader).map(|(href, _)| href)
    }

    #[test]
    fn what_lacks_leads_to_where_the_reader_supplies_it() {
        let ends = |what: &str, role: Role, end: &str| leads(what, &reader(role)).is_some_and(|href| href.ends_with(end));
        assert!(ends("screening_complete", Role::Coordinator, "/screening/new"));
        assert!(ends("minutes_adopted", Role::Secretary, "/meeting") && ends("minutes_adopted", Role::Chair, "/adopt"));
        assert!(ends("panel_members", Role::Coordinator, "#name-party"));
        assert!(ends("sections_filled", Role::Secretary, "/report"));
        assert!(ends("quality_sufficient", Role::QualityReviewer, ""));
    }

    #[test]
    fn nobody_is_led_to_a_page_they_can_not_open() {
        for (what, role) in [("screening_complete", Role::Chair), ("sections_filled", Role::PanelMember), ("relatives_open", Role::Chair), ("quality_sufficient", Role::Coordinator), ("record_complete", Role::Coordinator)] {
            assert_eq!(leads(what, &reader(role)), None, "{what}");
        }
        assert_eq!(leads("relatives_open", &Reader { takes_part: false, ..reader(Role::Coordinator) }), None);
    }

    #[test]
    fn what_is_to_be_signed_leads_there_for_who_has_not_signed() {
        assert!(leads("statements_signed", &Reader { must_accept: true, ..reader(Role::Chair) }).is_some_and(|href| href.ends_with("#acc")));
        assert!(leads("statements_signed", &reader(Role::Chair)).is_some_and(|href| href.ends_with("/people")));
    }

    #[test]
    fn what_comes_first_is_ones_own_and_can_be_done() {
        let need = |own: bool, href: &str| Need { text: String::new(), by: String::new(), own, href: href.to_owned(), place: String::new(), fact: None, instead: None, first: false };
        let mut needs = vec![need(false, "/a"), need(true, ""), need(true, "/b"), need(true, "/c")];
        assert_eq!(first(&mut needs).map(|need| need.href), Some("/b".to_owned()));
        assert_eq!(needs.iter().map(|need| need.first).collect::<Vec<_>>(), [false, false, true, false]);
        assert!(first(&mut [need(false, "/a")]).is_none());
    }
}
