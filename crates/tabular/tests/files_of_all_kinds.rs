//! Files as they come: each is read as it is, or says by row and column what can't be taken.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};
use tabular::{Encoding, Fault, Found, MOST_ROWS, TableError, Wishes, read, written};

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    read(bytes, &Wishes::default()).unwrap().lines.into_iter().map(|line| line.cells).collect()
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let mark: [u8; 2] = if little { [0xFF, 0xFE] } else { [0xFE, 0xFF] };
    mark.into_iter().chain(text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })).collect()
}

#[test]
fn encoding_and_delimiter_are_found_and_told() {
    let text = "naam;regio\r\nSint Eustatius;één\r\nCuraçao;\"a;b\"\r\n";
    let latin: Vec<u8> = text.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect();
    let expected = vec![vec!["Sint Eustatius".to_owned(), "één".into()], vec!["Curaçao".into(), "a;b".into()]];
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8), ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), Encoding::Utf8), (latin, Encoding::Windows1252),
        (utf16(text, true), Encoding::Utf16Le), (utf16(text, false), Encoding::Utf16Be), (utf16(text, true)[2..].to_vec(), Encoding::Utf16Le),
    ] {
        let table = read(&bytes, &Wishes::default()).unwrap();
        assert_eq!(table.found, Found::Csv { encoding, delimiter: ';' });
        assert_eq!(table.lines.iter().map(|line| line.cells.clone()).collect::<Vec<_>>(), expected, "{encoding:?}");
        assert_eq!((table.faults, table.lines[1].number), (vec![], 3));
    }
    for sign in [',', '\t', '|'] {
        let table = read(format!("a{sign}b\n1{sign}2\n").as_bytes(), &Wishes::default()).unwrap();
        assert_eq!(table.found, Found::Csv { encoding: Encoding::Utf8, delimiter: sign });
    }
}

#[test]
fn a_file_of_two_encodings_and_two_delimiters_says_which_cells() {
    // Row 2 in Windows-1252, row 3 in UTF-8, row 4 with other delimiters.
    let bytes = [b"a;b\n".as_slice(), b"caf\xE9;1\n", "café;2\n".as_bytes(), b"x,3\n", b"y;4\n"].concat();
    let table = read(&bytes, &Wishes::default()).unwrap();
    assert_eq!(table.faults, [Fault { row: 3, column: Some(0), rule: "mixed-encoding" }, Fault { row: 4, column: None, rule: "columns" }]);
    assert_eq!(table.lines[0].cells, ["café", "1"]);
    let told = read(&bytes, &Wishes { encoding: Some(Encoding::Utf8), ..Wishes::default() }).unwrap();
    assert!(told.faults.contains(&Fault { row: 2, column: Some(0), rule: "not-in-encoding" }));
}

#[test]
fn formulas_merged_cells_and_error_values_are_refused_by_cell() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["regio", "jaar", "leeftijd"].iter().enumerate() {
        sheet.write(0, u16::try_from(column).unwrap(), *name).unwrap();
    }
    sheet.write(1, 0, "Limburg").unwrap();
    sheet.write(1, 1, 2019).unwrap();
    sheet.write_formula(1, 2, Formula::new("=30+4").set_result("34")).unwrap();
    sheet.merge_range(2, 0, 3, 0, "Amsterdam", &Format::new()).unwrap();
    sheet.write(2, 1, 2020).unwrap();
    sheet.write_datetime_with_format(3, 1, &rust_xlsxwriter::ExcelDateTime::parse_from_str("2021-03-04").unwrap(), &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    let table = read(&book.save_to_buffer().unwrap(), &Wishes::default()).unwrap();
    assert_eq!(table.faults, [Fault { row: 2, column: Some(2), rule: "formula" }, Fault { row: 3, column: Some(0), rule: "merged" }]);
    assert_eq!(table.lines[0].cells[..2], ["Limburg", "2019"]);
    assert_eq!(table.lines[2].cells[1], "2021-03-04");
    assert!(matches!(table.found, Found::Xlsx { .. }));
}

