//! Audit: reads a finished workbook as a stranger would and says what must not be in it.
//!
//! In: the bytes of the workbook, and what may be shown ([`Declared`]). Out: complaints; none means it may be sent.
//! Never: shares code with `protect`, repeats a number it complains about (complaints are logged), changes anything.
//!
//! What it looks at:
//! - the form: no formulas, hidden sheets, rows or columns, no links to other files, no comments, no names besides
//!   print areas, print titles and filters, no number format that shows nothing, no embedded data;
//! - every number in a cell, in a chart's cache, and every text that is wholly a number: each must be declared;
//! - the place where a hidden figure belongs (its body's row under its title): its true value must not stand there;
//! - every sum whose parts are published: what is hidden in it must leave at least three values to choose from.
//!
//! What this first form does not show: that a declared number stands in the right cell (a hidden 4 may pass where
//! another 4 is declared, unless it stands under its own title), numbers inside of sentences, what rates give away of
//! their numerators, sums over more than one level at once, differences to what was published in earlier periods.
//! `protect` answers for these; this room is a second pair of eyes, not a proof.

mod declared;
mod groups;
mod numbers;
mod package;
mod release;
mod structure;
mod xml;

#[cfg(test)]
mod tests;

pub(crate) use declared::Declared;
pub(crate) use package::AuditError;

use package::{Cell, Content, Package};

/// What is wrong, where; `cell` is empty where it is not about one. The sentence names no number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Complaint {
    pub(crate) sheet: String,
    pub(crate) cell: String,
    pub(crate) sentence: String,
}

impl std::fmt::Display for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.sheet.as_str(), self.cell.as_str()) {
            ("", _) => f.write_str(&self.sentence),
            (sheet, "") => write!(f, "{sheet}: {}", self.sentence),
            (sheet, cell) => write!(f, "{sheet}!{cell}: {}", self.sentence),
        }
    }
}

/// Everything wrong with the workbook, by sheet and cell.
///
/// # Errors
/// The bytes are no workbook that can be read to its end; then nothing is known about it.
pub(crate) fn audit(workbook: &[u8], declared: &Declared) -> Result<Vec<Complaint>, AuditError> {
    let package = Package::open(workbook)?;
    let mut complaints = structure::complaints(&package);
    for sheet in &package.sheets {
        let complain = |cell: &Cell, sentence: &str| Complaint {
            sheet: sheet.name.clone(),
            cell: cell.address.clone(),
            sentence: sentence.to_owned(),
        };
        for cell in &sheet.cells {
            let known = match &cell.content {
                Content::Number(number) => declared.knows(*number),
                Content::Text(text) => {
                    numbers::readings(text).is_none_or(|readings| readings.iter().any(|number| declared.knows(*number)))
                }
                Content::Error => false,
                Content::Nothing | Content::Truth => true,
            };
            if !known {
                complaints.push(complain(cell, "a number that was not released"));
            }
        }
        for (cell, secret) in declared.misplaced(sheet) {
            complaints.push(complain(cell, &format!("the hidden figure {} stands here", secret.name)));
        }
    }
    for (chart, number) in &package.cached {
        if !declared.knows(*number) {
            let sentence = format!("the chart {chart} remembers a number that was not released");
            complaints.push(Complaint { sheet: String::new(), cell: String::new(), sentence });
        }
    }
    complaints.extend(groups::complaints(&declared.groups));
    complaints.sort();
    complaints.dedup();
    Ok(complaints)
}
