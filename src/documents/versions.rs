//! What somebody wrote before: the earlier versions of one's own words, for a relative and for an organisation.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::{DateTime, Utc};

use super::api::sheet;
use super::around::{around, by_part};
use super::pages::{ReadPage, lang};
use crate::access::Kind;
use crate::forms::{self, Sheet};
use crate::http::{Problem, Routes, Shell, Who, page};
use crate::ids::{CompartmentId, ItemId};
use crate::tx::{App, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/rooms/{compartment}/{form}/{item}/versions", "The versions of a document of one's own", list);
    routes.own("GET", "/rooms/{compartment}/{form}/{item}/versions/{version}", "What a document said before", one);
}

/// Whether a place keeps its owners' own words: those alone show what they were.
pub(super) fn of_owners(tx: &mut Tx, within: CompartmentId) -> Result<bool, Refused> {
    let own = tx.session()?.role.is_some_and(|role| role.of_organisation() || role.of_relatives());
    Ok(own && matches!(crate::compartments::kind_of(tx, within)?.0, Kind::Kin | Kind::Reflection))
}

/// The versions of a document, for those whose own words it holds.
pub(super) fn of(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, item: ItemId) -> Result<Vec<(i32, DateTime<Utc>)>, Refused> {
    if !of_owners(tx, within)? {
        return Err(Refused::NotFound);
    }
    forms::versions(tx, sheet, within, item)
}

#[derive(Template)]
#[template(path = "documents/versions.html")]
struct VersionsPage {
    shell: Shell,
    here: String,
    /// Number, in words, whether it is the one of now.
    versions: Vec<(i32, String, bool)>,
}

async fn list(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>) -> Result<HttpResponse, Problem> {
    let (within, form, item) = path.into_inner();
    let document = format!("/rooms/{within}/{form}/{item}");
    let words = who.words;
    let ((name, title, versions, around), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        let versions = of(tx, sheet, within, item)?;
        Ok((tx.own_name()?, forms::definition(tx, &form)?.title.get(lang(words.language)).to_owned(), versions, around(tx, within, &form, &words)?))
    }).await?;
    let last = versions.iter().map(|(number, _)| *number).max().unwrap_or_default();
    let versions = versions.into_iter().map(|(number, at)| {
        let said = words.with("version-at", &[("number", &number.to_string()), ("at", &words.moment(&at, &session.zone))]);
        (number, said, number == last)
    }).collect();
    let mut way = around.way;
    way.push((document.clone(), title));
    page(&VersionsPage { shell: Shell::of(&who, &session, name, words.t("versions")).under(way), here: format!("{document}/versions"), versions })
}

async fn one(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId, i32)>) -> Result<HttpResponse, Problem> {
    let (within, form, item, version) = path.into_inner();
    let list = format!("/rooms/{within}/{form}/{item}/versions");
    let words = who.words;
    let ((name, definition, document, around), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let sheet = sheet(tx, within, &form)?;
        if !of_owners(tx, within)? {
            return Err(Refused::NotFound);
        }
        Ok((tx.own_name()?, forms::definition(tx, &form)?, forms::open_version(tx, sheet, within, item, version)?, around(tx, within, &form, &words)?))
    }).await?;
    let title = words.with("version-at", &[("number", &version.to_string()), ("at", &words.moment(&document.written_at, &session.zone))]);
    let mut way = around.way;
    way.push((list, words.t("versions")));
    let shell = Shell::of(&who, &session, name, title).under(way);
    let parts = by_part(&definition, &document.answers, &app.parts().config.lists(), &shell.w);
    page(&ReadPage::of(shell, parts, around.by))
}
