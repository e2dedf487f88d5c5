//! Mistakes in what the signs of a form mean.

use super::broken::{FORM, each};

#[test]
fn a_sign_means_one_thing() {
    each(
        FORM,
        &[
            (
                "withheld = [\"/\",",
                "withheld = [\"X\", \"/\",",
                "`X` means both `not_applicable` and `withheld`",
                "withheld",
            ),
            (
                "withheld = [\"/\",",
                "zero = [\"---\"]\nwithheld = [\"/\",",
                "`---` means both `missing` and `zero`",
                "zero",
            ),
            ("withheld = [\"/\",", "withheld = [\" \", \"/\",", "holds an empty symbol", "[symbols]"),
            ("other = [\"Ziel\",", "other = [\"…\",", "`other` holds an empty word", "other = ["),
            ("current = [", "current = [\"Geplant\", ", "`Geplant` stands in `apart` and in `current`", "current = ["),
            ("[rows]", "[rows]\nauthor = [\"x\"]", "unknown key `author`", "author"),
            ("parentheses = \"ask\"", "parentheses = \"minus\"", "unknown variant `minus`", "parentheses"),
        ],
    );
}
