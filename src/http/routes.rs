//! One list of routes: the server, the API description and the role matrix are all taken from it (I-16).

use actix_web::dev::{HttpServiceFactory, ServiceFactory};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{Handler, FromRequest, Responder, web};
use serde_json::{Map, Value, json};

use super::{Asked, Reads, Tells, who};
use crate::access::{Act, Role};

/// What stands in the API description and the matrix about a route.
#[derive(Clone, Debug)]
pub struct RouteInfo {
    /// GET, POST, PUT, DELETE.
    pub method: &'static str,
    /// The path, with `{names}`.
    pub path: &'static str,
    /// The act that decides who may; none for open routes and those any session has.
    pub act: Option<&'static Act>,
    /// Whether it answers without a session.
    pub open: bool,
    /// What it does, in one English sentence.
    pub says: &'static str,
    /// What it reads: body, query, headers.
    pub reads: fn(&mut Asked),
    /// What it answers.
    pub tells: fn(&mut Asked),
    /// The words a part of its path may be, by its name, where they are few.
    pub words: Vec<(&'static str, Vec<&'static str>)>,
}

/// The routes of a server, being collected.
#[derive(Default)]
pub struct Routes {
    infos: Vec<RouteInfo>,
    handlers: Vec<(&'static str, actix_web::Route)>,
}

impl Routes {
    /// None yet.
    pub fn new() -> Routes {
        Routes::default()
    }

