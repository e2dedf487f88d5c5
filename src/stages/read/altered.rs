//! Numbers that a format shows as something else: `0.0" T€"`, `#,##0,` (12 500 as `13`), `0%`, `"<"0`, `0"."000`.
//!
//! In: a section of a number format (ECMA-376 part 1, 18.8.31) and a number. Out: what the sender sees, in the marks of a German
//! Excel. Whether that says the same as the number is for `clean` to judge, which knows the column's unit. Never: a date, a
//! fraction or an exponent; and nothing for formats that only add blanks, a sign or a currency.

/// What a section adds to the digits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Says {
    /// Nothing that changes the number.
    #[default]
    Same,
    /// Something; what, the file itself says beside the number (ods).
    Otherwise,
    /// What is shown can be laid out.
    Laid(Layout),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    tokens: Vec<Token>,
    /// 100 for each `%`, a thousandth for each comma behind the digits.
    factor: f64,
    decimals: usize,
    grouped: bool,
    /// Excel puts the minus itself.
    signed: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// `0`, `#` or `?`.
    Place(char),
    Point,
    Text(String),
    /// `General`: as many digits as there are.
    General,
}

/// What numbers a section is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum For {
    Any,
    BelowZero,
    Zero,
}

impl Says {
    /// Of one section: which of those without conditions it is says whether a sign of its own is no more than that.
    pub(super) fn of(code: &str, of: For) -> Says {
        parsed(code, of).map_or(Says::Same, Says::Laid)
    }

    pub(super) fn is_same(&self) -> bool {
        *self == Says::Same
    }
}

/// Blanks, signs and currencies: around a number they leave it what it is.
pub(super) fn is_tame(text: &str, signs: &[char]) -> bool {
    const CURRENCIES: [&str; 7] = ["", "€", "EUR", "Euro", "$", "£", "CHF"];
    let bare = text.trim_matches(|mark: char| mark.is_whitespace() || signs.contains(&mark));
    CURRENCIES.contains(&bare)
}

/// None for a section that says what the number says, or that has no digits.
fn parsed(code: &str, of: For) -> Option<Layout> {
    let mut read = Read::default();
    let mut rest = code;
    while let Some(mark) = rest.chars().next() {
        if rest.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("general")) {
            rest = &rest[7..];
            read.tokens.push(Token::General);
            continue;
        }
        rest = &rest[mark.len_utf8()..];
        match mark {
            '"' => {
                let (text, after) = rest.split_once('"').unwrap_or((rest, ""));
                read.text(text);
                rest = after;
            }
            '\\' | '_' | '*' => {
                let next = rest.chars().next();
                rest = &rest[next.map_or(0, char::len_utf8)..];
                match mark {
                    '\\' => read.text(next?.encode_utf8(&mut [0; 4])),
                    '_' => read.text(" "),
                    _ => {}
                }
            }
            '[' => {
                let (inner, after) = rest.split_once(']').unwrap_or((rest, ""));
                rest = after;
                match inner.strip_prefix('$') {
                    Some(symbol) => read.text(symbol.split('-').next().unwrap_or_default()),
                    // `[h]` counts hours; the others are colours and conditions.
                    None if inner.to_lowercase().chars().all(|mark| "hms".contains(mark)) => return None,
                    None => read.coloured |= inner.chars().all(char::is_alphabetic),
                }
            }
            '0' | '#' | '?' => read.place(mark),
            '.' => read.tokens.push(Token::Point),
            ',' => read.commas += 1,
            '%' => {
                read.percent += 1;
                read.text("%");
            }
            // Texts, fractions, dates and exponents say what they say.
            '@' | '/' => return None,
            mark if mark.is_ascii_alphabetic() => return None,
            mark => read.text(mark.encode_utf8(&mut [0; 4])),
        }
    }
    read.layout(of)
}

#[derive(Default)]
struct Read {
    tokens: Vec<Token>,
    commas: i32,
    percent: i32,
    grouped: bool,
    coloured: bool,
}

impl Read {
    fn text(&mut self, text: &str) {
        match self.tokens.last_mut() {
            Some(Token::Text(last)) => last.push_str(text),
            _ => self.tokens.push(Token::Text(text.to_owned())),
        }
    }

    fn place(&mut self, mark: char) {
        // Commas between places group; those behind the last one divide.
        self.grouped |= std::mem::take(&mut self.commas) > 0;
        self.tokens.push(Token::Place(mark));
    }

    fn layout(self, of: For) -> Option<Layout> {
        let is_place = |token: &Token| matches!(token, Token::Place(_) | Token::General);
        let first = self.tokens.iter().position(is_place)?;
        let last = self.tokens.iter().rposition(is_place)?;
        let text = |tokens: &[Token]| -> String {
            let texts = tokens.iter().filter_map(|token| if let Token::Text(text) = token { Some(text) } else { None });
            texts.map(String::as_str).collect()
        };
        let (front, within, behind) =
            (text(&self.tokens[..first]), text(&self.tokens[first..=last]), text(&self.tokens[last + 1..]));
        let negative = of == For::BelowZero;
        let signs: &[char] = if of != For::Any { &['-', '–', '−', '(', ')', '+'] } else { &['+'] };
        // A red number is below zero, even without a sign.
        let unsigned = negative && !self.coloured && !front.contains(['-', '–', '−', '(']) && !behind.contains('-');
        let groups = within.chars().all(|mark| mark.is_whitespace() || matches!(mark, '\'' | '’'));
        let same = self.commas == 0 && self.percent == 0 && groups && is_tame(&front, signs) && is_tame(&behind, signs);
        let point = self.tokens.iter().position(|token| *token == Token::Point).unwrap_or(self.tokens.len());
        let decimals = self.tokens[point..].iter().filter(|token| matches!(token, Token::Place(_))).count();
        let factor = 100_f64.powi(self.percent) / 1000_f64.powi(self.commas);
        let layout = Layout { tokens: self.tokens, factor, decimals, grouped: self.grouped, signed: !negative };
        (!same || unsigned).then_some(layout)
    }
}

