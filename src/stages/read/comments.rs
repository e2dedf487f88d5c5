//! Comments on cells (ECMA-376 part 1, 18.7): no content, but one may say what a figure means.
//!
//! In: the opened zip and the path of a sheet. Out: the text of each comment with its cell. Never: who wrote it, what somebody
//! answered, or a look into a part where the sheet has no comments.

use super::xlsx::address;
use super::xml::{Mark, Marks, local};
use crate::base::zipped::Opened;
use crate::model::raw::Comment;

/// No more of one comment is of interest, and no more comments.
const LONGEST: usize = 1000;
const MOST: usize = 10_000;

/// Those of the sheet at `path`, in order of rows, then columns.
pub(super) fn of(opened: &Opened, path: &str) -> Vec<Comment> {
    // Most workbooks have none.
    if !opened.names.iter().any(|name| name.rsplit('/').next().is_some_and(|file| file.starts_with("comment"))) {
        return Vec::new();
    }
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let relations = opened.part(&format!("{folder}/_rels/{file}.rels")).unwrap_or_default();
    let target = Marks::new(relations).find_map(|mark| match mark {
        Mark::Start(tag) if local(tag.name) == b"Relationship" => {
            let ours = tag.attribute(b"Type").is_some_and(|kind| kind.ends_with(b"/comments"));
            tag.text(b"Target").filter(|_| ours)
        }
        _ => None,
    });
    let part = target.and_then(|target| opened.part(&resolved(folder, &target)));
    let mut comments = part.map(parsed).unwrap_or_default();
    comments.sort_by_key(|comment| (comment.row, comment.column));
    comments
}

/// `../comments1.xml` beside a sheet in `xl/worksheets`, or from the root.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').collect();
    for step in target.split('/') {
        match step {
            "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn parsed(part: &[u8]) -> Vec<Comment> {
    let mut found: Vec<Comment> = Vec::new();
    let (mut within, mut text) = (false, false);
    for mark in Marks::new(part) {
        match mark {
            Mark::Start(tag) if local(tag.name) == b"comment" && found.len() < MOST => {
                let at = tag.attribute(b"ref").and_then(address);
                found.extend(at.map(|(row, column)| Comment { row, column, text: String::new() }));
                within = at.is_some() && !tag.empty;
            }
            Mark::Start(tag) if local(tag.name) == b"t" => text = within && !tag.empty,
            Mark::Text(piece) if text => {
                let piece = String::from_utf8_lossy(piece);
                let piece = quick_xml::escape::unescape(&piece).unwrap_or_default();
                if let Some(comment) = found.last_mut() {
                    comment.text.extend(piece.chars().take(LONGEST.saturating_sub(comment.text.len())));
                }
            }
            Mark::End(name) if local(name) == b"t" => text = false,
            Mark::End(name) if local(name) == b"comment" => within = false,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_each_comment_is_known_with_its_cell() {
        let part = "<comments><authors><author>Erika Muster</author></authors><commentList>\
            <comment ref=\"B2\" authorId=\"0\"><text><r><rPr><b/></rPr><t>Muster:</t></r><r><t xml:space=\"preserve\">\nkumuliert &amp; gerundet</t></r></text></comment>\
            <comment ref=\"?\"><text><t>nirgends</t></text></comment><comment ref=\"A1\"/></commentList></comments>";
        let told: Vec<_> = parsed(part.as_bytes()).into_iter().map(|one| (one.row, one.column, one.text)).collect();
        assert_eq!(told, [(1, 1, "Muster:\nkumuliert & gerundet".to_owned()), (0, 0, String::new())]);
    }

    #[test]
    fn the_part_is_where_the_sheet_says() {
        assert_eq!(resolved("xl/worksheets", "../comments1.xml"), "xl/comments1.xml");
        assert_eq!(resolved("xl/worksheets", "/xl/comments/comment1.xml"), "xl/comments/comment1.xml");
        assert_eq!(resolved("xl/worksheets", "./comments.xml"), "xl/worksheets/comments.xml");
    }
}
