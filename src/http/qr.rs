//! A text as a picture that a telephone reads.

use qrcode::QrCode;

use crate::tx::Refused;

/// The picture, to stand in a page.
///
/// # Errors
/// A text too long for one.
pub fn qr(text: &str) -> Result<String, Refused> {
    let code = QrCode::new(text).map_err(|why| Refused::Internal(why.to_string()))?;
    Ok(code.render::<qrcode::render::svg::Color<'_>>().min_dimensions(200, 200).build().replacen("<?xml version=\"1.0\" standalone=\"yes\"?>", "", 1))
}
