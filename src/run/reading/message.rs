//! What run and worker say to each other: a length (four bytes, the lowest first), then so many bytes.
//!
//! There: the path of a file. Back: microseconds (four bytes), then the workbook or why there is none, as postcard.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::model::raw::RawWorkbook;
use crate::stages::read::Unreadable;

/// No answer is longer; the cells that a worker may read need less.
pub(super) const MOST: usize = 256 << 20;

/// Room for the answer about most returns.
const USUAL: usize = 32 << 10;

const LONGEST_PATH: usize = 64 << 10;

#[derive(Debug)]
pub(super) enum Told {
    Read {
        workbook: Result<RawWorkbook, Unreadable>,
        micros: u32,
    },
    /// The file is not there, or may not be read.
    Missing(String),
}

pub(super) fn request(path: &Path) -> io::Result<Vec<u8>> {
    let path = path.as_os_str().as_bytes();
    if path.len() > LONGEST_PATH {
        return Err(io::Error::other("the path is too long"));
    }
    let mut bytes = (path.len() as u32).to_le_bytes().to_vec();
    bytes.extend(path);
    Ok(bytes)
}

/// None where the other side has nothing more to ask.
pub(super) fn requested(input: &mut impl Read) -> io::Result<Option<PathBuf>> {
    let mut length = [0; 4];
    if input.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    input.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST_PATH {
        return Err(io::Error::other("the path is too long"));
    }
    let mut path = vec![0; length];
    input.read_exact(&mut path)?;
    Ok(Some(PathBuf::from(OsStr::from_bytes(&path))))
}

type Said = Result<Result<RawWorkbook, Unreadable>, String>;

/// With its length in front; none where it would be too long.
pub(super) fn answer(said: &Said, micros: u32) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(USUAL);
    bytes.extend([0; 4]);
    bytes.extend(micros.to_le_bytes());
    let mut bytes = postcard::to_extend(said, bytes).ok()?;
    let length = bytes.len() - 4;
    if length > MOST {
        return None;
    }
    bytes[..4].copy_from_slice(&(length as u32).to_le_bytes());
    Some(bytes)
}

pub(super) fn parse(bytes: &[u8]) -> Option<Told> {
    let (micros, said) = bytes.split_first_chunk::<4>()?;
    let (said, rest) = postcard::take_from_bytes::<Said>(said).ok()?;
    if !rest.is_empty() {
        return None;
    }
    Some(match said {
        Ok(workbook) => Told::Read { workbook, micros: u32::from_le_bytes(*micros) },
        Err(reason) => Told::Missing(reason),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raw::{RawCell, RawSheet, RawValue};

    #[test]
    fn what_is_said_is_what_is_heard() {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(12, 30, 1).unwrap();
        let values = [
            RawValue::Text("Räume".into()),
            RawValue::Number(0.1),
            RawValue::Bool(true),
            RawValue::Date(date),
            RawValue::Error("#REF!".into()),
            RawValue::NoResult,
            RawValue::Hidden("/".into()),
        ];
        let cells = values.into_iter().enumerate();
        let cells = cells.map(|(row, value)| RawCell { row: row as u32, column: 16_383, value }).collect();
        let sheet = RawSheet { name: "Bögen".into(), hidden: true, cells, ..RawSheet::default() };
        let book = RawWorkbook { sheets: vec![sheet], remarks: Vec::new() };
        let bytes = answer(&Ok(Ok(book.clone())), 7).unwrap();
        let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
        assert_eq!(length, bytes.len() - 4);
        let Some(Told::Read { workbook, micros: 7 }) = parse(&bytes[4..]) else { panic!() };
        assert_eq!(workbook, Ok(book));
        // Anything else is not understood, and no more than that.
        for cut in 4..bytes.len() {
            assert!(parse(&bytes[4..cut]).is_none());
        }
        assert!(parse(&[0; 20]).is_none());
    }

    #[test]
    fn paths_travel_as_they_are() {
        let path = Path::new(OsStr::from_bytes(b"a/\xFF\n/R\xC3\xA4ume.xlsx"));
        let bytes = request(path).unwrap();
        assert_eq!(requested(&mut bytes.as_slice()).unwrap().as_deref(), Some(path));
        assert_eq!(requested(&mut [].as_slice()).unwrap(), None);
        assert!(requested(&mut [1, 0].as_slice()).is_err());
        assert!(request(Path::new(&"a".repeat(70_000))).is_err());
    }
}
