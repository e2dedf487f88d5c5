//! Conditional formats that keep a number from being seen (ECMA-376 part 1, 18.3.1.10 and 18.8.14).
//!
//! In: what stands behind the cells of a sheet, and the styles. Out: numbers replaced by what is shown, where a plain comparison
//! with a constant (`cellIs`) says so; a note on each number that any other rule may hide. Never: evaluates a formula,
//! or weighs one rule against another: what one of them hides may be hidden.

use memchr::memmem;

use super::hidden::Format;
use super::shape;
use super::xlsx::{address, area};
use super::xml::{Mark, Marks, Tag, local};
use crate::model::raw::{Area, Look, Note, RawSheet, RawValue};

/// A format that a rule may put on a cell, as far as it keeps something from being seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Hiding {
    format: Option<Format>,
    unseen: bool,
    struck: bool,
}

impl Hiding {
    fn tells(&self) -> bool {
        self.format.is_some() || self.unseen || self.struck
    }
}

/// The formats that rules refer to, by their number.
pub(super) fn formats(styles: &[u8]) -> Vec<Hiding> {
    let begin = memmem::find(styles, b"dxfs").unwrap_or(styles.len());
    let mut found = Vec::new();
    let mut open: Option<Open> = None;
    for mark in Marks::new(&styles[begin..]) {
        match mark {
            Mark::Start(tag) if local(tag.name) == b"dxf" && tag.empty => found.push(Hiding::default()),
            Mark::Start(tag) if local(tag.name) == b"dxf" => open = Some(Open::default()),
            Mark::Start(tag) => open.iter_mut().for_each(|open| open.take(&tag)),
            Mark::End(name) => match local(name) {
                b"dxf" => found.extend(open.take().map(Open::close)),
                b"dxfs" => break,
                name => open.iter_mut().for_each(|open| open.leave(name)),
            },
            _ => {}
        }
    }
    found
}

/// A format while it is read.
#[derive(Default)]
struct Open<'a> {
    format: Option<Format>,
    in_font: bool,
    in_fill: bool,
    struck: bool,
    letters: Option<Color<'a>>,
    paper: Option<Color<'a>>,
}

/// Colour, theme, number and tint, as written.
type Color<'a> = [Option<&'a [u8]>; 4];

impl<'a> Open<'a> {
    fn take(&mut self, tag: &Tag<'a>) {
        let color = || [b"rgb".as_slice(), b"theme", b"indexed", b"tint"].map(|name| tag.attribute(name));
        match local(tag.name) {
            b"font" => self.in_font = !tag.empty,
            b"fill" => self.in_fill = !tag.empty,
            b"numFmt" => {
                let format = tag.text(b"formatCode").map(|code| Format::of(&code));
                self.format = format.filter(Format::needs_look);
            }
            b"strike" if self.in_font => self.struck = !matches!(tag.attribute(b"val"), Some(b"0" | b"false")),
            b"color" if self.in_font => self.letters = Some(color()),
            b"bgColor" | b"fgColor" if self.in_fill => self.paper = Some(color()),
            _ => {}
        }
    }

    fn leave(&mut self, name: &[u8]) {
        match name {
            b"font" => self.in_font = false,
            b"fill" => self.in_fill = false,
            _ => {}
        }
    }

    fn close(self) -> Hiding {
        let white = |[rgb, theme, indexed, tint]: &Color<'_>| {
            tint.is_none()
                && (rgb.is_some_and(|rgb| rgb.len() >= 6 && rgb[rgb.len() - 6..].eq_ignore_ascii_case(b"ffffff"))
                    || *theme == Some(b"0")
                    || matches!(indexed, Some(b"1" | b"9" | b"65")))
        };
        let unseen = match (&self.letters, &self.paper) {
            (Some(letters), Some(paper)) => letters == paper || white(letters) && white(paper),
            (Some(letters), None) => white(letters),
            // Letters are black unless something else is said.
            (None, Some([rgb, theme, indexed, tint])) => {
                let black = rgb.is_some_and(|rgb| rgb.len() >= 6 && rgb[rgb.len() - 6..] == *b"000000");
                tint.is_none() && (black || *theme == Some(b"1") || matches!(indexed, Some(b"0" | b"8")))
            }
            (None, None) => false,
        };
        Hiding { format: self.format, unseen, struck: self.struck }
    }
}

