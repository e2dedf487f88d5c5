//! Sums that are published with their parts: does what is shown give away what is hidden?

use super::Complaint;
use super::declared::Group;

/// A hidden count must leave at least so many values to choose from. (`W` of the disclosure rules; it is not printed.)
const CHOICES: f64 = 3.0;

pub(super) fn complaints(groups: &[Group]) -> Vec<Complaint> {
    let of_group = |group: &Group| {
        let sentence = recoverable(group)?;
        Some(Complaint { sheet: String::new(), cell: String::new(), sentence })
    };
    groups.iter().filter_map(of_group).collect()
}

/// The hidden parts of a published total. Zeros are always printed, so each hidden part is a whole number from 1 up:
/// with a remainder R for h of them, each lies between 1 and R − h + 1.
fn recoverable(group: &Group) -> Option<String> {
    let total = group.total?;
    let hidden: Vec<&str> =
        group.parts.iter().filter(|(_, shown)| shown.is_none()).map(|(name, _)| name.as_str()).collect();
    let [first, rest @ ..] = &hidden[..] else { return None };
    if rest.is_empty() {
        return Some(format!("{}: {first} is the total less all other parts, which are shown", group.name));
    }
    if !group.counts {
        return None;
    }
    let shown: f64 = group.parts.iter().filter_map(|(_, shown)| *shown).sum();
    let choices = total - shown - hidden.len() as f64 + 1.0;
    (choices < CHOICES).then(|| {
        format!("{}: the total and the shown parts leave too few values for {}", group.name, hidden.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn group(total: Option<f64>, parts: &[Option<f64>]) -> Group {
        let parts = parts.iter().enumerate().map(|(index, part)| (format!("part {index}"), *part)).collect();
        Group { name: "persons".to_owned(), total, parts, counts: true }
    }

    #[test]
    fn what_can_be_computed_is_told() {
        let told = |total, parts: &[Option<f64>]| recoverable(&group(total, parts)).is_some();
        assert!(told(Some(15.0), &[Some(10.0), Some(3.0), None]), "one hidden part");
        // `15 = 10 + 3 + x + x` with zeros printed: both are 1.
        assert!(told(Some(15.0), &[Some(10.0), Some(3.0), None, None]));
        assert!(told(Some(16.0), &[Some(10.0), Some(3.0), None, None]), "1 and 2, or 2 and 1");
        assert!(!told(Some(17.0), &[Some(10.0), Some(3.0), None, None]), "1 to 3");
        assert!(!told(None, &[Some(10.0), None]), "without the total nothing follows");
        assert!(!told(Some(13.0), &[Some(10.0), Some(3.0)]), "nothing is hidden");
        let posts = Group { counts: false, ..group(Some(15.0), &[Some(13.0), None, None]) };
        assert!(recoverable(&posts).is_none(), "0.5 and 1.5, or anything else");
    }

    proptest! {
        // Against counting: how many values the first hidden part can take.
        #[test]
        fn the_bound_is_what_counting_gives(values in prop::collection::vec(1_u32..6, 2..5), shown in 0_u32..50) {
            let rest: u32 = values.iter().sum();
            let mut parts = vec![Some(f64::from(shown))];
            parts.extend(values.iter().map(|_| None));
            let others = values.len() as u32 - 1;
            // Each of the others is at least 1, and they can be anything above.
            let possible = (1..=rest).filter(|first| rest - first >= others).count();
            let told = recoverable(&group(Some(f64::from(shown + rest)), &parts)).is_some();
            prop_assert_eq!(told, possible < 3);
        }
    }
}
