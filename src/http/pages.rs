//! The frame of every page: who is signed in, where one is, in which language; and the page a refusal becomes.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;
use zeroize::Zeroizing;

use super::mend::{self, Mend};
use super::posted::Kept;
use super::{Hooks, Look, Problem, Who, assets};
use crate::access::Role;
use crate::texts::{Language, Words};
use crate::tx::{App, FieldFault, NEUTRAL, Refusal, Refused, Session};

/// A step of the path to a page.
pub struct Crumb {
    /// Where it leads; empty for the page itself.
    pub href: String,
    /// Its name.
    pub text: String,
}

/// What the frame shows.
pub struct Shell {
    /// Texts.
    pub w: Words,
    /// Title of the page.
    pub title: String,
    /// Menu: address, text, whether one is there.
    pub menu: Vec<(&'static str, String, bool)>,
    /// The bureau.
    pub bureau: String,
    /// Name of the person signed in; empty without a session.
    pub name: String,
    /// The role worn.
    pub role: String,
    /// Whether the page is a relative's: a neutral title, a button that leaves at once.
    pub relative: bool,
    /// Whether the page has a button that leaves at once, and a title that tells nothing: a relative's, and those open before anybody signs in.
    pub leaves: bool,
    /// Where leaving leads.
    pub neutral_site: String,
    /// Token for forms.
    pub csrf: String,
    /// The way here.
    pub crumbs: Vec<Crumb>,
    /// An address that draws this page or the one it came from, for the language switch.
    pub path: String,
    /// Whether the bureau is for practice.
    pub practice: bool,
    /// How pages look on this device.
    pub look: Look,
    /// Seconds till the session ends; none without one.
    pub ends_in: Option<i64>,
    /// The hat worn, so that a page never goes on as somebody else.
    pub hat: String,
    /// Today in the bureau's zone, for the foot of printed pages.
    pub today: String,
}

/// The menu of a role (`ux.md` section 2): key of the text and address.
fn menu_of(role: Role) -> &'static [(&'static str, &'static str)] {
    match role {
        Role::Coordinator => &[("/today", "menu-today"), ("/cases", "menu-cases"), ("/actions", "menu-actions"), ("/organisations", "menu-organisations"), ("/people", "menu-people"), ("/library", "menu-library")],
        Role::Secretary => &[("/today", "menu-today"), ("/cases", "menu-cases"), ("/actions", "menu-actions"), ("/library", "menu-library")],
        Role::Chair | Role::PanelMember => &[("/today", "menu-today"), ("/cases", "menu-cases"), ("/library", "menu-library")],
        Role::QualityReviewer => &[("/checks", "checks"), ("/cases", "menu-cases"), ("/library", "menu-library")],
        Role::Contact | Role::Author | Role::Approver => &[("/tasks", "menu-tasks"), ("/library", "menu-library")],
        Role::Relative | Role::Supporter => &[("/mine", "menu-mine")],
        Role::Coder => &[("/coding", "menu-coding"), ("/codebook", "menu-codebook"), ("/library", "menu-library")],
        Role::RegisterManager => &[("/coding", "menu-coding"), ("/cases", "menu-cases"), ("/register", "menu-register"), ("/register/snapshots", "menu-snapshots"), ("/register/requests", "menu-requests"), ("/codebook", "menu-codebook"), ("/library", "menu-library")],
        Role::NationalCoordinator => &[("/national", "proposals"), ("/cases", "menu-cases"), ("/library", "menu-library")],
        Role::Administrator => &[("/people", "menu-people"), ("/organisations", "menu-organisations"), ("/outbox", "menu-outbox"), ("/bureau", "menu-bureau")],
        Role::RecoveryOfficer => &[("/people", "menu-people"), ("/recovery", "menu-recovery"), ("/removals", "removals")],
        Role::Researcher => &[("/register/tables/new", "table-new"), ("/register/tables", "menu-tables"), ("/codebook", "menu-codebook"), ("/register/projects", "menu-projects"), ("/register/requests", "menu-requests")],
        Role::AccessCommittee => &[("/register/projects", "menu-projects"), ("/register/requests", "menu-requests"), ("/codebook", "menu-codebook"), ("/register/public", "register-public")],
        Role::OutputChecker => &[("/register/requests", "menu-requests"), ("/register/tables", "menu-tables"), ("/codebook", "menu-codebook"), ("/register/public", "register-public")],
    }
}