/// One rule: which numbers it is about, as far as that can be said, and what it does to them.
#[derive(Default)]
struct Rule {
    kind: Vec<u8>,
    operator: Vec<u8>,
    limits: Vec<String>,
    hiding: Hiding,
}

impl Rule {
    /// None if only a spreadsheet program could tell.
    fn holds(&self, number: f64) -> Option<bool> {
        if self.kind != b"cellIs" {
            return None;
        }
        let limits: Option<Vec<f64>> = self.limits.iter().map(|limit| limit.trim().parse().ok()).collect();
        let holds = match (self.operator.as_slice(), limits?.as_slice()) {
            (b"lessThan", [limit]) => number < *limit,
            (b"lessThanOrEqual", [limit]) => number <= *limit,
            (b"greaterThan", [limit]) => number > *limit,
            (b"greaterThanOrEqual", [limit]) => number >= *limit,
            (b"equal", [limit]) => number == *limit,
            (b"notEqual", [limit]) => number != *limit,
            (b"between", [low, high]) => (low.min(*high)..=low.max(*high)).contains(&number),
            (b"notBetween", [low, high]) => !(low.min(*high)..=low.max(*high)).contains(&number),
            _ => return None,
        };
        Some(holds)
    }
}

/// Applies the rules of one sheet; `behind` is its part behind the cells.
pub(super) fn apply(behind: &[u8], formats: &[Hiding], sheet: &mut RawSheet, notes: &mut Vec<Note>) {
    // Bars and icons may stand for the number; newer rules bring their formats with them.
    let own = || [b"showValue".as_slice(), b"dxf>"].iter().any(|word| memmem::find(behind, word).is_some());
    let Some(begin) = memmem::find(behind, b"conditionalFormatting") else { return };
    if !formats.iter().any(Hiding::tells) && !own() {
        return;
    }
    let (mut areas, mut rules): (Vec<Area>, Vec<Rule>) = (Vec::new(), Vec::new());
    let mut open: Option<Open<'_>> = None;
    let mut at: &[u8] = b"";
    // From the `<` in front of the first one, perhaps with a prefix behind it.
    let begin = memchr::memrchr(b'<', &behind[..begin]).unwrap_or(begin);
    for mark in Marks::new(&behind[begin..]) {
        match mark {
            Mark::Start(tag) => {
                at = local(tag.name);
                match at {
                    b"conditionalFormatting" => {
                        rules.clear();
                        areas = tag.attribute(b"sqref").map(of_list).unwrap_or_default();
                    }
                    b"cfRule" => {
                        let number = tag.attribute(b"dxfId").and_then(|id| std::str::from_utf8(id).ok()?.parse().ok());
                        let hiding = number.and_then(|id: usize| formats.get(id)).cloned().unwrap_or_default();
                        let word = |name| tag.attribute(name).unwrap_or_default().to_vec();
                        rules.push(Rule {
                            kind: word(b"type"),
                            operator: word(b"operator"),
                            limits: Vec::new(),
                            hiding,
                        });
                    }
                    b"dataBar" | b"iconSet" if tag.attribute(b"showValue") == Some(b"0") => {
                        rules.iter_mut().next_back().into_iter().for_each(|rule| rule.hiding.unseen = true);
                    }
                    b"dxf" => open = Some(Open::default()),
                    _ => open.iter_mut().for_each(|open| open.take(&tag)),
                }
            }
            Mark::Text(text) => match at {
                b"formula" | b"f" => {
                    let text = String::from_utf8_lossy(text).into_owned();
                    rules.iter_mut().next_back().into_iter().for_each(|rule| rule.limits.push(text.clone()));
                }
                b"sqref" => areas = of_list(text),
                _ => {}
            },
            Mark::End(name) => {
                at = b"";
                match local(name) {
                    b"conditionalFormatting" => {
                        rules
                            .drain(..)
                            .filter(|rule| rule.hiding.tells())
                            .for_each(|rule| put(&rule, &areas, sheet, notes));
                    }
                    b"dxf" => {
                        let hiding = open.take().map(Open::close).unwrap_or_default();
                        rules.iter_mut().next_back().into_iter().for_each(|rule| rule.hiding = hiding.clone());
                    }
                    name => open.iter_mut().for_each(|open| open.leave(name)),
                }
            }
            _ => {}
        }
    }
}

