//! Several files as one ZIP. Stored as they are, in the order given, without dates, owners or anything of the machine: the same files
//! give the same bytes, also years and versions later.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::ExportError;

/// Files by name; folders are parts of names, split by `/`.
///
/// # Errors
/// `Malformed` for a name that is empty, twice, absolute, or climbs out of the folder it is unpacked in; `Writer`.
pub fn zip(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ExportError> {
    let mut names = BTreeSet::new();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let failed = ExportError::of::<zip::result::ZipError>("ZIP");
    for (name, bytes) in files {
        let lawful = !name.is_empty() && !name.contains(['\\', ':']) && name.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if !lawful || !names.insert(name.to_lowercase()) {
            return Err(ExportError::malformed(format!("file name {name}")));
        }
        // The date is the earliest a ZIP can hold, 1980: none would be today's.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).last_modified_time(DateTime::default()).unix_permissions(0o644);
        writer.start_file(name.as_str(), options).map_err(&failed)?;
        writer.write_all(bytes).map_err(ExportError::of("ZIP"))?;
    }
    Ok(writer.finish().map_err(&failed)?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn files() -> Vec<(String, Vec<u8>)> {
        vec![("b/table.csv".into(), b"a,b\r\n".to_vec()), ("readme.txt".into(), "één".as_bytes().to_vec())]
    }

    #[test]
    fn the_same_files_give_the_same_bytes_and_are_read_back() {
        let bytes = zip(&files()).unwrap();
        assert_eq!(bytes, zip(&files()).unwrap());
        let mut read = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for (name, content) in files() {
            let mut found = vec![];
            read.by_name(&name).unwrap().read_to_end(&mut found).unwrap();
            assert_eq!(found, content);
        }
    }

    #[test]
    fn names_stay_inside_the_folder() {
        for name in ["", "/etc/passwd", "../up", "a//b", "C:\\x", "a/./b"] {
            assert!(zip(&[(name.to_owned(), vec![])]).is_err(), "{name}");
        }
        assert!(zip(&[("A".into(), vec![]), ("a".into(), vec![])]).is_err(), "one would overwrite the other");
    }
}
