//! Signs that do not belong in a text people read.

/// Whether a text holds a sign that can't be seen or that turns the order of what is seen; line breaks and tabs only in long texts.
pub fn hidden(text: &str, lines: bool) -> bool {
    text.chars().any(|sign| match sign {
        '\n' | '\t' => !lines,
        // Embeddings, overrides and isolates make a text read otherwise than it is stored; the separators break lines unseen.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' => true,
        sign => sign.is_control(),
    })
}

/// One way of ending lines, whatever browser or program sent it.
pub(crate) fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Whether something could be a mail address: one sign of each side, no blanks. Whether it exists only a message can tell.
pub(crate) fn mail(text: &str) -> bool {
    let text = text.trim();
    matches!(text.split_once('@'), Some((who, place)) if !who.is_empty() && place.contains('.') && !place.contains('@')
        && !place.starts_with('.') && !place.ends_with('.') && !text.contains(char::is_whitespace))
}