impl Layout {
    /// `number` as it is seen.
    pub(super) fn text(&self, number: f64) -> String {
        let size = number.abs() * self.factor;
        // Half is more, as in Excel.
        let scale = 10_f64.powi(i32::try_from(self.decimals).unwrap_or(15));
        let digits = format!("{:.*}", self.decimals, (size * scale).round() / scale);
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let point = self.tokens.iter().position(|token| *token == Token::Point).unwrap_or(self.tokens.len());
        let mut seen = self.whole(&self.tokens[..point], whole, size);
        let mut decimals = fraction.chars();
        let mut behind = String::new();
        for token in &self.tokens[point..] {
            match token {
                Token::Place(_) => behind.extend(decimals.next()),
                Token::Point => behind.push(','),
                Token::Text(text) => behind.push_str(text),
                Token::General => {}
            }
        }
        seen.push_str(&behind);
        let seen = seen.trim();
        let shows_something = digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
        if number < 0.0 && self.signed && shows_something { format!("-{seen}") } else { seen.to_owned() }
    }

    /// What stands before the point: digits go into their places from the right.
    fn whole(&self, tokens: &[Token], digits: &str, size: f64) -> String {
        let places = tokens.iter().filter(|token| matches!(token, Token::Place(_))).count();
        let mut digits: Vec<char> = if digits == "0" { Vec::new() } else { digits.chars().collect() };
        let (mut seen, mut left, mut count) = (Vec::new(), places, 0);
        let mut push = |seen: &mut Vec<char>, digit: char| {
            if self.grouped && count > 0 && count % 3 == 0 {
                seen.push('.');
            }
            count += 1;
            seen.push(digit);
        };
        for token in tokens.iter().rev() {
            match token {
                Token::Text(text) => seen.extend(text.chars().rev()),
                Token::General => seen.extend(size.to_string().replace('.', ",").chars().rev()),
                Token::Point => {}
                Token::Place(mark) => {
                    left -= 1;
                    match digits.pop() {
                        Some(digit) => push(&mut seen, digit),
                        None if *mark == '0' => push(&mut seen, '0'),
                        None => {}
                    }
                    // The first place takes all that are left.
                    while left == 0 && !digits.is_empty() {
                        digits.pop().into_iter().for_each(|digit| push(&mut seen, digit));
                    }
                }
            }
        }
        seen.iter().rev().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::hidden::Format;

    fn seen(code: &str, number: f64) -> Option<String> {
        Format::of(code).altered(number)
    }

    #[test]
    fn what_a_format_adds_scales_or_puts_between_is_seen() {
        for (code, number, text) in [
            ("0.0\" T€\"", 12.54, "12,5 T€"),
            ("#,##0\\ \"Tsd. €\"", 1234.0, "1.234 Tsd. €"),
            ("0\".\"000", 2500.0, "2.500"),
            ("0\\.0", 25.0, "2.5"),
            ("\"<\"0", 5.0, "<5"),
            ("\"ca. \"General", 20.5, "ca. 20,5"),
            ("#,##0,", 12_500.0, "13"),
            ("0.0,,\" Mio.\"", 12_500_000.0, "12,5 Mio."),
            ("0%", 0.5, "50%"),
            ("0.0\\ %", 0.125, "12,5 %"),
            ("0\" VZÄ\"", 3.0, "3 VZÄ"),
            ("0\" VZÄ\";-0\" VZÄ\"", -3.0, "-3 VZÄ"),
            ("0\" T€\"", -3.0, "-3 T€"),
            ("[$T€-407]\\ 0", 3.0, "T€ 3"),
            ("0;0", -3.0, "3"),
            ("[<5]\"/\";[<10]\\(0.0\\);#\\ ###", 7.0, "(7,0)"),
            ("\"Raum \"000", 7.0, "Raum 007"),
        ] {
            assert_eq!(seen(code, number).as_deref(), Some(text), "{number} in {code}");
            assert!(Format::of(code).needs_look(), "{code}");
        }
    }

    #[test]
    fn blanks_signs_and_currencies_change_nothing() {
        for code in [
            "",
            "General",
            "0.00",
            "#,##0.00 \"€\"",
            "#,##0.00\\ [$€-407]",
            "[$EUR] 0.00",
            "0.00E+00",
            "# ?/?",
            "@",
            "dd.mm.yyyy",
            "[h]:mm",
            "00000",
            "#\\ ##0",
            "#'##0",
            "+0;-0;0",
            "0;[Red]0",
            "#,##0.00_);[Red](#,##0.00)",
            "#,##0;[Red]-#,##0",
            "_-* #,##0.00\\ \"€\"_-;-* #,##0.00\\ \"€\"_-;_-* \"-\"??\\ \"€\"_-;_-@_-",
        ] {
            for number in [-1234.5, 0.0, 12.0] {
                assert_eq!(seen(code, number), None, "{number} in {code}");
            }
        }
    }
}
