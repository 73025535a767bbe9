//! The world a report is set in: two files, the bundled fonts, a date; everything else is not there.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

static FONTS: LazyLock<(Vec<Font>, LazyHash<FontBook>)> = LazyLock::new(|| {
    // What relatives write stands in a report as they wrote it, hearts and faces too.
    let fonts: Vec<Font> = typst_assets::fonts().chain([epaint_default_fonts::NOTO_EMOJI_REGULAR]).flat_map(|data| Font::iter(Bytes::new(data))).collect();
    let book = FontBook::from_fonts(&fonts);
    (fonts, LazyHash::new(book))
});
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// Whether a font here has a shape for a sign.
pub(crate) fn has_shape(sign: char) -> bool {
    FONTS.0.iter().any(|font| font.info().coverage.contains(u32::from(sign)))
}

/// One report being set.
pub(crate) struct Report {
    main: Source,
    data_id: Option<FileId>,
    data: Bytes,
    date: (i32, u32, u32),
}

fn file(name: &str) -> Option<FileId> {
    VirtualPath::new(name).ok().map(|path| FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

impl Report {
    pub(crate) fn new(template: &str, data: Vec<u8>, date: (i32, u32, u32)) -> Report {
        let main = match file("main.typ") {
            Some(id) => Source::new(id, template.to_owned()),
            None => Source::detached(template),
        };
        Report { main, data_id: file("data.json"), data: Bytes::new(data), date }
    }
}

impl World for Report {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.1
    }
    fn main(&self) -> FileId {
        self.main.id()
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if Some(id) == self.data_id { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }
    fn font(&self, index: usize) -> Option<Font> {
        FONTS.0.get(index).cloned()
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        let (year, month, day) = self.date;
        Datetime::from_ymd(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }
}
