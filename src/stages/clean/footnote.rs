//! A number with the mark of a footnote: `18¹`, `2*`, `38,5 **`, `2 *)`, `15 1)`.
//!
//! In: what is written in a cell. Out: the number's part of it, and the mark. Never: a mark that may belong to the number (`21)`).

use crate::model::raw;

/// None if there is no such mark behind a digit.
pub(super) fn without(written: &str) -> Option<(&str, &str)> {
    let bare = raised(written).or_else(|| stars(written)).or_else(|| numbered(written))?;
    let number = bare.trim_end_matches(' ');
    number.ends_with(|mark: char| mark.is_ascii_digit()).then(|| (number, written[bare.len()..].trim_end_matches(')')))
}

fn raised(written: &str) -> Option<&str> {
    let bare = written.trim_end_matches(|mark: char| raw::is_raised(mark) || mark == ' ');
    (bare.len() < written.len()).then_some(bare)
}

fn stars(written: &str) -> Option<&str> {
    let open = written.strip_suffix(')').unwrap_or(written);
    let bare = open.trim_end_matches('*');
    (1..=3).contains(&(open.len() - bare.len())).then_some(bare)
}

/// With a blank in front, which no number has there.
fn numbered(written: &str) -> Option<&str> {
    let (bare, mark) = written.strip_suffix(')')?.rsplit_once(' ')?;
    let number = (1..=2).contains(&mark.len()) && mark.bytes().all(|mark| mark.is_ascii_digit());
    number.then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_told_from_the_number() {
        for (written, number, mark) in [
            ("18¹", "18", "¹"),
            ("1.250 ᵃ⁾", "1.250", " ᵃ⁾"),
            ("2*", "2", "*"),
            ("38,5 **", "38,5", "**"),
            ("2 *)", "2", "*"),
            ("15 1)", "15", " 1"),
        ] {
            assert_eq!(without(written), Some((number, mark)), "{written}");
        }
        for written in ["*", "21)", "2****", "*)", "¹", "ca. 1)", "2 x", "2 (1)", "2 123)", "2)", ""] {
            assert_eq!(without(written), None, "{written}");
        }
    }
}
