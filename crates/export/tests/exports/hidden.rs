//! A hidden cell carries no number, in any format, whatever the table.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use export::table::{Kind, csv, csvw, json_stat, sdmx_csv, xlsx};
use export::{Cell, Language, Table, chart};
use proptest::prelude::*;
use quick_xml::Reader as XmlReader;
use quick_xml::events::Event;
use super::sample::{hidden, mixed, outcome, period, region, shared, table};

/// What a format gives for the cells, in their order: a number, or none.
type Figures = Vec<Option<u32>>;

/// Any table; every shown figure is another one, so that one in the wrong place is seen.
fn tables() -> impl Strategy<Value = Table> {
    (0_usize..=2, 1_i64..5, 1_i64..=3, proptest::collection::vec(0_u8..3, 400), any::<bool>(), any::<bool>()).prop_map(|(keys, periods, outcomes, hide, percent, totals)| {
        let all = [period(periods), region()];
        let small = keys < 2 && outcomes == 1 && percent;
        let figure = |at: usize| u32::try_from(if small { at } else { 1000 + 3 * at }).unwrap();
        let kind = if small { Kind::Percent } else { Kind::Count };
        let pick = |at: usize, figure: u32| match hide[at % hide.len()] {
            0 => Cell::Shown(figure),
            way => hidden(way == 1),
        };
        let total = |at: usize| pick(at + 200, 90_000 + u32::try_from(at).unwrap());
        let made = table(all[..keys].to_vec(), outcome(outcomes), kind, |at| pick(at, figure(at)), totals.then_some(&total as &dyn Fn(usize) -> Cell));
        if small { made } else { shared(made) }
    })
}

fn wanted(cells: &[Cell]) -> Figures {
    cells.iter().map(|cell| if let Cell::Shown(figure) = cell { Some(*figure) } else { None }).collect()
}

/// The cells, each group's total behind them, as rows come.
fn in_rows(table: &Table) -> Figures {
    let size = table.outcome.categories.len();
    table.cells.chunks(size).enumerate().flat_map(|(group, cells)| wanted(cells).into_iter().chain(wanted(&table.totals).get(group).copied())).collect()
}

fn column(bytes: &[u8], name: &str) -> Vec<String> {
    let mut reader = ::csv::Reader::from_reader(bytes);
    let at = reader.headers().unwrap().iter().position(|head| head == name).unwrap();
    reader.records().map(|record| record.unwrap()[at].to_owned()).collect()
}

fn numbers(fields: &[String]) -> Figures {
    fields.iter().map(|field| if field.is_empty() { None } else { Some(field.parse().unwrap()) }).collect()
}

/// What is drawn in the group of each cell.
fn drawn(svg: &str) -> Vec<(usize, bool, String)> {
    let mut reader = XmlReader::from_str(svg);
    let (mut out, mut open): (Vec<(usize, bool, String)>, bool) = (vec![], false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == "g" => {
                let attribute = |name: &str| tag.try_get_attribute(name).unwrap().unwrap().value.into_owned();
                out.push((attribute("data-cell").parse().unwrap(), attribute("class") == "figure-hidden", String::new()));
                open = true;
            }
            Event::End(tag) if tag.name().as_ref() == "g" => open = false,
            Event::Text(words) if open => out.last_mut().unwrap().2.push_str(&words),
            Event::Eof => return out,
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn hidden_cells_carry_no_number_in_any_format(table in tables()) {
        for language in [Language::Nl, Language::En] {
            let rows = in_rows(&table);
            let bytes = csv(&table, language).unwrap();
            prop_assert_eq!(numbers(&column(&bytes, "value")), rows.clone());
            let shares: Figures = table.cells.chunks(table.outcome.categories.len()).enumerate().flat_map(|(group, cells)| {
                let of = |at: usize| table.shares.get(group * table.outcome.categories.len() + at).copied().flatten();
                (0..cells.len()).map(of).chain(table.totals.get(group).map(|_| None)).collect::<Vec<_>>()
            }).collect();
            prop_assert_eq!(numbers(&column(&bytes, "percent")), shares);
            let shown: Vec<bool> = column(&bytes, "status").iter().map(|status| status == "shown").collect();
            prop_assert_eq!(shown, rows.iter().map(Option::is_some).collect::<Vec<_>>());

            let bytes = sdmx_csv(&table, language).unwrap();
            prop_assert_eq!(numbers(&column(&bytes, "OBS_VALUE")), rows.clone());
            let shown: Vec<bool> = column(&bytes, "OBS_STATUS").iter().map(|status| status == "A").collect();
            prop_assert_eq!(shown, rows.iter().map(Option::is_some).collect::<Vec<_>>());

            let document: serde_json::Value = serde_json::from_slice(&json_stat(&table, language).unwrap()).unwrap();
            let figures = |value: &serde_json::Value| value.as_array().unwrap().iter().map(|value| value.as_u64().map(|value| u32::try_from(value).unwrap())).collect::<Figures>();
            prop_assert_eq!(figures(&document["value"]), wanted(&table.cells));
            prop_assert_eq!(figures(&document["extension"]["totals"]["value"]), wanted(&table.totals));
            for (at, cell) in table.cells.iter().enumerate() {
                prop_assert_eq!(document["status"][at.to_string()].is_string(), matches!(cell, Cell::Hidden(_)));
            }

            let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx(&table, language).unwrap())).unwrap();
            let sheet = book.worksheet_range_at(0).unwrap().unwrap();
            let cells = sheet.rows().skip(1).flat_map(|row| row[table.keys.len()..].to_vec());
            let word = if language == Language::Nl { "verborgen (" } else { "hidden (" };
            let figures: Figures = cells.map(|cell| match cell {
                Data::Float(figure) => Some(figure as u32),
                Data::Int(figure) => Some(u32::try_from(figure).unwrap()),
                Data::String(words) => { assert!(words.starts_with(word), "{words}"); None }
                other => panic!("{other:?}"),
            }).collect();
            prop_assert_eq!(figures, rows);

            let marks = drawn(&chart::svg(&table, language).unwrap());
            prop_assert_eq!(marks.len(), table.cells.len());
            for (at, hidden, words) in marks {
                match &table.cells[at] {
                    Cell::Shown(figure) => prop_assert!(!hidden && words.trim_end_matches('%') == figure.to_string(), "{}", words),
                    Cell::Hidden(_) => prop_assert!(hidden && !words.is_empty() && words.chars().all(char::is_alphabetic), "{}", words),
                }
            }
        }
    }
    #[test]
    fn a_tile_shows_its_own_regions_figure_or_the_word(hide in proptest::collection::vec(any::<bool>(), 39), at in 0_usize..3) {
        let cell = |number: usize| if hide[number % hide.len()] { hidden(true) } else { Cell::Shown(1000 + u32::try_from(number).unwrap()) };
        let table = table(vec![period(2), region()], outcome(3), Kind::Count, cell, None);
        let code = table.outcome.categories[at].code;
        let map = chart::tiles(&table, &[("period", 1), ("threats", code)], Language::Nl).unwrap();
        let tiles = drawn(&map);
        prop_assert_eq!(tiles.len(), 13);
        for (place, (number, hidden, words)) in tiles.into_iter().enumerate() {
            prop_assert_eq!(number, (13 + place) * 3 + at);
            match &table.cells[number] {
                Cell::Shown(figure) => prop_assert!(!hidden && words.ends_with(&figure.to_string()), "{}", words),
                Cell::Hidden(_) => prop_assert!(hidden && words.ends_with("verborgen") && !words.contains(char::is_numeric), "{}", words),
            }
        }
    }
}

