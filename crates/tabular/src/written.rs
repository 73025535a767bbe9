//! A table as a CSV file for a spreadsheet: UTF-8 with its mark, lines and quotes as RFC 4180 has them.

use csv::WriterBuilder;

/// The file. A cell that a spreadsheet would compute is written as text.
pub fn written(header: &[String], rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![0xEF, 0xBB, 0xBF]);
    for row in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)) {
        // Into memory; a row of the header's width can't be refused.
        if writer.write_record(row.iter().map(|cell| harmless(cell))).is_err() {
            break;
        }
    }
    writer.into_inner().unwrap_or_default()
}

/// A cell that begins as a formula does gets a sign before it (OWASP, CSV injection); numbers stay numbers.
fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if formula { format!("'{cell}") } else { cell.to_owned() }
}