impl Shell {
    /// The key of a form that makes something: sent twice, it makes it once.
    pub fn once(&self) -> String {
        uuid::Uuid::new_v4().simple().to_string()
    }
    /// The frame of somebody signed in.
    pub fn of(who: &Who, session: &Session, name: String, title: impl Into<String>) -> Shell {
        let words = Words { language: who.words.language };
        let entries = session.role.map(menu_of).unwrap_or_default();
        // One entry is where one is: the one whose address says most of the path.
        let here = entries.iter().map(|(href, _)| *href).filter(|href| who.path == *href || who.path.starts_with(&format!("{href}/"))).max_by_key(|href| href.len());
        let menu = entries.iter().map(|(href, key)| (*href, words.t(key), here == Some(*href))).collect();
        Shell {
            w: words, title: title.into(), menu, bureau: session.bureau_name.clone(), name,
            role: session.role.map(|role| words.t(&format!("role-{}", role.code()))).unwrap_or_default(),
            relative: session.role.is_some_and(Role::of_relatives), leaves: session.role.is_some_and(Role::of_relatives), neutral_site: session.neutral_site.clone(), csrf: who.form_token.clone(), crumbs: vec![],
            path: who.here.clone(), practice: session.practice, look: who.look, ends_in: Some(who.ends_in(session)),
            hat: session.membership.map(|hat| hat.to_string()).unwrap_or_default(), today: words.day(&chrono::Utc::now().with_timezone(&session.zone).date_naive()),
        }
    }

    /// The frame of a page without a session.
    pub fn public(who: &Who, title: impl Into<String>) -> Shell {
        Shell {
            w: who.words, title: title.into(), menu: vec![], bureau: String::new(), name: String::new(), role: String::new(), relative: false, leaves: false,
            neutral_site: String::new(), csrf: who.form_token.clone(), crumbs: vec![], path: who.here.clone(), practice: false, look: who.look, ends_in: None, hat: String::new(), today: String::new(),
        }
    }

    /// With the button that leaves at once: for pages a relative sees before they sign in.
    pub fn leaving(mut self) -> Shell {
        if self.name.is_empty() {
            (self.leaves, self.neutral_site) = (true, NEUTRAL.to_owned());
        }
        self
    }

    /// With the way here.
    pub fn under(mut self, crumbs: impl IntoIterator<Item = (String, String)>) -> Shell {
        self.crumbs = crumbs.into_iter().map(|(href, text)| Crumb { href, text }).collect();
        self.crumbs.push(Crumb { href: String::new(), text: self.title.clone() });
        self
    }

    /// A page below this one: the way here leads on to it, and back to this one's address.
    pub fn below(mut self, here: String, title: String) -> Shell {
        if let Some(last) = self.crumbs.last_mut() {
            last.href = here;
        }
        self.crumbs.push(Crumb { href: String::new(), text: title.clone() });
        self.title = title;
        self
    }

    /// Keys and what they do: single keys where chosen, the last three always (`ux.md` section 7).
    pub fn shortcuts(&self) -> Vec<(Vec<&'static str>, String)> {
        let list: [(&[&str], &str); 10] = [
            (&["g", "v"], "menu-today"), (&["g", "z"], "menu-cases"), (&["/"], "key-search"), (&["j"], "key-next-row"), (&["k"], "key-row-before"), (&["Enter"], "key-open"), (&["?"], "keys"),
            (&["Ctrl", "Enter"], "key-main-button"), (&["Ctrl", "S"], "save"), (&["Esc"], "key-close"),
        ];
        list.into_iter().map(|(keys, text)| (keys.to_vec(), self.w.t(text))).collect()
    }

    /// Address of a style or script.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// The other languages.
    pub fn languages(&self) -> Vec<(&'static str, &'static str)> {
        Language::ALL.into_iter().filter(|language| *language != self.w.language).map(|language| match language {
            Language::Nl => ("nl", "Nederlands"),
            Language::En => ("en", "English"),
            Language::Pap => ("pap", "Papiamentu"),
        }).collect()
    }
}

/// The token of the caller's forms.
pub fn csrf_of(who: &Who) -> String {
    who.form_token.clone()
}

/// A drawn page.
///
/// # Errors
/// `server-error` when a template fails, which the build all but excludes.
pub fn page(template: &impl Template) -> Result<HttpResponse, Problem> {
    let html = template.render().map_err(|why| Problem::from(Refused::Internal(why.to_string())))?;
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html))
}

