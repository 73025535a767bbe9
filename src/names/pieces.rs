//! A text as its numbers and words: folded as names are, with what stands between them, and where each stands in the text as it was written.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::letters::folded;

/// Signs one does not see: soft hyphens, joiners, marks of direction. What is pasted from a word processor or a page has them in the middle of words.
pub fn is_unseen(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A number or a word of a text.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// In small letters, without accents and unseen signs.
    pub text: String,
    /// Whether it is a number.
    pub digits: bool,
    /// Whether it is written with a capital.
    pub capital: bool,
    /// Whether it is written without accents.
    pub plain: bool,
    /// Where it stands.
    pub range: Range<usize>,
    /// What stands between it and the piece before: every dash as `-`, every space as one.
    pub before: String,
}

impl Piece {
    /// As a number.
    pub fn number(&self) -> Option<u32> {
        if self.digits { self.text.parse().ok() } else { None }
    }
}

/// The numbers and words of a text, in order. `12th` are two, with nothing between them.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let (mut found, mut between): (Vec<Piece>, String) = (vec![], String::new());
    for (at, sign) in text.char_indices().filter(|(_, sign)| !is_unseen(*sign)) {
        let (end, sign) = (at + sign.len_utf8(), typed(sign));
        if is_combining_mark(sign) {
            // It belongs to the letter before.
            if let Some(last) = found.last_mut().filter(|_| between.is_empty()) {
                last.range.end = end;
                last.plain = false;
            }
            continue;
        }
        for part in std::iter::once(sign).nfkd().filter(|part| !is_combining_mark(*part)).flat_map(char::to_lowercase) {
            let digits = part.is_ascii_digit();
            if !digits && !part.is_alphabetic() {
                between.push(part);
                continue;
            }
            match found.last_mut().filter(|last| between.is_empty() && last.digits == digits) {
                Some(last) => {
                    last.text.push(part);
                    last.plain = last.plain && sign.is_ascii();
                    last.range.end = end;
                }
                None => found.push(Piece { text: part.to_string(), digits, capital: sign.is_uppercase(), plain: sign.is_ascii(), range: at..end, before: gap(&std::mem::take(&mut between)) }),
            }
        }
    }
    // As names are compared, also with letters of another script; only a mark says that it is written with one.
    for piece in found.iter_mut().filter(|piece| !piece.text.is_ascii()) {
        let written = text.get(piece.range.clone()).unwrap_or_default();
        (piece.text, piece.plain) = (folded(written), !written.nfkd().any(is_combining_mark));
    }
    found
}

/// A sign as it is typed: every apostrophe is one, however a keyboard or a word processor has it.
fn typed(sign: char) -> char {
    match sign {
        '’' | '‘' | '‛' | 'ʼ' | '′' | '´' | '`' => '\'',
        sign => sign,
    }
}

/// What stands between two pieces. A line that goes on below is a space, a new paragraph is none; what only makes letters bold is left out.
fn gap(between: &str) -> String {
    let paragraph = between.matches('\n').count() > 1;
    let mut plain = String::new();
    for sign in between.chars().filter(|sign| !matches!(sign, '*' | '_')) {
        match sign {
            '\n' if paragraph => plain.push('\n'),
            sign if sign.is_whitespace() => {
                if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            '\u{2010}'..='\u{2015}' | '\u{2212}' => plain.push('-'),
            sign => plain.push(sign),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_are_told_apart_and_keep_their_place() {
        let text = "Op 12\u{a0}o\u{300}k\u{ad}tober\u{2011}2016";
        let all = pieces(text);
        assert_eq!(all.iter().map(|piece| (piece.before.as_str(), piece.text.as_str())).collect::<Vec<_>>(), [("", "op"), (" ", "12"), (" ", "oktober"), ("-", "2016")]);
        assert_eq!(text.get(all[2].range.clone()), Some("o\u{300}k\u{ad}tober"));
        assert!(all[0].capital && !all[2].capital && !all[2].plain && all[3].number() == Some(2016));
        let all = pieces("\u{43e}ktober 12-10-\u{b4}16");
        assert!(all[0].text == "oktober" && all[0].plain && all[3].before == "-'");
        assert_eq!(pieces("12th").iter().map(|piece| piece.text.clone()).collect::<Vec<_>>(), ["12", "th"]);
    }
}