#[test]
fn what_nobody_sees_in_a_workbook_is_said_by_row_and_column() {
    let mut book = Workbook::new();
    let draft = book.add_worksheet();
    draft.set_name("kladblad").unwrap().set_hidden(true);
    for (row, words) in [["regio", "jaar"], ["Noord", "1999"]].iter().enumerate() {
        for (column, word) in words.iter().enumerate() { draft.write(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), *word).unwrap(); }
    }
    let sheet = book.add_worksheet();
    sheet.set_name("zaken").unwrap().set_active(true);
    // Not from the corner: rows and columns are counted as a spreadsheet shows them.
    for (row, words) in [["regio", "jaar", "leeftijd"], ["Limburg", "2019", "34"], ["Zuid", "2020", "35"], ["Oost", "2021", "36"]].iter().enumerate() {
        for (column, word) in words.iter().enumerate() { sheet.write(u32::try_from(row).unwrap() + 2, u16::try_from(column).unwrap() + 1, *word).unwrap(); }
    }
    sheet.set_row_hidden(4).unwrap().set_column_hidden(2).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let table = read(&bytes, &Wishes::default()).unwrap();
    assert_eq!(table.found, Found::Xlsx { sheet: "zaken".into(), sheets: vec!["kladblad".into(), "zaken".into()], hidden: vec!["kladblad".into()] });
    assert_eq!(table.faults, [Fault { row: 4, column: Some(1), rule: "hidden-column" }, Fault { row: 5, column: None, rule: "hidden-row" }]);
    assert_eq!(table.lines.len(), 3);
    // Asked for, it is read.
    let asked = read(&bytes, &Wishes { sheet: Some("kladblad".into()), ..Wishes::default() }).unwrap();
    assert_eq!((asked.lines[0].cells.as_slice(), asked.faults), (["Noord".to_owned(), "1999".into()].as_slice(), vec![]));
}

#[test]
fn what_is_no_table_is_said_to_be_none() {
    let none = |bytes: &[u8]| read(bytes, &Wishes::default()).unwrap_err();
    assert_eq!(none(b""), TableError::Empty);
    assert_eq!(none(b"a;b\n"), TableError::Empty);
    assert_eq!(none(b"\xD0\xCF\x11\xE0 an old workbook"), TableError::NoTable);
    assert_eq!(none(b"%PDF-1.7\n"), TableError::NoTable);
    assert_eq!(none(b"PK\x03\x04 broken"), TableError::NoTable);
    assert_eq!(none(b"\x89PNG\r\n\x1a\n\0\0"), TableError::NoTable);
    assert_eq!(none(b"a;a\n1;2\n"), TableError::Header(2, Some("a".into())));
    assert_eq!(none(b"a;\n1;2\n"), TableError::Header(2, None));
    assert_eq!(none(["a;b\n".to_owned(), "1;2\n".repeat(MOST_ROWS + 1)].concat().as_bytes()), TableError::TooManyRows);
    let ten_thousand = ["a;b\n".to_owned(), "1;2\n".repeat(10_000)].concat();
    assert_eq!(read(ten_thousand.as_bytes(), &Wishes::default()).unwrap().lines.len(), 10_000);
}

#[test]
fn a_written_table_computes_nothing() {
    let bytes = written(&["a".into(), "b".into()], &[vec!["=1+1".into(), "-8".into()], vec!["+31 6".into(), "x;y".into()]]);
    assert_eq!(cells(&bytes), [["'=1+1", "-8"], ["'+31 6", "x;y"]]);
}

proptest! {
    #[test]
    fn no_bytes_stop_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes, &Wishes::default());
        let _ = read(&[b"PK\x03\x04".as_slice(), &bytes].concat(), &Wishes::default());
    }

    #[test]
    fn what_was_written_is_read_again(rows in proptest::collection::vec(proptest::collection::vec("[a-zé;,\"x0-9]{1,8}", 3), 1..20)) {
        let bytes = written(&["een".into(), "twee".into(), "drie".into()], &rows);
        let told = read(&bytes, &Wishes { delimiter: Some(','), ..Wishes::default() }).unwrap();
        prop_assert_eq!(told.lines.into_iter().map(|line| line.cells).collect::<Vec<_>>(), rows);
        prop_assert_eq!(told.faults, vec![]);
    }
}
