//! The network: who a request comes from, routes, problems, headers. Handlers parse and render; use cases decide.
//!
//! Browsers carry three `__Host-` cookies (access, refresh, unlock), programs a bearer token and an unlock secret in a header;
//! both come from the same sign-in (ruling 35). An expired access token with a live refresh token is renewed within the request,
//! and a form that comes too late is parked: no body is lost (ruling 36).

mod answers;
mod assets;
mod body;
mod frame;
mod headers;
mod limits;
mod look;
mod mend;
mod ours;
mod pages;
mod posted;
mod problem;
mod qr;
mod query;
mod repeats;
mod reads;
mod routes;
mod server;
mod strict;
mod token;
mod typed_code;
mod upload;
mod who;

pub use answers::{Begun, Created, Nothing, Replies, Reply, Tells, Versioned, begun, json, json_created, json_version, nothing};
pub(crate) use answers::shape;
pub use body::{Body, IfMatch, IfSeen};
pub use frame::framed;
pub use limits::Limits;
pub use look::Look;
pub use ours::ours;
pub use pages::{Crumb, Shell, csrf_of, page, page_or_refused, see_other, typed};
pub use posted::{KEPT, Posted};
pub use problem::Problem;
pub use repeats::CHANGED;
pub use qr::qr;
pub use query::Query;
pub use reads::{Asked, Reads};
pub use routes::{RouteInfo, Routes, open_api};
#[cfg(test)]
pub(crate) use routes::split;
pub use server::{Hooks, Renewed, Settings, serve};
pub use token::{Bearer, Keys};
pub use typed_code::{forget_code, keep_code, kept_code};
pub use upload::Upload;
pub use pages::urlencode;
pub use who::{LANGUAGE, Presented, Who, signed_in, signed_out, unlocked};
