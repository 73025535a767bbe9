//! Whatever a page makes, it makes once: every form whose second press would make a second thing carries a key of the page it stands on.

use std::path::Path;

/// Signing in, locks and settings of one's own: said again they are the same, or the one before makes place.
const OWN: [&str; 24] = [
    "/account/authenticator", "/account/authenticator/confirm", "/account/code", "/account/code/check", "/account/hat", "/account/join", "/account/language", "/account/look",
    "/account/passphrase", "/account/reach", "/account/sessions/end", "/account/sessions/others", "/lock", "/unlock", "/typing", "/step-up", "/sign-in", "/sign-in/lost",
    "/sign-out", "/sign-out-everywhere", "/welcome", "/welcome/finish", "/notices/read", "/parked/back",
];
/// A second press finds it done, or says the same again of the same thing.
const SETTLES: [&str; 84] = [
    "/parked/discard", "/actions/{recommendation}/approver", "/bureau", "/cases/{case}/accept", "/cases/{case}/actions/owner", "/cases/{case}/adopt/{what}/{item}",
    "/cases/{case}/close", "/cases/{case}/consultation/no-answer", "/cases/{case}/consultation/settle", "/cases/{case}/evidence/end",
    "/cases/{case}/facts/{fact}/take-back", "/cases/{case}/known-organisations/{known}/decision", "/cases/{case}/organisations/{reflection}/contact",
    "/cases/{case}/organisations/{reflection}/go-on", "/cases/{case}/organisations/{reflection}/postpone", "/cases/{case}/organisations/{reflection}/recall",
    "/cases/{case}/panel-draft/settle", "/cases/{case}/people/end", "/cases/{case}/proposals/{proposal}/withdraw", "/cases/{case}/published/take-down",
    "/cases/{case}/removals/carry-out", "/cases/{case}/removals/withdraw", "/cases/{case}/report/name-check", "/cases/{case}/report/reason",
    "/cases/{case}/report/replace", "/cases/{case}/sources/{source}/drop", "/cases/{case}/steps/{step}", "/cases/{case}/take-on",
    "/cases/{case}/thematic-requests/{source}/nothing", "/cases/{case}/theme", "/cases/{case}/timeline/patterns/drop", "/coding/{record}/close/now",
    "/coding/{record}/codebook/newest", "/coding/{record}/compare", "/coding/{record}/final/{slot}", "/coding/{record}/level/{level}", "/coding/{record}/reopen/now",
    "/loans/{hat}/end", "/national/{proposal}", "/organisations/successor", "/outbox/again", "/people/confirm", "/people/end", "/people/recall", "/recovery",
    "/register/duplicates", "/register/imports", "/register/imports/{import}", "/register/past-cases/codebook", "/register/projects/{project}/changes/{change}",
    "/register/projects/{project}/hand-in", "/register/projects/{project}/outcomes", "/register/projects/{project}/people/{hat}/end", "/register/projects/{project}/sign",
    "/register/projects/{project}/vote", "/register/projects/{project}/withdraw", "/register/requests/{request}", "/register/scripts/cost",
    "/relatives/{relative}/answer/{question}", "/relatives/{relative}/decision", "/relatives/{relative}/deputy", "/relatives/{relative}/end-member",
    "/relatives/{relative}/freeze", "/relatives/{relative}/hold/{how}", "/relatives/{relative}/naming", "/relatives/{relative}/pass-on/{passage}",
    "/relatives/{relative}/recovery-choice", "/relatives/{relative}/until", "/relatives/{relative}/withdraw", "/relatives/{relative}/wordings/{wording}/answer",
    "/relatives/{relative}/wordings/{wording}/take", "/removals/confirm", "/removals/refuse", "/tasks/{reflection}/answer", "/tasks/{reflection}/approve",
    "/tasks/{reflection}/confirm", "/tasks/{reflection}/release", "/tasks/{reflection}/replace", "/tasks/{reflection}/return", "/tasks/{reflection}/submit",
    "/tasks/{reflection}/thematic-requests/{proposed}/agree", "/tasks/{reflection}/thematic-requests/{proposed}/decline", "/tasks/{reflection}/withdraw",
    "/told/{compartment}",
];
/// What is saved carries the version it was typed over, or is kept while one types.
const SAVES: [&str; 8] = [
    "/cases/{case}/report/sections/{section}", "/cases/{case}/report/sections/{section}/draft", "/cases/{case}/report/sections/{section}/drop",
    "/rooms/{compartment}/{form}/new/draft", "/rooms/{compartment}/{form}/{item}", "/rooms/{compartment}/{form}/{item}/draft",
    "/rooms/{compartment}/{form}/{item}/draft/drop", "/rooms/{compartment}/{form}/{item}/remove",
];
/// Forms whose address is made elsewhere: they carry a key wherever they lead.
const ANYWHERE: [&str; 5] = ["desk/confirm.html", "desk/evaluation.html", "desk/step.html", "documents/form.html", "desk/action.html"];

