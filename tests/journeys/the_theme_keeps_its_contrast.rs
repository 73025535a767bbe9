//! The tokens of the style sheet against the floors of WCAG 2.2 (success criteria 1.4.3 and 1.4.11): a changed token turns red here.

use std::collections::BTreeMap;

/// Text, and what is no text: controls, focus, marks.
const TEXT: f64 = 4.5;
const MARK: f64 = 3.0;

/// Relative luminance (WCAG 2.2, definition "relative luminance").
fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

/// Contrast ratio (WCAG 2.2, definition "contrast ratio"), from 1 to 21.
fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The declarations of custom properties in a piece of the sheet.
fn declared(text: &str) -> Vec<(String, String)> {
    let text: String = text.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, rest)| rest)).collect();
    text.split(';').filter_map(|line| line.trim().rsplit('{').next()?.trim().strip_prefix("--")?.split_once(':').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))).collect()
}

/// Tokens of colour: name, then light and dark.
fn tokens() -> BTreeMap<String, [String; 2]> {
    let theme = std::fs::read_to_string("web/assets/theme.css").unwrap();
    let (first, rest) = theme.split_once("@supports (color: light-dark(#000, #fff)) {").unwrap();
    let modern = rest.split_once("\n}\n").unwrap().0;
    let mut all: BTreeMap<String, [String; 2]> = BTreeMap::new();
    for (name, value) in declared(first).into_iter().filter(|(_, value)| value.starts_with('#')) {
        all.insert(name, [value.clone(), value]);
    }
    for (name, value) in declared(modern) {
        let both: Vec<String> = value.trim_start_matches("light-dark(").trim_end_matches(')').split(',').map(|colour| colour.trim().to_owned()).collect();
        assert_eq!(both[0], all[&name][0], "--{name}: browsers without light-dark() would show another light colour");
        all.insert(name, [both[0].clone(), both[1].clone()]);
    }
    all
}

/// Lowest contrast of several tokens on one ground, light or dark.
fn lowest(tokens: &BTreeMap<String, [String; 2]>, fronts: &[&str], ground: &str, dark: bool) -> f64 {
    let of = |name: &str| tokens.get(name).unwrap_or_else(|| panic!("no token --{name}"))[usize::from(dark)].clone();
    fronts.iter().map(|front| contrast(&of(front), &of(ground))).fold(f64::MAX, f64::min)
}

#[test]
fn every_pair_of_tokens_that_meets_on_a_page_has_its_contrast() {
    let tokens = tokens();
    let text: [(&[&str], &str); 26] = [
        (&["ink"], "paper"), (&["ink"], "surface"), (&["ink"], "sunken"), (&["muted"], "paper"), (&["muted"], "surface"), (&["muted"], "sunken"), (&["link"], "paper"), (&["link"], "surface"),
        (&["link"], "sunken"), (&["link-hover"], "paper"), (&["link-hover"], "sunken"), (&["visited"], "paper"), (&["visited"], "surface"), (&["on-brand"], "brand"), (&["on-brand"], "brand-hover"),
        (&["danger"], "danger-bg"), (&["danger"], "paper"), (&["on-danger"], "danger"), (&["warn"], "warn-bg"), (&["ok"], "ok-bg"), (&["info"], "info-bg"), (&["paper"], "q4"), (&["paper"], "q5"),
        (&["ink"], "q1"), (&["ink"], "q2"), (&["ink", "muted", "link"], "field"),
    ];
    let grounds = ["info-bg", "ok-bg", "warn-bg", "danger-bg"];
    let marks: [(&[&str], &str); 12] = [
        (&["control"], "paper"), (&["control"], "surface"), (&["control"], "sunken"), (&["control"], "field"), (&["focus"], "paper"), (&["focus"], "sunken"), (&["focus"], "focus-halo"), (&["btn-line"], "paper"),
        (&["c1", "c2", "c3", "c4", "c5", "c6"], "paper"), (&["c1", "c2", "c3", "c4", "c5", "c6"], "surface"), (&["danger"], "surface"), (&["ok", "link"], "paper"),
    ];
    let mut low = vec![];
    for dark in [false, true] {
        let pairs = text.iter().map(|(fronts, ground)| (*fronts, *ground, TEXT)).chain(grounds.iter().map(|ground| (&["ink", "link"][..], *ground, TEXT))).chain(marks.iter().map(|(fronts, ground)| (*fronts, *ground, MARK)));
        for (fronts, ground, floor) in pairs {
            let found = lowest(&tokens, fronts, ground, dark);
            if found < floor {
                low.push(format!("{fronts:?} on {ground}, {}: {found:.2} is under {floor}", if dark { "dark" } else { "light" }));
            }
        }
        let black = contrast("#000000", &tokens["q3"][usize::from(dark)]);
        if black < TEXT {
            low.push(format!("black on q3: {black:.2}"));
        }
    }
    assert!(low.is_empty(), "{low:#?}");
}

#[test]
fn the_pairs_published_for_the_theme_are_those_it_has() {
    // Pair, light, dark: as they stand in the specification of the pages.
    let published: [(&[&str], &str, f64, f64); 17] = [
        (&["ink"], "paper", 15.97, 15.16), (&["ink"], "sunken", 13.28, 11.92), (&["muted"], "paper", 7.36, 9.31), (&["muted"], "sunken", 6.12, 7.32), (&["link"], "paper", 7.73, 10.06), (&["link"], "sunken", 6.43, 7.91),
        (&["visited"], "paper", 8.40, 9.45), (&["on-brand"], "brand", 9.20, 10.75), (&["danger"], "danger-bg", 6.58, 7.83), (&["warn"], "warn-bg", 6.72, 8.79), (&["ok"], "ok-bg", 6.34, 8.38), (&["info"], "info-bg", 6.71, 7.78),
        (&["paper"], "q4", 5.94, 8.00), (&["paper"], "q5", 11.44, 13.23), (&["control"], "paper", 4.89, 6.10), (&["control"], "sunken", 4.06, 4.80), (&["c1", "c2", "c3", "c4", "c5", "c6"], "paper", 4.95, 7.59),
    ];
    let tokens = tokens();
    let other: Vec<String> = published.iter().flat_map(|(fronts, ground, light, dark)| [(false, *light), (true, *dark)].map(|(dark, told)| (fronts, ground, told, lowest(&tokens, fronts, ground, dark))))
        .filter(|(.., told, found)| (told - found).abs() > 0.011).map(|(fronts, ground, told, found)| format!("{fronts:?} on {ground}: told {told}, is {found:.2}")).collect();
    assert!(other.is_empty(), "{other:#?}");
}
