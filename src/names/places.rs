//! Names of places that are several words: `The Bottom` is a place, and the bottom of a page is none.

use std::ops::Range;

use super::pieces::pieces;

/// Where places of several words stand in a text: all their words, in their order, written as a name is. The longer name counts.
pub fn places(text: &str, names: &[String]) -> Vec<Range<usize>> {
    let all = pieces(text);
    let mut wanted: Vec<Vec<String>> = names.iter().map(|name| pieces(name).into_iter().map(|piece| piece.text).collect::<Vec<_>>()).filter(|words| words.len() > 1).collect();
    wanted.sort_by_key(|words| std::cmp::Reverse(words.len()));
    let (mut found, mut at) = (vec![], 0);
    while at < all.len() {
        let stands = wanted.iter().find_map(|words| {
            let here = all.get(at..at + words.len())?;
            let same = here.iter().zip(words).all(|(piece, word)| piece.text == *word);
            let together = here.iter().skip(1).all(|piece| matches!(piece.before.as_str(), " " | ". " | "-" | "'"));
            let (first, last) = (here.first()?, here.last()?);
            // The last sign behind an apostrophe has no capital: `St. John's`.
            let named = here.iter().rfind(|piece| piece.text.len() > 1)?.capital;
            (same && together && named).then(|| (first.range.start..last.range.end, words.len()))
        });
        match stands {
            Some((range, words)) => {
                found.push(range);
                at += words;
            }
            None => at += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_of_several_words_is_found_as_a_whole_and_its_words_alone_are_not() {
        let names = ["The Bottom".to_owned(), "St. John's".to_owned(), "Hell's Gate".to_owned(), "Saba".to_owned()];
        let found = |text: &str| places(text, &names).into_iter().map(|range| text.get(range).unwrap_or_default().to_owned()).collect::<Vec<_>>();
        assert_eq!(found("She lived in The Bottom, later in St. John’s and Hell's\u{a0}Gate."), ["The Bottom", "St. John’s", "Hell's\u{a0}Gate"]);
        assert_eq!(found("Near the Bottom of Saba."), ["the Bottom"]);
        assert_eq!(found("At the bottom of the page; Bottom line. The gate of hell. John's."), [""; 0]);
    }
}