fn pages(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { pages(&path, found) } else { found.push((path.strip_prefix("web/templates").unwrap().to_str().unwrap().replace('\\', "/"), std::fs::read_to_string(&path).unwrap())) }
    }
}

/// An address as it stands in a page, with a sign for each part that is filled in.
fn filled(action: &str) -> String {
    let mut rest = action;
    let mut whole = String::new();
    while let Some((before, after)) = rest.split_once("{{") {
        whole.push_str(before);
        whole.push('*');
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    whole.push_str(rest);
    whole
}

fn fits(route: &str, action: &str) -> bool {
    let (route, action): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), action.split('?').next().unwrap_or_default().split('/').collect());
    route.len() == action.len() && route.iter().zip(&action).all(|(want, is)| want.starts_with('{') || want == is)
}

#[test]
fn every_form_that_makes_something_carries_its_key() {
    let kept = std::fs::read_to_string("tests/matrix/routes.txt").unwrap();
    let posts: Vec<&str> = kept.lines().filter(|line| line.starts_with("POST")).filter_map(|line| line.split_whitespace().nth(1)).filter(|path| !path.starts_with("/api/")).collect();
    let known: Vec<&str> = OWN.iter().chain(&SETTLES).chain(&SAVES).copied().collect();
    let gone: Vec<&&str> = known.iter().filter(|path| !posts.contains(path)).collect();
    assert!(gone.is_empty(), "no such page takes forms any more: {gone:?}");
    let making: Vec<&str> = posts.iter().filter(|path| !known.contains(path)).copied().collect();
    assert!(making.len() > 50, "{}", making.len());
    let mut found = vec![];
    pages(Path::new("web/templates"), &mut found);
    let (mut lacking, mut drawn) = (vec![], std::collections::BTreeSet::new());
    for (page, text) in &found {
        for form in text.split("<form").skip(1).filter_map(|rest| rest.split("</form").next()).filter(|form| form.contains("method=\"post\"")) {
            // A form that asks first and makes afterwards has two addresses: the one it is posted to counts.
            let head = form.split("method=\"post\"").nth(1).unwrap_or_default();
            let action = filled(head.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default());
            let makes: Vec<&str> = making.iter().filter(|route| fits(route, &action)).copied().collect();
            drawn.extend(makes.iter().copied());
            let wants = !makes.is_empty() || ANYWHERE.contains(&page.as_str()) && matches!(action.as_str(), "*" | "/actions/*/*");
            if wants && !form.contains("name=\"_once\"") {
                lacking.push(format!("{page}: {action}"));
            }
        }
    }
    assert!(lacking.is_empty(), "a second press makes a second one; give the form `shell.once()`, or say above why it makes nothing twice: {lacking:#?}");
    // What no page names in full is posted to by one of the forms above whose address is made elsewhere.
    let elsewhere = ["/cases/{case}/evaluation", "/cases/{case}/publish", "/relatives/{relative}/evaluation", "/rooms/{compartment}/{form}/new", "/actions/{recommendation}/response", "/actions/{recommendation}/update"];
    let undrawn: Vec<&str> = making.iter().filter(|route| !drawn.contains(*route) && !elsewhere.contains(route)).copied().collect();
    assert!(undrawn.is_empty(), "no page has this form: {undrawn:?}");
}
