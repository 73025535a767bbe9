//! Charts of released tables as accessible SVG, and PNG of the same drawing.
//!
//! No meaning hangs on colour: every bar has its name and its figure beside it, series have patterns too, and a hidden cell is a
//! hatched box with the word. Colours and greys are those of the pages (`theme.css`), each at least 3:1 on white.

mod bars;
mod draw;
mod png;
mod tiles;

pub use bars::svg;
pub use png::png;
pub use tiles::{PLACES, Place, tiles};

/// Series, in order.
pub(crate) const SERIES: [&str; 6] = ["#1f6f8b", "#b0532a", "#6b5aa8", "#5a7a1f", "#a33d72", "#6b6f72"];
/// Shades of the map, light to dark, each with the colour of words on it.
pub(crate) const SHADES: [(&str, &str); 5] = [("#dfeaec", INK), ("#a9cad1", INK), ("#5f9dab", INK), ("#2a6c7c", PAPER), ("#123f4a", PAPER)];
/// Words.
pub(crate) const INK: &str = "#1b2326";
/// Secondary words.
pub(crate) const MUTED: &str = "#4c585b";
/// Outlines and hatching.
pub(crate) const LINE: &str = "#66737a";
/// Background.
pub(crate) const PAPER: &str = "#ffffff";

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }
    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        if one > other { one / other } else { other / one }
    }

    #[test]
    fn marks_stand_out_and_words_can_be_read() {
        for mark in SERIES.iter().chain([&LINE]) {
            assert!(contrast(mark, PAPER) >= 3.0, "{mark}");
        }
        for words in [INK, MUTED] {
            assert!(contrast(words, PAPER) >= 4.5, "{words}");
        }
        for (shade, words) in SHADES {
            assert!(contrast(shade, words) >= 4.5, "{words} on {shade}: {}", contrast(shade, words));
        }
    }
}
