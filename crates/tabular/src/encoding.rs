//! Which encoding a text is in, and the text.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// An encoding that tables come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// UTF-16, small end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
    /// Windows-1252, of which ISO 8859-1 is a part.
    Windows1252,
}

impl Encoding {
    /// All, in the order they are offered.
    pub const ALL: [Encoding; 4] = [Encoding::Utf8, Encoding::Windows1252, Encoding::Utf16Le, Encoding::Utf16Be];

    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
            Encoding::Windows1252 => "windows-1252",
        }
    }

    /// The encoding of a word.
    pub fn from_word(word: &str) -> Option<Encoding> {
        Encoding::ALL.into_iter().find(|known| known.word() == word)
    }

    /// What the bytes are in: by their mark, by the zeros of UTF-16, by being UTF-8; anything else is taken as Windows-1252.
    pub(crate) fn of(bytes: &[u8]) -> Encoding {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => return Encoding::Utf8,
            [0xFF, 0xFE, ..] => return Encoding::Utf16Le,
            [0xFE, 0xFF, ..] => return Encoding::Utf16Be,
            _ => {}
        }
        // Western text in UTF-16 has a zero in nearly every second byte.
        let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
        let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        if head.len() >= 4 && zeros(1) * 4 > head.len() && zeros(0) == 0 {
            Encoding::Utf16Le
        } else if head.len() >= 4 && zeros(0) * 4 > head.len() && zeros(1) == 0 {
            Encoding::Utf16Be
        } else if std::str::from_utf8(bytes).is_ok() {
            Encoding::Utf8
        } else {
            Encoding::Windows1252
        }
    }

    /// The text, without its mark, and whether every byte was text in this encoding.
    pub(crate) fn text(self, bytes: &[u8]) -> (String, bool) {
        let of = match self {
            Encoding::Utf8 => UTF_8,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
            Encoding::Windows1252 => WINDOWS_1252,
        };
        let (text, faulty) = of.decode_with_bom_removal(bytes);
        (text.into_owned(), !faulty)
    }
}

/// Whether bytes outside ASCII are UTF-8: what tells apart two encodings in one file.
pub(crate) fn is_wide_utf8(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}
