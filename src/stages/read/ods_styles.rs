//! The styles of an ods that say what is hidden or looks otherwise than it is: tables, flat rows and columns, letters that are
//! raised, crossed out or of the paper's colour, and number formats (ODF 1.3 part 3, 16.29), brought into the shape of
//! [`hidden`](super::hidden), which knows what such a format shows.

use std::collections::{HashMap, HashSet};

use super::altered::{Says, is_tame};
use super::hidden::{Condition, Format, Section};
use super::shape;
use super::xml::{Mark, Marks, Tag};

#[derive(Default)]
pub(super) struct Styles<'a> {
    cells: HashMap<&'a [u8], Cells<'a>>,
    numbers: HashMap<&'a [u8], Number<'a>>,
    hidden_tables: HashSet<&'a [u8]>,
    /// Rows without height and columns without width.
    flat: HashSet<&'a [u8]>,
    /// Letters, by the style of a cell or of a part of its text.
    letters: HashMap<&'a [u8], Letters<'a>>,
}

/// What a style says of letters, as far as it says something.
#[derive(Clone, Copy, Default)]
pub(super) struct Letters<'a> {
    struck: Option<bool>,
    slashed: Option<bool>,
    raised: Option<bool>,
    tiny: Option<bool>,
    color: Option<&'a [u8]>,
    paper: Option<&'a [u8]>,
}

impl Letters<'_> {
    pub(super) fn is_struck(&self) -> bool {
        self.struck == Some(true)
    }

    pub(super) fn is_raised(&self) -> bool {
        self.raised == Some(true)
    }

    fn is_unseen(&self) -> bool {
        let paper = self.paper.filter(|paper| *paper != b"transparent").unwrap_or(b"#ffffff");
        self.tiny == Some(true) || self.color.is_some_and(|color| color.eq_ignore_ascii_case(paper))
    }
}

/// So many generations of styles are more than any program makes.
const GENERATIONS: usize = 10;

/// A style of cells: its number format, and the style it takes one from otherwise.
struct Cells<'a> {
    number: Option<&'a [u8]>,
    parent: Option<&'a [u8]>,
}

/// A number format: what it shows itself, and formats for numbers that meet a condition.
#[derive(Default)]
struct Number<'a> {
    section: Section,
    scaled: bool,
    maps: Vec<(Condition, &'a [u8])>,
}

