//! Signs no font here has a shape for: the file would not conform (PDF/UA-1, ISO 14289-1, section 7.21.7), so a line in brackets says how many
//! there were. Whatever people type, the report is set.

use serde_json::Value;

use crate::world;

/// Signs that are no shape of their own: joiners, marks of direction, selectors, soft hyphen, byte order mark.
fn unseen(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text in which each run of signs without a shape is replaced by `note`, its `{n}` by how many they were.
fn settable(text: &str, note: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut missing = 0usize;
    let told = |missing: &mut usize, out: &mut String| {
        if *missing > 0 {
            out.push_str(&note.replace("{n}", &missing.to_string()));
            *missing = 0;
        }
    };
    for sign in text.chars().filter(|sign| !unseen(*sign)) {
        if sign.is_whitespace() || world::has_shape(sign) {
            // A line break of Unicode's own is one here too.
            told(&mut missing, &mut out);
            out.push(if matches!(sign, '\u{2028}' | '\u{2029}' | '\u{85}') { '\n' } else { sign });
        } else if !sign.is_control() {
            missing += 1;
        }
    }
    told(&mut missing, &mut out);
    out
}

/// All texts of a document, at any depth.
pub(crate) fn made_settable(value: &mut Value, note: &str) {
    match value {
        Value::String(text) if !text.is_ascii() || text.contains(char::is_control) => *text = settable(text, note),
        Value::Array(items) => items.iter_mut().for_each(|item| made_settable(item, note)),
        Value::Object(members) => members.values_mut().for_each(|member| made_settable(member, note)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_shape_stays_and_the_rest_is_counted() {
        let set = |text: &str| settable(text, "[{n} signs]");
        assert_eq!(set("Zoë, Şule, Đặng, Ελένη, Анна: 'ja' \u{201c}nee\u{201d}\n\nnieuw"), "Zoë, Şule, Đặng, Ελένη, Анна: 'ja' \u{201c}nee\u{201d}\n\nnieuw");
        assert_eq!(set("hart \u{2764}\u{fe0f} en \u{1f60a}"), "hart \u{2764} en \u{1f60a}");
        assert_eq!(set("naam 日本 hier"), "naam [2 signs] hier");
        assert_eq!(set("a\u{200d}b\u{202e}c\u{2028}d"), "abc\nd");
    }
}
