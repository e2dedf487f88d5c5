//! Texts that are numbers in disguise.

/// The numbers a reader may take the text for (a German and an English one), if it is wholly a number, with or
/// without a sign and a unit sign; none if it is not.
pub(super) fn readings(text: &str) -> Option<Vec<f64>> {
    let bare: String = text.trim().chars().filter(|letter| !matches!(letter, ' ' | '\u{a0}' | '\u{202f}')).collect();
    let bare = bare.trim_end_matches(['%', '€', '‰']);
    let bare = bare.trim_start_matches(['≈', '~', '<', '>', '≤', '≥', '±', '+']);
    let (sign, digits) = match bare.strip_prefix(['-', '−', '–']) {
        Some(rest) => (-1.0, rest),
        None => (1.0, bare),
    };
    let numbers = [('.', ','), (',', '.')].into_iter().filter_map(|(group, point)| read(digits, group, point));
    let numbers: Vec<f64> = numbers.map(|number| sign * number).collect();
    (!numbers.is_empty()).then_some(numbers)
}

/// Digits, in groups of three if in groups, then perhaps a point and digits.
fn read(text: &str, group: char, point: char) -> Option<f64> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = match text.split_once(point) {
        Some((whole, fraction)) if digits(fraction) => (whole, fraction),
        Some(_) => return None,
        None => (text, "0"),
    };
    let groups: Vec<&str> = whole.split(group).collect();
    let well_grouped = groups.len() == 1 || groups[0].len() <= 3 && groups[1..].iter().all(|part| part.len() == 3);
    if !well_grouped || !groups.iter().all(|part| digits(part)) {
        return None;
    }
    format!("{}.{fraction}", groups.concat()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_disguise_are_seen_and_nothing_else() {
        for (text, meant) in [
            ("12", 12.0),
            (" 1.234,5 ", 1234.5),
            ("1,234.5", 1234.5),
            ("−3", -3.0),
            ("+0,5 %", 0.5),
            ("1 234 €", 1234.0),
            ("<3", 3.0),
            ("0,123", 0.123),
        ] {
            assert!(readings(text).is_some_and(|readings| readings.contains(&meant)), "{text}: {:?}", readings(text));
        }
        for text in
            ["", "-", "[g]", "20.10.2026", "Q3 26", "12 von 13", "1.", "§ 24", "B1", "2026-Q3", "3. Quartal 2026"]
        {
            assert_eq!(readings(text), None, "{text}");
        }
    }
}
