//! Numbers that a format does not show: `[<5]"/";0` shows 3 as `/`, `;;;` shows nothing.
//!
//! The sender withheld them; the number is still in the cell, and to republish it would be a leak. So what the sender
//! sees replaces what is stored. In: a number format (ECMA-376 part 1, 18.8.31) and a number. Out: what is shown instead.
//!
//! A number is shown if the section that applies to it has a place for a digit: `0`, `?`, `General`, a part of a date or
//! `@`. `#` is one too, but shows nothing for a zero, so `#` and `#,###` hide 0 (and what rounds to it) while they show
//! 5. A dash drawn for zero alone (`0;0;\–`, `[=0]"-"`, the accounting formats `_-* "-"??_-`) is how tables print a zero, and
//! stays one: whoever sees the dash knows the number (docs/decisions/0038). A dash that stands for other numbers, too, hides them.
//!
//! What a format adds to a number that it shows is `altered`; conditional formats are `conditional`. Out of scope: texts under `;;;`.

use super::altered::{For, Says};

/// One section of a number format: what it shows, and when it applies.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Section {
    /// Shows a digit for every number.
    pub(super) digits: bool,
    /// Has only places that a zero leaves empty; then the decimals it rounds to, and what it multiplies by.
    pub(super) optional: Option<(u32, f64)>,
    /// What it shows besides digits.
    pub(super) text: String,
    /// Fills with blanks, as accounts do.
    pub(super) accounting: bool,
    /// Applies to zero and to nothing else.
    only_zero: bool,
    /// Letters in white, whatever the style says.
    pub(super) white: bool,
    /// What it adds to the digits.
    pub(super) says: Says,
    condition: Option<Condition>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sign {
    LessOrEqual,
    GreaterOrEqual,
    Other,
    Less,
    Greater,
    Equal,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Condition {
    sign: Sign,
    limit: f64,
}

impl Condition {
    /// `<5`, also `>=0,5`.
    pub(super) fn parse(text: &str) -> Option<Condition> {
        let signs = [
            ("<=", Sign::LessOrEqual),
            (">=", Sign::GreaterOrEqual),
            ("<>", Sign::Other),
            ("!=", Sign::Other),
            ("<", Sign::Less),
            (">", Sign::Greater),
            ("=", Sign::Equal),
        ];
        let (rest, sign) = signs.into_iter().find_map(|(mark, sign)| Some((text.strip_prefix(mark)?, sign)))?;
        let limit = rest.trim().replace(',', ".").parse().ok()?;
        Some(Condition { sign, limit })
    }

    pub(super) fn holds(self, number: f64) -> bool {
        match self.sign {
            Sign::LessOrEqual => number <= self.limit,
            Sign::GreaterOrEqual => number >= self.limit,
            Sign::Other => number != self.limit,
            Sign::Less => number < self.limit,
            Sign::Greater => number > self.limit,
            Sign::Equal => number == self.limit,
        }
    }
}

impl Section {
    pub(super) fn when(self, condition: Condition) -> Section {
        Section { condition: Some(condition), ..self }
    }

    /// Can there be a number that it does not show?
    pub(super) fn may_hide(&self) -> bool {
        !self.digits
    }

    /// Is this how a zero is printed?
    fn is_printed_zero(&self) -> bool {
        (self.accounting || self.only_zero) && is_dash(&self.text)
    }

    /// What it shows instead of `number`; none if it shows the number.
    pub(super) fn shown(&self, number: f64) -> Option<String> {
        if self.digits || number == 0.0 && self.is_printed_zero() {
            return None;
        }
        let vanishes = |(decimals, factor): (u32, f64)| {
            let least = 0.5 * 10_f64.powi(-i32::try_from(decimals).unwrap_or(15));
            (number * factor).abs() < least
        };
        self.optional.is_none_or(vanishes).then(|| self.text.clone())
    }
}

/// A dash, perhaps with a currency behind it.
fn is_dash(text: &str) -> bool {
    text.strip_prefix(['-', '–', '—']).is_some_and(|rest| matches!(rest.trim(), "" | "€" | "EUR" | "$" | "£"))
}

/// A number format: its sections for numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Format(Vec<Section>);

impl Format {
    /// The empty code is `General`.
    pub(super) fn of(code: &str) -> Format {
        if code.is_empty() {
            return Format(vec![Section { digits: true, ..Section::default() }]);
        }
        // The fourth section is for texts.
        let codes = sections(code);
        let mut sections: Vec<Section> = codes.iter().take(3).map(|code| section(code)).collect();
        let conditional = sections.iter().any(|section| section.condition.is_some());
        for (index, (section, code)) in sections.iter_mut().zip(codes).enumerate() {
            section.says = Says::of(
                code,
                match index {
                    1 if !conditional => For::BelowZero,
                    2 if !conditional => For::Zero,
                    _ => For::Any,
                },
            );
        }
        Format(sections).with_zeros()
    }

    /// Says of each section whether zero is all that comes to it.
    fn with_zeros(mut self) -> Format {
        let conditional = self.0.iter().any(|section| section.condition.is_some());
        for index in 0..self.0.len() {
            let above = self.0[..index].iter().filter_map(|section| section.condition);
            let signs: Vec<Sign> = above.filter(|above| above.limit == 0.0).map(|above| above.sign).collect();
            self.0[index].only_zero = match self.0[index].condition {
                Some(Condition { sign, limit }) => sign == Sign::Equal && limit == 0.0,
                None if conditional => {
                    signs.contains(&Sign::Other) || [Sign::Less, Sign::Greater].iter().all(|sign| signs.contains(sign))
                }
                None => index == 2,
            };
        }
        self
    }

    /// With conditions, the first section that applies counts.
    pub(super) fn of_sections(mut sections: Vec<Section>) -> Format {
        for section in &mut sections {
            section.text = section.text.trim().to_owned();
        }
        Format(sections).with_zeros()
    }

    /// Is there a number that it does not show?
    pub(super) fn may_hide(&self) -> bool {
        let conditions = self.0.iter().filter(|section| section.condition.is_some()).count();
        let hides = |section: &Section| section.may_hide() && !(section.only_zero && section.is_printed_zero());
        self.0.iter().any(hides) || conditions > 0 && conditions == self.0.len()
    }

    /// Is there a number that it does not show, or shows as something else?
    pub(super) fn needs_look(&self) -> bool {
        self.may_hide() || self.0.iter().any(|section| section.white || !section.says.is_same())
    }

    /// Are the letters of this number white?
    pub(super) fn is_white(&self, number: f64) -> bool {
        self.section(number).is_some_and(|section| section.white)
    }

    /// What a cell with this format shows instead of `number`; none if it shows the number.
    pub(super) fn shown(&self, number: f64) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        // No section for this number: Excel fills the cell with `#`.
        self.section(number).map_or_else(|| Some("###".to_owned()), |section| section.shown(number))
    }

    /// What a cell with this format shows, where it shows `number` and changes what it says.
    pub(super) fn altered(&self, number: f64) -> Option<String> {
        match &self.section(number).filter(|section| section.shown(number).is_none())?.says {
            Says::Laid(layout) => Some(layout.text(number)),
            Says::Same | Says::Otherwise => None,
        }
    }

    /// The section that applies.
    pub(super) fn section(&self, number: f64) -> Option<&Section> {
        match self.0.as_slice() {
            sections if sections.iter().any(|section| section.condition.is_some()) => {
                sections.iter().find(|section| section.condition.is_none_or(|condition| condition.holds(number)))
            }
            [_, negative, ..] if number < 0.0 => Some(negative),
            [_, _, zero, ..] if number == 0.0 => Some(zero),
            sections => sections.first(),
        }
    }
}