fn put(rule: &Rule, areas: &[Area], sheet: &mut RawSheet, notes: &mut Vec<Note>) {
    let within = |row: u32, column: u32| {
        let holds = |area: &Area| (area.top..=area.bottom).contains(&row) && (area.left..=area.right).contains(&column);
        areas.iter().any(holds)
    };
    let numbers = sheet.cells.iter().filter(|cell| within(cell.row, cell.column)).filter_map(|cell| match cell.value {
        RawValue::Number(number) => Some((cell.row, cell.column, rule.holds(number))),
        _ => None,
    });
    let numbers: Vec<(u32, u32, Option<bool>)> = numbers.filter(|(_, _, holds)| *holds != Some(false)).collect();
    for (row, column, holds) in numbers {
        match &rule.hiding.format {
            Some(format) if holds == Some(true) => {
                if matches!(sheet.cell(row, column), Some(RawValue::Number(number)) if format.is_white(*number)) {
                    notes.push(Note { row, column, look: Look::HardToSee });
                }
                shape::show(sheet, (row, column), format, notes);
            }
            None if rule.hiding.struck && !rule.hiding.unseen && holds == Some(true) => {
                notes.push(Note { row, column, look: Look::CrossedOut });
            }
            _ => notes.push(Note { row, column, look: Look::HardToSee }),
        }
    }
}

