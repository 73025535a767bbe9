//! Where a page may be told to lead on to: an address of ours, never another site's.

/// The address, if it stays here; the first page otherwise. For every address that comes from outside: a query, a form, a text kept till later.
pub fn ours(to: Option<&str>) -> String {
    to.filter(|to| stays(to)).unwrap_or("/").to_owned()
}

/// One slash, then no second one: resolved against any page of ours that keeps its host (URL Standard, section 4.4). A browser reads `\` as a slash and
/// drops tabs and line ends before it looks, so only signs an address is written with are let through.
fn stays(to: &str) -> bool {
    to.strip_prefix('/').is_some_and(|rest| !rest.starts_with('/') && rest.chars().all(|sign| sign.is_ascii_graphic() && sign != '\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_ours_are_led_to() {
        for here in ["/", "/today", "/cases/0193/parties?part=2&saved=true#text", "/sign-in?to=%2Fcases", "/search?q=a%20b", "/a//b", "/@evil.example", "/:80", "/%2f%2fevil.example", "/%09/evil.example"] {
            assert_eq!(ours(Some(here)), here);
        }
        let elsewhere = [
            "", "today", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "\t//evil.example", "/\n/evil.example", "/\r/evil.example", "/\r\n/evil.example",
            "/\u{0}/evil.example", "/\u{b}/evil.example", "/\u{7f}/evil.example", "/\u{85}/evil.example", " //evil.example", "/ /evil.example", "/a\r\nSet-Cookie: a=b", "https://evil.example", "https:evil.example",
            "javascript:alert(1)", "data:text/html,x", "@evil.example", ".evil.example", "?to=/", "#", "/caf\u{e9}", "/\u{2028}/evil.example", "/a\\b",
        ];
        for to in elsewhere {
            assert_eq!(ours(Some(to)), "/", "{to:?}");
        }
        assert_eq!(ours(None), "/");
    }
}