/// Excel stores its colours in English; others may not. The second of its palette is white, too.
fn is_white(color: &str) -> bool {
    let color = color.to_lowercase().replace(' ', "");
    matches!(color.as_str(), "white" | "weiss" | "weiß" | "color2" | "farbe2")
}

/// Split at `;` outside of quotes and brackets.
fn sections(code: &str) -> Vec<&str> {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    code.split(move |mark| {
        let literal = std::mem::take(&mut escaped);
        match mark {
            _ if literal => {}
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' | '_' | '*' if !bracketed => escaped = true,
            '[' => bracketed = true,
            ']' => bracketed = false,
            ';' => return !bracketed,
            _ => {}
        }
        false
    })
    .collect()
}

fn section(code: &str) -> Section {
    let mut section = Section::default();
    let (mut optional, mut point, mut decimals, mut factor) = (false, false, 0, 1.0);
    let mut commas = 0;
    let mut rest = code;
    while let Some(mark) = rest.chars().next() {
        rest = &rest[mark.len_utf8()..];
        let digit = matches!(mark, '0' | '#' | '?');
        if digit {
            // Commas between digits group; those behind the last one divide.
            commas = 0;
        }
        match mark {
            '"' => {
                let (text, after) = rest.split_once('"').unwrap_or((rest, ""));
                section.text.push_str(text);
                rest = after;
            }
            '\\' | '_' | '*' => {
                let next = rest.chars().next();
                rest = &rest[next.map_or(0, char::len_utf8)..];
                match mark {
                    '\\' => section.text.extend(next),
                    '*' => section.accounting |= next == Some(' '),
                    _ => {}
                }
            }
            '[' => {
                let (inner, after) = rest.split_once(']').unwrap_or((rest, ""));
                rest = after;
                // Elapsed time: `[h]`, `[mm]`.
                section.digits |= !inner.is_empty() && inner.to_lowercase().chars().all(|mark| "hms".contains(mark));
                section.condition = section.condition.or(Condition::parse(inner));
                section.white |= is_white(inner);
                let symbol = inner.strip_prefix('$').map(|symbol| symbol.split('-').next().unwrap_or_default());
                section.text.push_str(symbol.unwrap_or_default());
            }
            '0' | '?' | '@' => section.digits = true,
            '#' => {
                optional = true;
                decimals += u32::from(point);
            }
            '.' => point = true,
            ',' => commas += 1,
            '%' => {
                factor *= 100.0;
                section.text.push('%');
            }
            // Parts of dates and times; the letters of `General`, `Standard`, and the German ones are among them.
            mark if "dmyhsegbjt".contains(mark.to_ascii_lowercase()) => section.digits = true,
            mark => section.text.push(mark),
        }
    }
    section.text = section.text.trim().to_owned();
    section.optional = optional.then(|| (decimals, factor / 1000_f64.powi(commas)));
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, number: f64) -> Option<String> {
        let format = Format::of(code);
        let shown = format.shown(number);
        assert!(format.may_hide() || shown.is_none(), "{code} is not expected to hide {number}");
        shown
    }

    #[test]
    fn a_section_without_a_place_for_a_digit_hides_the_number() {
        for (code, number, sign) in [
            ("[<5]\"/\";[<10]\\(0.0\\);#\\ ###", 3.0, "/"),
            ("[<5]\"/\";[<10]\\(0.0\\);#\\ ###", 0.0, "/"),
            ("[<5]\"/\";[<10]\\(0.0\\);#\\ ###", -7.0, "/"),
            (";;;", 5.0, ""),
            (";;;", 0.0, ""),
            (";;;", -5.0, ""),
            (";", 5.0, ""),
            ("0;-0;\"*\"", 0.0, "*"),
            ("0;-0;\"k.A.\"", 0.0, "k.A."),
            ("[<5]\"-\";0", 0.0, "-"),
            ("[<=0]\"-\";0", 0.0, "-"),
            ("[>0]0;\"-\"", 0.0, "-"),
            ("0;;0", -3.0, ""),
            ("\"k.A.\"", 12.0, "k.A."),
            ("\"x\";\"y\"", 1.0, "x"),
            ("\"x\";\"y\"", -1.0, "y"),
            ("[Red]\"/\"", 2.0, "/"),
            ("_(\"/\"_)", 2.0, "/"),
            ("[=0]\"\";General", 0.0, ""),
            ("[>100]0;[<5]0", 50.0, "###"),
            ("\"a;b\"", 1.0, "a;b"),
            ("_-* \"-\"_-", 5.0, "-"),
            ("dd.mm.yyyy;;", 0.0, ""),
        ] {
            assert_eq!(shown(code, number).as_deref(), Some(sign), "{number} in {code}");
        }
    }

    #[test]
    fn a_zero_where_only_other_digits_have_a_place_is_hidden() {
        for code in ["#", "#,###", "#\\ ###", "#,###\" VZÄ\"", "#.#", "#%", "#,##0;-#,##0;#"] {
            assert!(shown(code, 0.0).is_some(), "{code}");
            assert_eq!(shown(code, 5.0), None, "{code}");
        }
        assert_eq!(shown("#", 0.4).as_deref(), Some(""));
        assert_eq!(shown("#.#", 0.4), None);
        assert_eq!(shown("#%", 0.4), None);
        assert_eq!(shown("#,", 400.0).as_deref(), Some(""));
        assert_eq!(shown("#.00", 0.0), None);
    }

    #[test]
    fn ordinary_formats_show_every_number_and_need_no_look_at_the_cells() {
        for code in [
            "",
            "General",
            "Standard",
            "0.00",
            "#,##0.00 \"€\"",
            "dd.mm.yyyy",
            "TT.MM.JJJJ",
            "[$-407]d. mmmm yyyy;@",
            "[h]:mm",
            "@",
            "00000",
            "# ?/?",
            "0.00E+00",
            "#,##0.00_);[Red](#,##0.00)",
            "#,##0;[Red]-#,##0",
            "0\" VZÄ\"",
            "0;-0;0;\"\"",
            "_-* #,##0.00 _€_-;-* #,##0.00 _€_-;_-* \"-\"?? _€_-;_-@_-",
            "_-* #,##0_-;-* #,##0_-;_-* \"-\"_-;_-@_-",
            "_-* #,##0\\ \"€\"_-;-* #,##0\\ \"€\"_-;_-* \"-\"\\ \"€\"_-;_-@_-",
            "\\(0.0\\)",
            "0;0;\\–",
            "0;-0;\"-\"",
            "[=0]\"-\";General",
            "[>0]0;[<0]-0;\"–\"",
            "[White]0",
        ] {
            let format = Format::of(code);
            assert!(!format.may_hide(), "{code}");
            for number in [-1.5, 0.0, 0.4, 12.0] {
                assert_eq!(format.shown(number), None, "{number} in {code}");
            }
        }
    }

    #[test]
    fn white_letters_are_known_for_each_number() {
        let white = |code: &str, number: f64| Format::of(code).needs_look() && Format::of(code).is_white(number);
        assert!(white("[White]0", 3.0) && white("0;[Weiß]-0", -3.0) && white("[Color 2][<5]0;0", 3.0));
        assert!(!white("[Color 2][<5]0;0", 7.0) && !white("[Red]0", 3.0) && !white("0;[White]-0", 3.0));
    }
}