#[test]
fn a_table_of_some_codes_keeps_each_figure_in_its_place() {
    let whole = table(vec![period(3)], outcome(3), Kind::Count, mixed, None);
    let part = whole.only(&[0, -8]).unwrap();
    let wanted: Vec<Cell> = (0..9).filter(|at| at % 3 != 1).map(mixed).collect();
    assert_eq!((part.cells, part.outcome.categories.len()), (wanted, 2));
    assert!(whole.only(&[77]).is_err());
}

#[test]
fn a_table_that_contradicts_itself_gives_no_file() {
    let good = table(vec![period(2)], outcome(2), Kind::Count, mixed, None);
    assert!(csv(&good, Language::Nl).is_ok());
    let mut few = good.clone();
    few.cells.pop();
    let mut unknown = good.clone();
    unknown.cells[0] = Cell::Hidden("gate-hidden-odd".into());
    let mut percent = good.clone();
    percent.measure.kind = Kind::Percent;
    percent.cells[0] = Cell::Shown(101);
    let mut three = good.clone();
    three.keys = vec![period(1), region(), period(1)];
    let mut twice = good.clone();
    twice.outcome.id = "Period".into();
    let mut reserved = good.clone();
    reserved.outcome.id = "value".into();
    let mut shares = good.clone();
    shares.shares = vec![Some(50)];
    let mut tells = good.clone();
    tells.shares = vec![Some(50); tells.cells.len()];
    for bad in [few, unknown, percent, three, twice, reserved, shares, tells] {
        assert!(csv(&bad, Language::Nl).is_err() && xlsx(&bad, Language::Nl).is_err() && json_stat(&bad, Language::Nl).is_err());
        assert!(sdmx_csv(&bad, Language::Nl).is_err() && chart::svg(&bad, Language::Nl).is_err() && chart::tiles(&bad, &[], Language::Nl).is_err());
    }
    assert!(chart::tiles(&good, &[("threats", 0)], Language::Nl).is_err(), "no dimension of places");
    assert!(chart::tiles(&table(vec![region()], outcome(2), Kind::Count, mixed, None), &[("threats", 7)], Language::Nl).is_err(), "no such code");
}

/// Where a question does not apply to all, a total that is called a total only would be read as one of everybody.
#[test]
fn a_total_of_those_to_whom_the_question_applies_is_called_so() {
    let of = |applying: bool| Table { applying, ..shared(table(vec![period(2)], outcome(2), Kind::Count, mixed, Some(&mixed))) };
    let texts = |table: &Table| [csv(table, Language::En), csvw(table, "t.csv", Language::En)].map(|file| String::from_utf8(file.unwrap()).unwrap());
    assert!(texts(&of(true)).iter().all(|text| text.contains("total to whom the question applies")));
    assert!(texts(&of(true))[1].contains("per cent of victims to whom the question applies"));
    assert!(texts(&of(false)).iter().all(|text| !text.contains("to whom the question applies")));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx(&of(true), Language::En).unwrap())).unwrap();
    let sheet = book.worksheet_range("Table").unwrap();
    assert!(sheet.rows().next().unwrap().iter().any(|head| head.to_string() == "total to whom the question applies (victims)"));
}
