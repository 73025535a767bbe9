//! How pages look on this device: theme, contrast, keys. Kept in a cookie, since it is about the screen and not about the person.

use actix_web::cookie::{Cookie, SameSite};

/// The cookie; no secret.
pub(super) const LOOK: &str = "lering-look";

/// What somebody chose on this device.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Look {
    /// `light`, `dark`, or empty: as the device says.
    pub theme: &'static str,
    /// Whether more contrast is wanted whatever the device says.
    pub contrast: bool,
    /// Whether single keys are shortcuts (WCAG 2.1.4: off unless chosen).
    pub keys: bool,
}

impl Look {
    /// Reads what [`Look::cookie`] wrote, or a form's fields; anything unknown means nothing.
    pub fn of(theme: &str, contrast: bool, keys: bool) -> Look {
        let theme = ["light", "dark"].into_iter().find(|known| *known == theme).unwrap_or_default();
        Look { theme, contrast, keys }
    }

    pub(super) fn read(text: &str) -> Look {
        let has = |word: &str| text.split('.').any(|part| part == word);
        Look::of(text.split('.').next().unwrap_or_default(), has("more"), has("keys"))
    }

    /// As the device keeps it.
    pub fn cookie(&self) -> Cookie<'static> {
        let text = format!("{}.{}.{}", self.theme, if self.contrast { "more" } else { "" }, if self.keys { "keys" } else { "" });
        let mut cookie = Cookie::build(LOOK, text).path("/").same_site(SameSite::Lax).http_only(true).finish();
        cookie.make_permanent();
        cookie
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_survives_its_cookie_and_a_strange_one_means_nothing() {
        for look in [Look::default(), Look::of("dark", true, false), Look::of("", false, true), Look::of("light", true, true)] {
            assert_eq!(Look::read(look.cookie().value()), look);
        }
        assert_eq!(Look::read("\"><script>.less.locks"), Look::default());
    }
}
