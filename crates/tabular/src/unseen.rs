//! What of a sheet nobody sees who opens it: hidden rows and columns. Whoever hides a row may mean it not to count, or may have filtered and
//! forgotten: which of the two, the file doesn't say.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::{LARGEST_UNPACKED, TableError};

/// Rows and columns that are hidden, from 0.
#[derive(Default)]
pub(crate) struct Unseen {
    pub(crate) rows: BTreeSet<usize>,
    /// From and up to.
    pub(crate) columns: Vec<(usize, usize)>,
}

impl Unseen {
    pub(crate) fn column(&self, column: usize) -> bool {
        self.columns.iter().any(|(from, to)| (*from..=*to).contains(&column))
    }
}

/// What is hidden of the sheet in this place of the workbook's list.
pub(crate) fn of_sheet(bytes: &[u8], place: usize) -> Result<Unseen, TableError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| TableError::Broken)?;
    let mut ids = vec![];
    each(&part(&mut archive, "xl/workbook.xml")?, "sheet", |tag| ids.push(said(tag, "id")))?;
    let id = ids.into_iter().nth(place).flatten().ok_or(TableError::Broken)?;
    let mut target = None;
    each(&part(&mut archive, "xl/_rels/workbook.xml.rels")?, "Relationship", |tag| {
        if said(tag, "Id").as_ref() == Some(&id) {
            target = said(tag, "Target");
        }
    })?;
    let target = target.ok_or(TableError::Broken)?;
    let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
    let (sheet, mut found) = (part(&mut archive, &path)?, Unseen::default());
    let hidden = |tag: &BytesStart<'_>| matches!(said(tag, "hidden").as_deref(), Some("1" | "true"));
    let number = |tag: &BytesStart<'_>, name: &str| said(tag, name).and_then(|text| text.parse::<usize>().ok()).and_then(|number| number.checked_sub(1));
    each(&sheet, "col", |tag| found.columns.extend(Some(tag).filter(|tag| hidden(tag)).and_then(|tag| number(tag, "min").zip(number(tag, "max")))))?;
    let mut row = 0;
    each(&sheet, "row", |tag| {
        // A row without its number is the one after the last.
        let at = number(tag, "r").unwrap_or(row);
        row = at + 1;
        if hidden(tag) {
            found.rows.insert(at);
        }
    })?;
    Ok(found)
}

fn part(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<String, TableError> {
    let mut text = String::new();
    archive.by_name(name).map_err(|_| TableError::Broken)?.take(LARGEST_UNPACKED).read_to_string(&mut text).map_err(|_| TableError::Broken)?;
    Ok(text)
}

/// Every tag of a name, whatever stands before it.
fn each(xml: &str, name: &str, mut told: impl FnMut(&BytesStart<'_>)) -> Result<(), TableError> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| TableError::Broken)? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == name => told(&tag),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn said(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name).map(|attribute| attribute.value.into_owned())
}