/// A drawn page; where it tells what is wrong with a form, it says so in its status too.
///
/// # Errors
/// As [`page`].
pub fn page_or_refused(template: &impl Template, refused: bool) -> Result<HttpResponse, Problem> {
    let mut answer = page(template)?;
    if refused {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

/// On to another page, after a form.
pub fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    shell: Shell,
    text: String,
    kind: String,
    /// What is at fault: the field as programs know it, where it is mended here, the field in words, and why.
    faults: Vec<(String, String, String, String)>,
    missing: Vec<(String, String)>,
    /// The fields of the form that was refused, and whether what is at fault can be mended here; else only on the page it came from.
    fields: Vec<Mend>,
    mendable: bool,
    /// The page the form came from; empty where it is the start.
    from: String,
    back: String,
    /// Whether it asks to confirm who one is.
    asks: bool,
    /// The bureau's number, where something broke and it is known.
    phone: String,
    /// What was typed, so that it is not lost: shown for copying and posted again.
    kept: Vec<(String, String)>,
    /// What of it is a person's own words.
    shown: Vec<String>,
    again: String,
    /// What to quote when something broke here; empty otherwise.
    reference: String,
}

/// What is refused for another reason than what was typed: it is sent again as it is.
const AS_IT_IS: [&str; 6] = ["step-up", "too-many", "busy-try-again", "other-site", "not-found", "reflection-incomplete"];

/// What somebody typed into a form posted to a path, without what a page carries along or lets choose and without secrets.
pub fn typed(path: &str, kept: &[(String, String)], forms: &form::Forms) -> Vec<String> {
    let carried = |name: &str| name.starts_with('_') || matches!(name, "do" | "version" | "revision" | "to" | "id" | "hat" | "passphrase" | "code");
    kept.iter().filter(|(name, value)| !carried(name) && !value.trim().is_empty() && uuid::Uuid::parse_str(value).is_err() && !mend::was_chosen(path, name, value, forms)).map(|(_, value)| value.clone()).collect()
}

/// A refusal as a page. Without a session the way leads to sign-in, and what was typed is parked for its author.
pub(super) async fn problem(app: &App, hooks: &Hooks, who: &Who, problem: &Problem, kept: Option<Kept>, handle: Option<Zeroizing<Vec<u8>>>, reading: bool) -> HttpResponse {
    let (fields, whole): (Vec<(String, String)>, bool) = kept.map(|kept| (kept.fields, kept.whole)).unwrap_or_default();
    if problem.kind == "no-session" {
        let mut parked = false;
        if let (true, Some(handle)) = (whole, handle) {
            parked = (hooks.park)(app.clone(), handle, who.path.clone(), fields).await;
        }
        let to = if reading { format!("/sign-in?to={}", urlencode(&who.path)) } else if parked { "/sign-in?parked=yes".into() } else { "/sign-in".into() };
        return see_other(&to);
    }
    if problem.kind == "locked" {
        // What was typed waits behind the lock, like what came after the session's end.
        if let (true, Some(handle)) = (whole, handle) {
            (hooks.park)(app.clone(), handle, who.path.clone(), fields).await;
        }
        return see_other(&format!("/unlock?to={}", urlencode(if reading { &who.path } else { "/" })));
    }
    // Who was asked to take part in a case answers first, on its first page.
    if let (true, "accept-first", Some(rest)) = (reading, problem.kind.as_str(), who.path.strip_prefix("/cases/")) {
        return see_other(&format!("/cases/{}", rest.split('/').next().unwrap_or_default()));
    }
    // Who came in without the authenticator sets up another before anything else opens; what was typed waits behind it.
    if problem.kind == "set-up-first" {
        if let (true, Some(handle)) = (whole, handle) {
            (hooks.park)(app.clone(), handle, who.path.clone(), fields).await;
        }
        return see_other("/account/authenticator");
    }
    // The account page asks which hat.
    if problem.kind == "no-hat" && reading {
        return see_other("/account");
    }
    let own = who.words.t(&format!("problem-title-{}", problem.kind));
    let title = if own.starts_with("problem-title-") { who.words.t("problem-title") } else { own };
    let broken = problem.status >= 500;
    let (shell, phone) = match app.run_as(who.caller(), move |tx| Ok((tx.own_name()?, if broken { tx.bureau_phone()? } else { String::new() }))).await {
        Ok(((name, phone), session)) => (Shell::of(who, &session, name, title), phone),
        Err(why) => {
            let why: Refused = why;
            tracing::debug!(kind = why.kind(), "a problem page without a session");
            (Shell::public(who, title), String::new())
        }
    };
    let words = shell.w;
    let mut reference = String::new();
    if broken {
        reference = uuid::Uuid::new_v4().simple().to_string()[..8].to_uppercase();
        tracing::error!(%reference, kind = problem.kind, "shown to somebody");
    }
    // Whoever mistyped while confirming who they are is asked once more, and goes on where they were going.
    let confirming = who.path == "/step-up";
    let back = fields.iter().find(|(name, _)| confirming && name == "to").map_or_else(|| who.here.clone(), |(_, to)| to.clone());
    let asks = problem.kind == "step-up" || confirming && problem.status < 500;
    let kept = if whole { fields } else { vec![] };
    let parts = app.parts();
    let form = kept.iter().find(|(name, _)| name == mend::FORM).and_then(|(_, id)| parts.config.forms.get(id));
    let edits = whole && !broken && !asks && !AS_IT_IS.contains(&problem.kind.as_str());
    let (mut fields, mendable) = if edits { mend::fields(&problem.faults, &kept, form, &words) } else { (vec![], false) };
    let mendable = mend::carry_chosen(&mut fields, &who.path, &parts.config.forms, &words) && mendable;
    for field in &mut fields {
        if let Some(key) = mend::asked_as(&who.path, &field.name) {
            field.label = words.t(key);
        }
    }
    let typed = |field: &Mend| !field.carried && field.options.is_empty() && !field.value.trim().is_empty() && !mend::was_chosen(&who.path, &field.name, &field.value, &parts.config.forms);
    let shown = if mendable { fields.iter().filter(|field| typed(field)).map(|field| field.value.clone()).collect() } else { self::typed(&who.path, &kept, &parts.config.forms) };
    let from = if reading || who.here == "/" || asks { String::new() } else { who.here.clone() };
    let place = |fault: &FieldFault| if mendable { mend::place_of(fault, &fields) } else { String::new() };
    let called = |fault: &FieldFault| mend::asked_as(&who.path, &fault.field).map_or_else(|| mend::label(&fault.field, form, &words), |key| words.t(key));
    let faults = problem.faults.iter().map(|fault| (fault.field.clone(), place(fault), called(fault), fault.text(&words))).collect();
    let drawn = ProblemPage {
        text: problem.text(&words), kind: problem.kind.clone(), fields, mendable, from, faults,
        missing: problem.missing_texts(&words), back, asks, phone, shown, kept, again: who.path.clone(), reference, shell,
    };
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponseBuilder::new(status);
    if let Some(seconds) = problem.wait() {
        answer.insert_header((header::RETRY_AFTER, seconds));
    }
    answer.content_type("text/html; charset=utf-8").body(drawn.render().unwrap_or_default())
}

/// A path as a query value.
pub fn urlencode(text: &str) -> String {
    serde_urlencoded::to_string([("q", text)]).unwrap_or_default().trim_start_matches("q=").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_not_shown_as_typed_and_a_typed_word_is() {
        let mut files = vec![];
        for entry in std::fs::read_dir("config/forms").expect("the forms") {
            let path = entry.expect("a form").path();
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            files.push((name, std::fs::read_to_string(&path).expect("a text")));
        }
        let forms = form::Forms::load(files).expect("the forms");
        let shown = |path: &str, name: &str, value: &str| !typed(path, &[(name.to_owned(), value.to_owned())], &forms).is_empty();
        // Codes, in the form of a page and in one of the program.
        for (path, name, value) in [
            ("/tasks/x/answer", "answer", "accept"), ("/tasks/x/answer", "reason", "strafzaak"), ("/register/duplicates", "reason", "same_people"), ("/rooms/x/chronology-entry/new", "certainty", "exact"),
            ("/cases/x/relatives", "side", "victim"), ("/cases/new", "fatal", "true"), ("/relatives/x/supporter", "scope", "read"),
        ] {
            assert!(!shown(path, name, value), "{path} {name} {value}");
        }
        // A word of somebody's own, also where a page elsewhere lets choose under that name.
        for (path, name, value) in [
            ("/rooms/x/reflection/new", "role", "Politie"), ("/cases/x/organisations/y/recall", "reason", "vergissing"), ("/tasks/x/return", "remarks", "exact"),
        ] {
            assert!(shown(path, name, value), "{path} {name} {value}");
        }
    }

    #[test]
    fn what_a_page_carries_along_and_secrets_are_not_shown_as_typed() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let kept = [
            field("_part", "role"), field("version", "3"), field("hat", "x"), field("passphrase", "vijf losse woorden"), field("code", "123456"), field("empty", " "),
            field("organisation", "0192f3a4-7c1e-7000-8000-1a2b3c4d5e6f"), field("facts", "Wat ik typte"), field("name", "Jo"),
        ];
        assert_eq!(typed("/tasks/x/correct", &kept, &form::Forms::default()), ["Wat ik typte", "Jo"]);
    }
}