    fn add<F, A>(&mut self, info: RouteInfo, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + Reads + 'static,
        F::Output: Responder + Tells + 'static,
    {
        let route = match info.method {
            "POST" => web::post(),
            "PUT" => web::put(),
            "DELETE" => web::delete(),
            _ => web::get(),
        };
        // Asked before the body is looked at: who has no session learns nothing of a route's shape. A page's form is read first: what
        // was typed after the session ended is parked, not lost.
        let route = match (info.open, info.path.starts_with("/api/")) {
            (true, _) => route.to(handler),
            (false, true) => route.to(handler).wrap(from_fn(who::session_wanted)),
            (false, false) => route.to(handler).wrap(from_fn(who::session_wanted_after_reading)),
        };
        self.handlers.push((info.path, route));
        self.infos.push(info);
    }

    /// A route whose act decides who may.
    pub fn act<F, A>(&mut self, method: &'static str, path: &'static str, act: &'static Act, says: &'static str, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + Reads + 'static,
        F::Output: Responder + Tells + 'static,
    {
        self.add(RouteInfo { method, path, act: Some(act), open: false, says, reads: A::reads, tells: F::Output::tells, words: vec![] }, handler);
    }

    /// A route for anybody with a session; it shows or changes only what is their own, or what the policies let them see.
    pub fn own<F, A>(&mut self, method: &'static str, path: &'static str, says: &'static str, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + Reads + 'static,
        F::Output: Responder + Tells + 'static,
    {
        self.add(RouteInfo { method, path, act: None, open: false, says, reads: A::reads, tells: F::Output::tells, words: vec![] }, handler);
    }

    /// A route that answers without a session.
    pub fn open<F, A>(&mut self, method: &'static str, path: &'static str, says: &'static str, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + Reads + 'static,
        F::Output: Responder + Tells + 'static,
    {
        self.add(RouteInfo { method, path, act: None, open: true, says, reads: A::reads, tells: F::Output::tells, words: vec![] }, handler);
    }

    /// Says of the route just added which words a part of its path may be.
    pub fn one_of(&mut self, part: &'static str, words: &[&'static str]) {
        if let Some(info) = self.infos.last_mut() {
            info.words.push((part, words.to_vec()));
        }
    }

    /// What is said of each.
    pub fn infos(&self) -> &[RouteInfo] {
        &self.infos
    }

    /// Hands them to the server. Every path with a parameter costs each worker a compiled pattern and each request a try: those that begin
    /// alike up to their first parameter stand under one, and most of them need no further pattern. Paths without a parameter come first, so
    /// that none is taken for the value of one.
    pub fn install(self, config: &mut web::ServiceConfig) {
        let mut by_path: Vec<(&'static str, actix_web::Resource)> = vec![];
        for (path, route) in self.handlers {
            match by_path.iter().position(|(other, _)| *other == path) {
                Some(at) => {
                    let (path, resource) = by_path.remove(at);
                    by_path.push((path, resource.route(route)));
                }
                None => by_path.push((path, web::resource(split(path).map_or(path, |(_, rest)| rest)).route(route))),
            }
        }
        let mut under: Vec<(&'static str, actix_web::Scope)> = vec![];
        for (path, resource) in by_path {
            let Some((begin, _)) = split(path) else {
                serviced(config, resource);
                continue;
            };
            let at = under.iter().position(|(other, _)| *other == begin);
            let (begin, scope) = at.map_or_else(|| (begin, web::scope(begin)), |at| under.remove(at));
            under.push((begin, scope.service(factory(resource))));
        }
        for (_, scope) in under {
            config.service(scope);
        }
    }
}

/// What the layer around the handlers knows of all routes, each path in its parts.
pub(super) struct Known {
    /// Addresses that draw a page.
    pages: Vec<Vec<&'static str>>,
    /// Who may do what stands behind a route.
    acts: Vec<(&'static str, Vec<&'static str>, &'static [Role])>,
}

/// Whether a path is one of a route's.
fn fits(route: &[&str], path: &[&str]) -> bool {
    route.len() == path.len() && route.iter().zip(path).all(|(want, is)| want == is || want.starts_with('{') && want.ends_with('}') && !is.is_empty())
}

impl Known {
    pub(super) fn of(infos: &[RouteInfo]) -> Known {
        let parts = |info: &RouteInfo| info.path.split('/').collect();
        let pages = infos.iter().filter(|info| info.method == "GET" && !info.path.starts_with("/api/")).map(parts).collect();
        let acts = infos.iter().filter_map(|info| Some((info.method, parts(info), info.act?.by))).collect();
        Known { pages, acts }
    }

    /// The nearest page at or above a path; the start, where there is none.
    pub(super) fn page_above<'a>(&self, path: &'a str) -> &'a str {
        let mut rest = path;
        while !rest.is_empty() {
            let parts: Vec<&str> = rest.split('/').collect();
            if self.pages.iter().any(|page| fits(page, &parts)) {
                return rest;
            }
            rest = rest.rsplit_once('/').map_or("", |(above, _)| above);
        }
        "/"
    }

    /// Who may do what stands behind a path; nobody where its act names no roles. A path without parameters goes before one with.
    pub(super) fn who_may(&self, method: &Method, path: &str) -> &'static [Role] {
        let parts: Vec<&str> = path.split('/').collect();
        let found = self.acts.iter().filter(|(how, route, _)| *how == method.as_str() && fits(route, &parts)).min_by_key(|(_, route, _)| route.iter().filter(|part| part.starts_with('{')).count());
        found.map_or(&[], |(_, _, by)| *by)
    }
}

/// A path up to its first parameter, and the rest; none where there is no parameter, or one that is not a whole part of the path.
pub(crate) fn split(path: &'static str) -> Option<(&'static str, &'static str)> {
    let open = path.find('{')?;
    let end = path.get(open..)?.find('/').map_or(path.len(), |more| open + more);
    let (begin, rest) = path.split_at_checked(end)?;
    begin.ends_with('}').then_some((begin, rest))
}

fn factory(made: impl HttpServiceFactory + 'static) -> impl HttpServiceFactory + 'static {
    made
}

fn serviced(config: &mut web::ServiceConfig, resource: actix_web::Resource<impl ServiceFactory<actix_web::dev::ServiceRequest, Config = (), Response = actix_web::dev::ServiceResponse, Error = actix_web::Error, InitError = ()> + 'static>) {
    config.service(factory(resource));
}

const ABOUT: &str = "Case management for HG-reviews. Dates are ISO 8601; ids are made by the server; errors are problem details (RFC 9457). Members are \
    camelCase, but inside `answers`: those are a form's own fields, in snake_case, as in its definition and in the codebook. Lists that may grow long \
    come a page at a time: `next` is what `cursor` wants for the page after, none on the last, and `before` for the page before. What can be edited answers with `ETag`; a change \
    wants that value back in `If-Match`: 428 without it, 412 with the version now when somebody saved in between. A creating call may carry \
    `Idempotency-Key`: repeated within a day, it happens once and answers alike.";

/// The description of the API (OpenAPI 3.1), from the same list the server runs on.
pub fn open_api(infos: &[RouteInfo]) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for info in infos.iter().filter(|info| info.path.starts_with("/api/")) {
        let mut asked = Asked::default();
        (info.reads)(&mut asked);
        (info.tells)(&mut asked);
        // Pages and files say nothing of their shape.
        let (status, reply) = asked.reply.as_ref().map_or_else(|| ("2XX".to_owned(), json!({ "description": "A file" })), |reply| (reply.status.to_string(), reply.described()));
        let mut parameters: Vec<Value> = info.path.split('{').skip(1).filter_map(|part| part.split('}').next())
            .map(|name| {
                let name = name.split(':').next().unwrap_or(name);
                let words = info.words.iter().find(|(part, _)| *part == name).map(|(_, words)| words);
                let schema = words.map_or_else(|| json!({ "type": "string" }), |words| json!({ "type": "string", "enum": words }));
                json!({ "name": name, "in": "path", "required": true, "schema": schema })
            }).collect();
        parameters.append(&mut asked.parameters);
        let mut operation = json!({
            "summary": info.says,
            "operationId": format!("{} {}", info.method.to_lowercase(), info.path),
            "parameters": parameters,
            "responses": {
                (status): reply,
                "default": { "description": "A problem (RFC 9457)", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } },
            },
            "security": if info.open { json!([]) } else { json!([{ "bearer": [], "unlock": [] }]) },
        });
        if let (Some(schema), Some(map)) = (asked.body, operation.as_object_mut()) {
            map.insert("requestBody".into(), json!({ "required": true, "content": { "application/json": { "schema": schema } } }));
        }
        if let (true, Some(map)) = (asked.file, operation.as_object_mut()) {
            map.insert("requestBody".into(), json!({ "required": true, "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } } }));
        }
        if let (Some(act), Some(map)) = (info.act, operation.as_object_mut()) {
            map.insert("x-act".into(), act.name.into());
            map.insert("x-roles".into(), act.by.iter().map(|role| Value::from(role.code())).collect::<Vec<_>>().into());
            map.insert("x-step-up".into(), act.step_up.into());
        }
        let at = paths.entry(info.path.to_owned()).or_insert_with(|| json!({}));
        if let Some(at) = at.as_object_mut() {
            at.insert(info.method.to_lowercase(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Lering", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT },
        "paths": paths,
        "components": { "schemas": { "Problem": Asked::default().answer_shape::<super::problem::Told>() }, "securitySchemes": {
            "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            "unlock": { "type": "apiKey", "in": "header", "name": "X-Lering-Unlock" },
        } },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_takes_forms_leads_to_the_page_above_it() {
        let page = |path| RouteInfo { method: "GET", path, act: None, open: false, says: "", reads: |_| {}, tells: |_| {}, words: vec![] };
        let known = Known::of(&[page("/"), page("/people"), page("/cases/{case}"), page("/cases/{case}/invite"), page("/library/{report}.pdf"), page("/api/v1/hats")]);
        for (posted, drawn) in [("/people/invite", "/people"), ("/cases/7/terms/8/extend", "/cases/7"), ("/cases/7/invite", "/cases/7/invite"), ("/passages/7/reply", "/"), ("/api/v1/hats/7/confirm", "/"), ("/", "/")] {
            assert_eq!(known.page_above(posted), drawn, "{posted}");
        }
    }

    #[test]
    fn who_may_is_found_by_the_path() {
        static OWN: Act = Act { name: "a.own", within: crate::access::Kind::System, by: &[Role::Chair], step_up: false };
        static NEW: Act = Act { name: "a.new", within: crate::access::Kind::System, by: &[Role::Coordinator], step_up: false };
        let route = |path, act| RouteInfo { method: "POST", path, act: Some(act), open: false, says: "", reads: |_| {}, tells: |_| {}, words: vec![] };
        let known = Known::of(&[route("/cases/{case}", &OWN), route("/cases/new", &NEW), route("/cases/{case}/parties", &NEW)]);
        for (path, by) in [("/cases/new", NEW.by), ("/cases/7", OWN.by), ("/cases/7/parties", NEW.by), ("/cases/7/other", &[][..])] {
            assert_eq!(known.who_may(&Method::POST, path), by, "{path}");
        }
        assert!(known.who_may(&Method::GET, "/cases/new").is_empty());
    }

    #[test]
    fn a_path_is_split_after_its_first_whole_parameter() {
        assert_eq!(split("/cases/{case}/terms/{term}/extend"), Some(("/cases/{case}", "/terms/{term}/extend")));
        assert_eq!(split("/cases/{case}"), Some(("/cases/{case}", "")));
        assert_eq!(split("/cases/new"), None);
        assert_eq!(split("/library/{report}.pdf"), None, "else it would be taken for a report of that name");
    }
}
