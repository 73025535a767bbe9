//! A drawing: shapes and words, one below the other, as SVG.

use std::fmt::Write;

use super::{INK, LINE, MUTED, PAPER, SERIES};
use crate::{escaped, name_of};

/// Width of a drawing.
pub(super) const WIDTH: f64 = 760.0;
/// Margin.
pub(super) const MARGIN: f64 = 20.0;

/// How words are set.
#[derive(Clone, Copy)]
pub(super) struct Type {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) colour: &'static str,
    pub(super) anchor: &'static str,
}

/// Plain words.
pub(super) const PLAIN: Type = Type { size: 14.0, bold: false, colour: INK, anchor: "start" };
/// Small words.
pub(super) const SMALL: Type = Type { size: 12.0, bold: false, colour: MUTED, anchor: "start" };

/// A drawing being made.
pub(super) struct Drawing {
    body: String,
    prefix: String,
    /// Where the next part begins.
    pub(super) y: f64,
}

impl Drawing {
    /// A drawing with its heading. `id` makes the ids inside it its own, as several may stand on one page.
    pub(super) fn new(id: &str, title: &str, subtitle: &str) -> Drawing {
        let mut drawing = Drawing { body: String::new(), prefix: format!("c-{}", name_of(id)), y: MARGIN };
        drawing.paragraph(MARGIN, WIDTH - 2.0 * MARGIN, title, Type { size: 18.0, bold: true, ..PLAIN });
        if !subtitle.is_empty() {
            drawing.paragraph(MARGIN, WIDTH - 2.0 * MARGIN, subtitle, Type { colour: MUTED, ..PLAIN });
        }
        drawing.y += 10.0;
        drawing
    }
    /// Wrapped words from here down.
    pub(super) fn paragraph(&mut self, x: f64, width: f64, words: &str, how: Type) {
        for line in wrapped(words, width, how.size) {
            self.y += how.size * 1.35;
            let y = self.y - how.size * 0.3;
            self.words(x, y, &line, how);
        }
    }
    /// Words on one line.
    pub(super) fn words(&mut self, x: f64, y: f64, words: &str, how: Type) {
        let weight = if how.bold { r#" font-weight="700""# } else { "" };
        let _ = write!(self.body, r#"<text x="{x:.1}" y="{y:.1}" font-size="{}" fill="{}" text-anchor="{}"{weight}>{}</text>"#, how.size, how.colour, how.anchor, escaped(words));
    }
    /// Opens the group of a cell.
    pub(super) fn cell(&mut self, number: usize, hidden: bool) {
        let _ = write!(self.body, r#"<g class="{}" data-cell="{number}">"#, if hidden { "figure-hidden" } else { "figure-shown" });
    }
    /// Closes it.
    pub(super) fn end(&mut self) {
        self.body.push_str("</g>");
    }
    /// A filled box with an outline.
    pub(super) fn area(&mut self, (x, y, width, height): (f64, f64, f64, f64), fill: &str, outline: &str) {
        let _ = write!(self.body, r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{fill}" stroke="{outline}"/>"#);
    }
    /// A bar in the colour and pattern of its series.
    pub(super) fn bar(&mut self, place: (f64, f64, f64, f64), series: usize) {
        let colour = SERIES.get(series).copied().unwrap_or(SERIES[0]);
        self.area(place, colour, colour);
        if series > 0 {
            let pattern = format!("url(#{}-p{series})", self.prefix);
            self.area(place, &pattern, colour);
        }
    }
    /// The hatched box of a hidden cell.
    pub(super) fn hatched(&mut self, (x, y, width, height): (f64, f64, f64, f64)) {
        let _ = write!(self.body, r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="url(#{}-h)" stroke="{LINE}" stroke-dasharray="4 3"/>"#, self.prefix);
    }
    /// A line down, where bars begin.
    pub(super) fn rule(&mut self, x: f64, top: f64, bottom: f64) {
        let _ = write!(self.body, r#"<path d="M{x:.1} {top:.1}V{bottom:.1}" stroke="{LINE}" fill="none"/>"#);
    }
    /// The whole, with what it says for those who don't see it.
    pub(super) fn finish(self, language: &str, title: &str, description: &str) -> String {
        let (prefix, height) = (&self.prefix, self.y + MARGIN);
        let (title, description) = (escaped(title), escaped(description));
        format!(
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0}" width="{width}" height="{height:.0}" role="img" lang="{language}" "#,
                r#"aria-labelledby="{prefix}-t" aria-describedby="{prefix}-d" font-family="system-ui, 'Segoe UI', 'Noto Sans', Arial, sans-serif">"#,
                r#"<title id="{prefix}-t">{title}</title><desc id="{prefix}-d">{description}</desc><defs>{patterns}</defs>"#,
                r#"<rect width="100%" height="100%" fill="{paper}"/>{body}</svg>"#
            ),
            width = WIDTH, height = height, language = language, prefix = prefix, title = title, description = description, patterns = patterns(prefix), paper = PAPER, body = self.body,
        )
    }
}

/// The hatching of hidden cells, and a pattern for every series but the first.
fn patterns(prefix: &str) -> String {
    let mut out = format!(r#"<pattern id="{prefix}-h" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="{PAPER}"/><path d="M0 6L6 0M-1 1L1 -1M5 7L7 5" stroke="{LINE}"/></pattern>"#);
    let shapes = ["M0 0L8 8M-2 6L2 10M6 -2L10 2", "M3 3h2v2h-2z", "M0 4H8", "M4 0V8", "M0 0L8 8M0 8L8 0"];
    for (at, shape) in shapes.iter().enumerate() {
        let _ = write!(out, r#"<pattern id="{prefix}-p{}" width="8" height="8" patternUnits="userSpaceOnUse"><path d="{shape}" stroke="{PAPER}" fill="{PAPER}" stroke-opacity="0.8"/></pattern>"#, at + 1);
    }
    out
}

/// Words on lines of about this width: a sign is taken as somewhat more than half its size, which suits the usual fonts.
pub(super) fn wrapped(words: &str, width: f64, size: f64) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    let room = width / (size * 0.55);
    let most = (room as usize).max(1);
    for (word, below) in words.split_whitespace().flat_map(|word| broken(word, most)) {
        match lines.last_mut() {
            Some(line) if !below && (line.chars().count() + 1 + word.chars().count()) as f64 <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// A word in parts of at most so many signs, each but the first on a line of its own: an identifier breaks after a colon, where it can.
fn broken(word: &str, most: usize) -> Vec<(String, bool)> {
    if word.chars().count() <= most {
        return vec![(word.to_owned(), false)];
    }
    let mut parts = vec![String::new()];
    for piece in word.split_inclusive(':') {
        let (held, more) = (parts.last().map_or(0, |part| part.chars().count()), piece.chars().count());
        if held > 0 && held + more > most {
            parts.push(String::new());
        }
        for sign in piece.chars() {
            if parts.last().is_some_and(|part| part.chars().count() >= most) {
                parts.push(String::new());
            }
            if let Some(part) = parts.last_mut() {
                part.push(sign);
            }
        }
    }
    parts.into_iter().enumerate().map(|(number, part)| (part, number > 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_a_line_goes_on_below() {
        let identifier = format!("urn:lering:{}:{}", "a".repeat(36), "b".repeat(64));
        let (room, words) = ((720.0_f64 / (12.0 * 0.55)) as usize, format!("Lering register, snapshot 3. {identifier}"));
        let lines = wrapped(&words, 720.0, 12.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| line.chars().count() <= room), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), words.replace(' ', ""));
        assert!(lines.last() == Some(&"b".repeat(64)) && lines[lines.len() - 2].ends_with(&format!(" urn:lering:{}:", "a".repeat(36))), "it breaks after a colon: {lines:?}");
        assert!(wrapped("", 10.0, 12.0).is_empty() && wrapped("ab", 1.0, 12.0) == ["a", "b"]);
    }
}
