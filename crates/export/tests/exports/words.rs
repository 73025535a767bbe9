//! Words stay words, whatever is in them, and the same data gives the same bytes.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use export::table::{Kind, csv, csvw, json_stat, sdmx_csv, xlsx};
use export::{Flat, Language, Table, Text, chart, docs, flat};
use proptest::prelude::*;
use quick_xml::Reader as XmlReader;
use quick_xml::events::Event;

use super::sample;

fn table(words: &str) -> Table {
    let mut table = sample::table(vec![sample::period(2), sample::region()], sample::outcome(2), Kind::Count, sample::mixed, Some(&sample::mixed));
    let text = Text::new(words, words);
    (table.title, table.subtitle, table.citation, table.notes) = (text.clone(), Text::default(), text.clone(), vec![text.clone()]);
    table.keys[0].categories[0].label = text.clone();
    table.outcome.label = text;
    table
}

fn flat_file(words: &str) -> Flat {
    let mut flat = sample::flat();
    let text = Text::new(words, words);
    (flat.title, flat.note, flat.columns[0].label, flat.columns[0].codes[0].label) = (text.clone(), text.clone(), text.clone(), text);
    flat
}

/// The words of the first element of this name; the whole must be lawful XML.
fn element(xml: &str, name: &str) -> String {
    let mut reader = XmlReader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut found, mut inside, mut words) = (false, false, String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == name && !found => (found, inside) = (true, true),
            Event::End(tag) if tag.name().as_ref() == name => inside = false,
            Event::Text(text) if inside => words.push_str(&text),
            Event::GeneralRef(entity) if inside => words.push_str(quick_xml::escape::resolve_predefined_entity(&entity).unwrap()),
            Event::Eof => return words,
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_words_come_through_and_never_become_markup(words in prop_oneof!["\\PC{1,60}", "[<>&\"'=;,\\[\\]{}#$%/@+ \u{0}-\u{8}\u{1f}\u{7f}a-z\u{fffe}]{1,60}"]) {
        let lawful: String = words.chars().filter(|sign| !sign.is_control() && !matches!(sign, '\u{fffe}' | '\u{ffff}')).collect();
        let table = table(&words);
        let mut reader = ::csv::Reader::from_reader(Cursor::new(csv(&table, Language::Nl).unwrap()));
        prop_assert_eq!(&reader.records().next().unwrap().unwrap()[1], words.as_str());
        let document: serde_json::Value = serde_json::from_slice(&json_stat(&table, Language::Nl).unwrap()).unwrap();
        prop_assert_eq!(document["label"].as_str(), Some(words.as_str()));
        prop_assert!(serde_json::from_slice::<serde_json::Value>(&csvw(&table, "a.csv", Language::Nl).unwrap()).is_ok());
        prop_assert!(::csv::Reader::from_reader(Cursor::new(sdmx_csv(&table, Language::Nl).unwrap())).records().all(|record| record.is_ok()));
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx(&table, Language::Nl).unwrap())).unwrap();
        prop_assert!(matches!(book.worksheet_range_at(0).unwrap().unwrap().get((1, 0)), Some(Data::String(_) | Data::Empty) | None));
        let drawn = chart::svg(&table, Language::Nl).unwrap();
        prop_assert_eq!(element(&drawn, "title"), lawful.clone());
        prop_assert!(chart::png(&drawn, 0.1).is_ok());
        prop_assert_eq!(element(&chart::tiles(&table, &[("period", 0), ("threats", 1)], Language::Nl).unwrap(), "desc").is_empty(), false);

        let mut documentation = sample::documentation();
        documentation.variables.truncate(3);
        let text = Text::new(&words, &words);
        (documentation.title, documentation.summary) = (text.clone(), text.clone());
        documentation.variables[0].label = text.clone();
        documentation.variables[0].quality[0].label = text;
        let ddi = String::from_utf8(docs::ddi(&documentation).unwrap()).unwrap();
        prop_assert_eq!(element(&ddi, "titl"), if lawful.trim().is_empty() { String::new() } else { lawful.clone() });
        prop_assert_eq!(element(&docs::html(&documentation, Language::En).unwrap(), "p"), lawful);

        let flat = flat_file(&words);
        prop_assert!(flat::csv(&flat).is_ok() && flat::parquet(&flat, Language::Nl).is_ok() && flat::sav(&flat, Language::Nl).is_ok());
    }
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let (table, flat, documentation) = (table("Één"), flat_file("Één"), sample::documentation());
    let make = || {
        [
            csv(&table, Language::Nl).unwrap(), csvw(&table, "a.csv", Language::Nl).unwrap(), xlsx(&table, Language::Nl).unwrap(), json_stat(&table, Language::Nl).unwrap(), sdmx_csv(&table, Language::Nl).unwrap(),
            docs::ddi(&documentation).unwrap(), flat::csv(&flat).unwrap(), flat::parquet(&flat, Language::Nl).unwrap(), flat::sav(&flat, Language::Nl).unwrap(),
        ]
    };
    let first = make();
    for _ in 0..10 {
        for (at, (one, other)) in first.iter().zip(make()).enumerate() {
            assert!(*one == other, "format {at}");
        }
    }
}