/// `A1:B5 D7`.
fn of_list(text: &[u8]) -> Vec<Area> {
    let one = |text: &[u8]| {
        area(text)
            .or_else(|| address(text).map(|(row, column)| Area { top: row, left: column, bottom: row, right: column }))
    };
    text.split(u8::is_ascii_whitespace).filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raw::RawCell;

    const STYLES: &str = "<styleSheet><fonts><font><color rgb=\"FFFFFFFF\"/></font></fonts><dxfs count=\"5\">\
        <dxf><font><color rgb=\"FF9C0006\"/></font><fill><patternFill><bgColor rgb=\"FFFFC7CE\"/></patternFill></fill></dxf>\
        <dxf><numFmt numFmtId=\"164\" formatCode=\";;;\"/></dxf>\
        <dxf><numFmt numFmtId=\"165\" formatCode=\"0&quot; T€&quot;\"/></dxf>\
        <dxf><font><color theme=\"0\"/></font></dxf>\
        <dxf><font><color rgb=\"FF00B050\"/></font><fill><patternFill><bgColor rgb=\"FF00B050\"/></patternFill></fill></dxf>\
        <dxf><fill><patternFill patternType=\"solid\"><bgColor rgb=\"FF000000\"/></patternFill></fill></dxf>\
        <dxf><font><b/><strike/></font></dxf><dxf><numFmt numFmtId=\"166\" formatCode=\"[White]0\"/></dxf>\
        <dxf><font><strike val=\"0\"/></font></dxf></dxfs></styleSheet>";

    /// The numbers 3, 5 and 20 in B2 to B4, and what becomes of them.
    fn after(rule: &str) -> Vec<String> {
        let behind = format!(
            "</sheetData><conditionalFormatting sqref=\"A1 B2:B3 B4\">{rule}</conditionalFormatting></worksheet>"
        );
        let cells = [3.0, 5.0, 20.0].into_iter().zip(1..);
        let cells = cells.map(|(number, row)| RawCell { row, column: 1, value: RawValue::Number(number) }).collect();
        let (mut sheet, mut notes) = (RawSheet { cells, ..RawSheet::default() }, Vec::new());
        apply(behind.as_bytes(), &formats(STYLES.as_bytes()), &mut sheet, &mut notes);
        let told = |cell: &RawCell| match (&cell.value, notes.iter().find(|note| note.row == cell.row)) {
            (RawValue::Number(_), Some(Note { look: Look::Shown(text), .. })) => text.clone(),
            (RawValue::Number(_), Some(Note { look: Look::CrossedOut, .. })) => "x".to_owned(),
            (RawValue::Number(_), Some(_)) => "?".to_owned(),
            (RawValue::Number(number), None) => number.to_string(),
            (other, _) => format!("{other:?}"),
        };
        sheet.cells.iter().map(told).collect()
    }

    fn rule(operator: &str, format: usize, limits: &[&str]) -> String {
        let limits: String = limits.iter().map(|limit| format!("<formula>{limit}</formula>")).collect();
        format!("<cfRule type=\"cellIs\" dxfId=\"{format}\" priority=\"1\" operator=\"{operator}\">{limits}</cfRule>")
    }

    #[test]
    fn comparisons_with_constants_are_evaluated_and_others_may_hold() {
        let hidden = "Hidden(\"\")";
        assert_eq!(after(&rule("lessThan", 1, &["5"])), [hidden, "5", "20"]);
        assert_eq!(after(&rule("lessThanOrEqual", 1, &["5"])), [hidden, hidden, "20"]);
        assert_eq!(after(&rule("between", 1, &["5", "1"])), [hidden, hidden, "20"]);
        assert_eq!(after(&rule("notBetween", 1, &["1", "5"])), ["3", "5", hidden]);
        assert_eq!(after(&rule("equal", 2, &["20"])), ["3", "5", "20 T€"]);
        assert_eq!(after(&rule("lessThan", 3, &["5"])), ["?", "5", "20"], "white letters");
        assert_eq!(after(&rule("greaterThan", 4, &["5"])), ["3", "5", "?"], "green on green");
        assert_eq!(after(&rule("greaterThan", 5, &["5"])), ["3", "5", "?"], "black on black");
        assert_eq!(after(&rule("greaterThan", 6, &["5"])), ["3", "5", "x"], "crossed out");
        assert_eq!(after(&rule("greaterThan", 6, &["$D$1"])), ["?"; 3], "perhaps crossed out");
        assert_eq!(after(&rule("greaterThan", 7, &["5"])), ["3", "5", "?"], "white by its format");
        assert_eq!(after(&rule("greaterThan", 8, &["5"])), ["3", "5", "20"], "not crossed out");
        assert_eq!(after(&rule("lessThan", 1, &["$D$1"])), ["?"; 3], "only a spreadsheet program knows");
        let formula = "<cfRule type=\"expression\" dxfId=\"1\" priority=\"1\"><formula>B2&lt;5</formula></cfRule>";
        assert_eq!(after(formula), ["?"; 3]);
    }

    #[test]
    fn formats_that_hide_nothing_say_nothing() {
        assert_eq!(after(&rule("lessThan", 0, &["100"])), ["3", "5", "20"]);
        assert_eq!(after(&rule("lessThan", 99, &["100"])), ["3", "5", "20"]);
        let bar = |show: &str| {
            format!("<cfRule type=\"dataBar\" priority=\"1\"><dataBar{show}><cfvo type=\"min\"/></dataBar></cfRule>")
        };
        assert_eq!(after(&bar("")), ["3", "5", "20"]);
        assert_eq!(after(&bar(" showValue=\"0\"")), ["?"; 3]);
    }

    #[test]
    fn rules_that_bring_their_format_are_known() {
        let newer = "<x14:conditionalFormatting xmlns:xm=\"m\"><x14:cfRule type=\"cellIs\" priority=\"1\" operator=\"lessThan\">\
            <xm:f>5</xm:f><x14:dxf><numFmt formatCode=\"&quot;/&quot;\"/></x14:dxf></x14:cfRule><xm:sqref>B2:B4</xm:sqref>\
            </x14:conditionalFormatting>";
        assert_eq!(after(newer), ["Hidden(\"/\")", "5", "20"]);
    }
}
