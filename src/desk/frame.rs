//! The frame of the desk's pages.

pub(super) use crate::http::framed;
