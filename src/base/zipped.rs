//! Files inside a zip, and how large they are once inflated: the question to ask before anybody inflates them.
//!
//! In: the bytes of a file. Out: names and sizes. Never: trusts what the file says about itself.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

/// The names of all entries, and the start of the one named `mimetype`, if there is one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Contents {
    pub(crate) names: Vec<String>,
    pub(crate) mimetype: Option<String>,
    /// Bytes of all entries together, inflated.
    pub(crate) size: u64,
}

/// Why the contents are not to be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ZipError {
    #[error("the zip structure is damaged")]
    Damaged(#[source] io::Error),
    #[error("the file inflates to more than {limit} bytes")]
    TooLarge { limit: u64 },
}

/// Inflates every entry into nothing and counts, because the sizes in the directory are only claims.
///
/// # Errors
/// The zip is damaged, or inflates to more than `limit` bytes; then counting stops at once.
pub(crate) fn contents(bytes: &[u8], limit: u64) -> Result<Contents, ZipError> {
    let damaged = |error: zip::result::ZipError| ZipError::Damaged(error.into());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut contents = Contents::default();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(damaged)?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let mut left = entry.take(limit - contents.size + 1);
        if name == "mimetype" {
            let mut text = String::new();
            (&mut left).take(200).read_to_string(&mut text).map_err(ZipError::Damaged)?;
            contents.size += text.len() as u64;
            contents.mimetype = Some(text);
        }
        contents.size += io::copy(&mut left, &mut io::sink()).map_err(ZipError::Damaged)?;
        contents.names.push(name);
        if contents.size > limit {
            return Err(ZipError::TooLarge { limit });
        }
    }
    Ok(contents)
}

/// A zip with these files, for tests of everybody who reads one.
#[cfg(test)]
pub(crate) fn zip_of(files: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_counted_and_the_limit_holds() {
        let bytes = zip_of(&[("mimetype", "aaaaaaaaaa"), ("b", &"a".repeat(100_000))]);
        let told = contents(&bytes, 100_010).unwrap();
        assert_eq!((told.size, told.names), (100_010, vec!["mimetype".to_owned(), "b".to_owned()]));
        assert_eq!(told.mimetype.as_deref(), Some("aaaaaaaaaa"));
        assert!(matches!(contents(&bytes, 100_009), Err(ZipError::TooLarge { .. })));
        assert!(matches!(contents(b"PK no zip", 1), Err(ZipError::Damaged(_))));
    }
}
