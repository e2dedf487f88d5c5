//! xlsx and xlsm: every part with cells is looked at, whatever it is called.

use memchr::memmem;

use super::xml::{Mark, Marks, Tag};
use super::{MOST_PLACES, contradictory, distinct, sheet};
use crate::base::zipped::Opened;
use crate::model::value::Place;
use crate::stages::read::Unreadable;

/// # Errors
/// Something in it can be read in two ways.
pub(in crate::stages::read) fn xlsx(opened: &Opened) -> Result<(), Unreadable> {
    let sheets = sheets(opened);
    distinct(sheets.iter().map(|sheet| sheet.name.as_str()))?;
    shared_texts(opened)?;
    let mut odd = Vec::new();
    for (path, part) in opened.parts().filter(|(_, part)| memmem::find(part, b"sheetData").is_some()) {
        let name = || sheets.iter().find(|sheet| sheet.path == path).map_or(path, |sheet| &sheet.name).to_owned();
        odd.extend(sheet::oddities(part).into_iter().map(|oddity| (name(), oddity)));
    }
    let Some((sheet, first)) = odd.first() else { return Ok(()) };
    let what = format!("{} (sheet `{sheet}`)", first.what);
    let place = |(sheet, oddity): &(String, sheet::Oddity)| {
        oddity.at.map(|(row, column)| Place { sheet: sheet.as_str().into(), row, column })
    };
    let mut places: Vec<Place> = odd.iter().filter_map(place).take(MOST_PLACES).collect();
    places.dedup();
    Err(contradictory(what, places))
}

/// The library makes room for as many texts as the part says it has.
fn shared_texts(opened: &Opened) -> Result<(), Unreadable> {
    for (_, part) in opened.parts().filter(|(path, _)| path.ends_with("sharedstrings.xml")) {
        let Some(tag) = starts(part).find(|tag| tag.is(b"sst")) else { continue };
        let said = tag.attribute(b"uniqueCount").and_then(|count| std::str::from_utf8(count).ok()?.parse::<u64>().ok());
        if said.is_some_and(|said| said > part.len() as u64) {
            return Err(contradictory("the list of texts claims to be longer than it can be", Vec::new()));
        }
    }
    Ok(())
}

struct Sheet {
    name: String,
    /// In lower case, from the root of the zip.
    path: String,
}

/// Sheets as the workbook lists them; where a list is broken, the library says so.
fn sheets(opened: &Opened) -> Vec<Sheet> {
    let Some((path, book)) = opened.parts().find(|(path, _)| path.ends_with("workbook.xml")) else { return Vec::new() };
    let (folder, file) = path.rsplit_once('/').map_or(("", path), |(folder, file)| (folder, file));
    let under = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let targets = opened.part(&under(&format!("_rels/{file}.rels"))).unwrap_or_default();
    let target = |id: &str| {
        let relation = starts(targets).find(|tag| tag.is(b"Relationship") && tag.text(b"Id").as_deref() == Some(id))?;
        let target = relation.text(b"Target")?.to_lowercase();
        Some(target.strip_prefix('/').map_or_else(|| under(&target), str::to_owned))
    };
    let id = |tag: &Tag<'_>| {
        let value = tag.attributes().find(|(name, _)| name.ends_with(b":id"))?.1;
        Some(String::from_utf8_lossy(value).into_owned())
    };
    starts(book)
        .filter(|tag| tag.is(b"sheet"))
        .filter_map(|tag| {
            let path = id(&tag).and_then(|id| target(&id)).unwrap_or_default();
            Some(Sheet { name: tag.text(b"name")?, path })
        })
        .collect()
}

fn starts(part: &[u8]) -> impl Iterator<Item = Tag<'_>> {
    Marks::new(part).filter_map(|mark| match mark {
        Mark::Start(tag) => Some(tag),
        _ => None,
    })
}
