//! PNG of one of our own drawings. The font is embedded (Libertinus Serif, SIL Open Font License, the same as in the reports), so
//! that the picture is the same on every machine.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb::{Database, Source}};

use crate::ExportError;

const FONT: &str = "Libertinus Serif";
/// Most pixels of a side.
const MOST: u32 = 16_000;

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in typst_assets::fonts() {
        // Referred to, not copied: they lie in the program.
        fonts.load_font_source(Source::Binary(Arc::new(font)));
    }
    for set in [Database::set_sans_serif_family, Database::set_serif_family] {
        set(&mut fonts, FONT.to_owned());
    }
    Arc::new(fonts)
});

/// A drawing as PNG, `scale` pixels for each of its points: 2 for a page, 4 for print. A chart of very many cells gets too tall: draw
/// it with some of the codes ([`crate::Table::only`]).
///
/// # Errors
/// `Writer` when it is no SVG, or too large.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, ExportError> {
    let failed = |why: &str| ExportError::Writer { format: "png", why: why.to_owned() };
    let options = Options { fontdb: FONTS.clone(), font_family: FONT.to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(ExportError::of("png"))?;
    let size = tree.size().to_int_size().scale_by(scale).filter(|size| size.width() <= MOST && size.height() <= MOST).ok_or_else(|| failed("too large"))?;
    let mut picture = Pixmap::new(size.width(), size.height()).ok_or_else(|| failed("too large"))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(ExportError::of("png"))
}
