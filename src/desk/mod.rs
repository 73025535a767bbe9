//! What a person sees first: the work list, a case, the organisation's tasks, a relative's own page. Reads many rooms, decides nothing.

mod about;
mod case;
mod cases;
mod coding;
mod completeness;
mod course;
mod duplicates;
mod evaluation;
mod imports;
mod lanes;
mod national;
mod relatives;
mod tasks;
mod timeline;
mod today;

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    today::routes(routes);
    cases::routes(routes);
    case::routes(routes);
    timeline::routes(routes);
    tasks::routes(routes);
    relatives::routes(routes);
    coding::routes(routes);
    completeness::routes(routes);
    duplicates::routes(routes);
    imports::routes(routes);
    national::routes(routes);
    evaluation::routes(routes);
    about::routes(routes);
}