impl<'a> Styles<'a> {
    /// Of these parts; the later ones count.
    pub(super) fn of(parts: &[&'a [u8]]) -> Styles<'a> {
        let mut styles = Styles::default();
        for part in parts {
            styles.add(part);
        }
        styles
    }

    fn add(&mut self, part: &'a [u8]) {
        let mut style: Option<&'a [u8]> = None;
        let mut number: Option<(&'a [u8], Number<'a>)> = None;
        let mut text = false;
        for mark in Marks::new(part) {
            match mark {
                // Styles stand before the content.
                Mark::Start(tag) if tag.name == b"office:body" => break,
                Mark::Start(tag) if tag.name == b"style:style" => {
                    style = tag.attribute(b"style:name").filter(|_| !tag.empty);
                    if let (Some(name), Some(b"table-cell")) =
                        (tag.attribute(b"style:name"), tag.attribute(b"style:family"))
                    {
                        let parent = tag.attribute(b"style:parent-style-name");
                        self.cells.insert(name, Cells { number: tag.attribute(b"style:data-style-name"), parent });
                    }
                }
                Mark::Start(tag)
                    if tag.name == b"style:text-properties" || tag.name == b"style:table-cell-properties" =>
                {
                    self.look(style, &tag);
                }
                Mark::Start(tag) if tag.name.starts_with(b"style:table") => self.sizes(style, &tag),
                Mark::Start(tag) if is_format(tag.name) && !tag.empty => {
                    number = tag.attribute(b"style:name").map(|name| (name, Number::default()));
                }
                Mark::End(name) if is_format(name) => {
                    self.numbers.extend(number.take().map(|(name, number)| (name, number.done())));
                }
                Mark::Start(tag) => {
                    text = tag.name == b"number:text" || tag.name == b"number:currency-symbol";
                    if let Some((_, number)) = &mut number {
                        number.take(&tag);
                    }
                }
                Mark::Text(piece) if text => {
                    if let Some((_, number)) = &mut number {
                        let piece = String::from_utf8_lossy(piece);
                        let piece = quick_xml::escape::unescape(&piece).unwrap_or_default();
                        number.section.text.push_str(&piece);
                    }
                }
                Mark::End(_) => text = false,
                _ => {}
            }
        }
    }

    fn look(&mut self, style: Option<&'a [u8]>, tag: &Tag<'a>) {
        let Some(style) = style else { return };
        let letters = self.letters.entry(style).or_default();
        for (name, value) in tag.attributes() {
            match name {
                b"style:text-line-through-style" | b"style:text-line-through-type" => {
                    letters.struck = Some(value != b"none");
                }
                // `super 58%`, or so many per cent of the height, below zero for lowered ones.
                b"style:text-position" => {
                    let up = value.first().is_some_and(|first| first.is_ascii_digit() && *first != b'0');
                    letters.raised = Some(up || value.starts_with(b"super"));
                }
                b"style:diagonal-bl-tr" | b"style:diagonal-tl-br" if value != b"none" => letters.slashed = Some(true),
                b"fo:font-size" => letters.tiny = points(value).map(|size| size < super::rich::LEAST_SIZE),
                b"fo:color" => letters.color = Some(value),
                b"fo:background-color" => letters.paper = Some(value),
                _ => {}
            }
        }
    }

    fn sizes(&mut self, style: Option<&'a [u8]>, tag: &Tag<'a>) {
        let Some(style) = style else { return };
        // Less than a point high, or than a letter wide.
        let less = |name: &[u8], least: f64| tag.attribute(name).and_then(points).is_some_and(|size| size < least);
        if tag.attribute(b"table:display") == Some(b"false") {
            self.hidden_tables.insert(style);
        }
        if less(b"style:row-height", 1.0) || less(b"style:column-width", 5.0) {
            self.flat.insert(style);
        }
    }

    pub(super) fn hides_table(&self, style: &[u8]) -> bool {
        self.hidden_tables.contains(style)
    }

    pub(super) fn is_flat(&self, style: Option<&[u8]>) -> bool {
        style.is_some_and(|style| self.flat.contains(style))
    }

    /// How the letters of a part of a text look.
    pub(super) fn letters(&self, style: &[u8]) -> Letters<'a> {
        self.letters.get(style).copied().unwrap_or_default()
    }

    /// How cells of this style look.
    pub(super) fn style(&self, style: &'a [u8]) -> shape::Style {
        let mut letters = Letters::default();
        let mut at = Some(style);
        for _ in 0..GENERATIONS {
            let Some(style) = at else { break };
            let own = self.letters(style);
            letters = Letters {
                struck: letters.struck.or(own.struck),
                slashed: letters.slashed.or(own.slashed),
                tiny: letters.tiny.or(own.tiny),
                raised: letters.raised.or(own.raised),
                color: letters.color.or(own.color),
                paper: letters.paper.or(own.paper),
            };
            at = self.cells.get(style).and_then(|cells| cells.parent);
        }
        let paper = letters.paper.filter(|paper| *paper != b"transparent");
        shape::Style {
            format: self.format(style),
            struck: letters.is_struck(),
            slashed: letters.slashed == Some(true),
            unseen: letters.is_unseen(),
            dark: paper.is_some_and(|paper| !paper.eq_ignore_ascii_case(b"#ffffff")),
        }
    }

    /// The format of numbers in cells of this style.
    fn format(&self, style: &[u8]) -> Format {
        let mut at = Some(style);
        for _ in 0..GENERATIONS {
            let Some(Cells { number, parent }) = at.and_then(|style| self.cells.get(style)) else { break };
            if let Some(number) = number.and_then(|number| self.numbers.get(number)) {
                return self.sections(number);
            }
            at = *parent;
        }
        Format::of("")
    }

    /// The conditional formats first, in the order in which they are asked.
    fn sections(&self, number: &Number<'_>) -> Format {
        let conditional = number.maps.iter().filter_map(|(condition, name)| {
            let section = &self.numbers.get(name)?.section;
            Some(section.clone().when(*condition))
        });
        Format::of_sections(conditional.chain([number.section.clone()]).collect())
    }
}

/// `0.05cm`, in points; none for per cent and what is no size.
fn points(size: &[u8]) -> Option<f64> {
    let size = std::str::from_utf8(size).ok()?;
    let units = [("pt", 1.0), ("cm", 28.35), ("mm", 2.835), ("in", 72.0), ("pc", 12.0), ("px", 0.75)];
    let (number, factor) = units.iter().find_map(|(unit, factor)| Some((size.strip_suffix(unit)?, factor)))?;
    number.parse::<f64>().ok().map(|number| number * factor)
}

/// `number:number-style`, `number:date-style` and so on; not that for texts.
fn is_format(name: &[u8]) -> bool {
    name.starts_with(b"number:") && name.ends_with(b"-style") && name != b"number:text-style"
}

impl<'a> Number<'a> {
    /// Complete: does it change what the number says? What it then shows stands in the cell.
    fn done(mut self) -> Number<'a> {
        const SIGNS: &[char] = &['-', '–', '−', '(', ')', '+'];
        if self.scaled || !is_tame(&self.section.text, SIGNS) {
            self.section.says = Says::Otherwise;
        }
        self
    }

    fn take(&mut self, tag: &Tag<'a>) {
        let count =
            |name: &[u8]| tag.attribute(name).and_then(|text| std::str::from_utf8(text).ok()?.parse::<u32>().ok());
        match tag.name {
            b"number:number" => {
                let factor = tag.attribute(b"number:display-factor");
                self.scaled |= factor.is_some_and(|factor| factor != b"1");
                let decimals = count(b"number:decimal-places");
                let least = count(b"number:min-decimal-places").or(decimals).unwrap_or_default();
                if count(b"number:min-integer-digits") == Some(0) && least == 0 {
                    self.section.optional = Some((decimals.unwrap_or_default(), 1.0));
                } else {
                    self.section.digits = true;
                }
            }
            b"number:text" | b"number:currency-symbol" | b"number:embedded-text" => {}
            b"number:fill-character" => self.section.accounting = true,
            b"style:map" => {
                let condition = tag.text(b"style:condition").unwrap_or_default();
                let condition = condition.trim().strip_prefix("value()").map(str::trim).and_then(Condition::parse);
                self.maps.extend(condition.zip(tag.attribute(b"style:apply-style-name")));
            }
            // A part of a date or a time, a fraction, true or false, the text as it is.
            name if name.starts_with(b"number:") => self.section.digits = true,
            _ => {}
        }
    }
}
