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
            ("parentheses = \"ask\"", "parentheses = \"minus\"", "unknown variant `minus`", "parentheses"),
        ],
    );
}
