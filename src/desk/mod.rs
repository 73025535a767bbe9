//! What a person sees first: the work list, a case, the organisation's tasks, a relative's own page. Reads many rooms, decides nothing.

mod about;
mod actions;
mod adopt;
mod agreement;
mod aside;
mod case;
mod cases;
mod coding;
mod compare;
mod completeness;
mod consultation;
mod course;
mod decision;
mod duplicates;
mod evaluation;
mod history;
mod imports;
mod invite;
mod keeping;
mod lanes;
mod letters;
mod level;
mod national;
mod panel_draft;
mod relative_acts;
mod relatives;
mod report;
mod search;
mod tasks;
mod reading;
mod timeline;
mod today;
mod writing;

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    today::routes(routes);
    cases::routes(routes);
    case::routes(routes);
    history::routes(routes);
    invite::routes(routes);
    adopt::routes(routes);
    report::routes(routes);
    writing::routes(routes);
    panel_draft::routes(routes);
    letters::routes(routes);
    decision::routes(routes);
    reading::routes(routes);
    timeline::routes(routes);
    consultation::routes(routes);
    actions::routes(routes);
    tasks::routes(routes);
    relatives::routes(routes);
    relative_acts::routes(routes);
    coding::routes(routes);
    compare::routes(routes);
    level::routes(routes);
    completeness::routes(routes);
    agreement::routes(routes);
    duplicates::routes(routes);
    imports::routes(routes);
    national::routes(routes);
    evaluation::routes(routes);
    keeping::routes(routes);
    search::routes(routes);
    about::routes(routes);
}
