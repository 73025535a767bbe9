//! An invitation code typed before signing in: it waits in this browser, where no script and no other site reads it, and in no address.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::who::{CODE, secret_cookie};

/// As long as a code that was typed waits for its account to be made (`sec.begin_enrolment`).
const MINUTES: i64 = 30;

/// Keeps a code, and the second one where there is one, till its owner has signed in.
pub fn keep_code(code: &str, second: Option<&str>) -> Cookie<'static> {
    let mut cookie = secret_cookie(CODE, BASE64.encode(format!("{code}\n{}", second.unwrap_or_default())));
    cookie.set_max_age(Duration::minutes(MINUTES));
    cookie
}

/// The code that waits, with the second one.
pub fn kept_code(request: &HttpRequest) -> Option<(String, Option<String>)> {
    let plain = String::from_utf8(BASE64.decode(request.cookie(CODE)?.value()).ok()?).ok()?;
    let (code, second) = plain.split_once('\n')?;
    Some((code.to_owned(), (!second.is_empty()).then(|| second.to_owned())))
}

/// The code waits no more.
pub fn forget_code() -> Cookie<'static> {
    let mut cookie = secret_cookie(CODE, String::new());
    cookie.make_removal();
    cookie
}
