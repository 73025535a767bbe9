//! The records of an SPSS system file, as PSPP's developers have described them.

/// Bytes of a file being written: little-endian, padded with spaces.
#[derive(Default)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Bytes {
    pub(super) fn int(&mut self, value: i32) {
        self.0.extend(value.to_le_bytes());
    }
    pub(super) fn double(&mut self, value: f64) {
        self.0.extend(value.to_le_bytes());
    }
    /// The text in exactly so many bytes, cut at a sign's end.
    pub(super) fn text(&mut self, text: &str, width: usize) {
        let cut = cut(text, width);
        self.0.extend(cut.as_bytes());
        self.0.extend(std::iter::repeat_n(b' ', width - cut.len()));
    }
    /// Length, then the text padded to a multiple of four.
    pub(super) fn counted(&mut self, text: &str, most: usize) {
        let text = cut(text, most);
        self.int(i32::try_from(text.len()).unwrap_or(0));
        self.text(text, text.len().next_multiple_of(4));
    }
    /// An extension record.
    pub(super) fn extension(&mut self, subtype: i32, size: i32, data: &[u8]) {
        self.int(7);
        self.int(subtype);
        self.int(size);
        self.int(i32::try_from(data.len()).unwrap_or(0) / size.max(1));
        self.0.extend(data);
    }
}

/// As much of a text as fits in so many bytes.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Data, eight commands to a block: whole numbers from -99 to 151 take one byte.
#[derive(Default)]
pub(super) struct Packed {
    commands: [u8; 8],
    filled: usize,
    waiting: Vec<u8>,
    pub(super) out: Vec<u8>,
}

impl Packed {
    fn command(&mut self, command: u8, follows: &[u8]) {
        if let Some(place) = self.commands.get_mut(self.filled) {
            *place = command;
        }
        self.filled += 1;
        self.waiting.extend(follows);
        if self.filled == self.commands.len() {
            self.flush();
        }
    }
    pub(super) fn flush(&mut self) {
        if self.filled > 0 {
            self.out.extend(self.commands);
            self.out.append(&mut self.waiting);
            (self.commands, self.filled) = ([0; 8], 0);
        }
    }
    /// A number; none is SPSS's own missing value.
    pub(super) fn number(&mut self, value: Option<f64>) {
        match value {
            None => self.command(255, &[]),
            Some(value) if value.fract() == 0.0 && (-99.0..=151.0).contains(&value) => self.command((value + 100.0) as u8, &[]),
            Some(value) => self.command(253, &value.to_le_bytes()),
        }
    }
    /// A text of so many bytes, a multiple of eight.
    pub(super) fn text(&mut self, text: &str, width: usize) {
        let mut padded = Bytes::default();
        padded.text(text, width);
        for part in padded.0.chunks(8) {
            if part.iter().all(|byte| *byte == b' ') { self.command(254, &[]) } else { self.command(253, part) }
        }
    }
}
