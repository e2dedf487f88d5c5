//! Words that say the opposite of each other and look like a slip: `Zugänge` and `Abgänge`.
//!
//! In: the words of two texts. Out: whether one says the opposite of the other. Pure.

/// So much of what follows the beginnings has to be the same.
const LIKENESS: f64 = 0.7;
const SHORTEST_REST: usize = 3;

const BEGINNINGS: [(&str, &str); 14] = [
    ("zu", "ab"),
    ("zu", "weg"),
    ("ein", "aus"),
    ("an", "ab"),
    ("auf", "ab"),
    ("auf", "zu"),
    ("be", "ent"),
    ("vor", "nach"),
    ("hin", "her"),
    ("hin", "rueck"),
    ("ueber", "unter"),
    ("ober", "unter"),
    ("inner", "ausser"),
    ("intern", "extern"),
];

/// Does a word of the one, which the other does not have, say the opposite of one of the other?
pub(super) fn are(one: &[String], other: &[String]) -> bool {
    let mut own = one.iter().filter(|word| !other.contains(word));
    own.any(|word| other.iter().filter(|strange| !one.contains(strange)).any(|strange| turned(word, strange)))
}

fn turned(one: &str, other: &str) -> bool {
    let pairs = BEGINNINGS.iter().flat_map(|(on, off)| [(on, off), (off, on)]);
    let mut rests = pairs.filter_map(|(on, off)| Some((one.strip_prefix(on)?, other.strip_prefix(off)?)));
    rests.any(|(one, other)| {
        let long = |rest: &str| rest.chars().count() >= SHORTEST_REST;
        let alike = || strsim::normalized_damerau_levenshtein(one, other) >= LIKENESS;
        one == other || long(one) && long(other) && alike()
    }) || within(one, other)
}

/// `Neuzugänge` and `Neuabgänge`: the same word but for its middle.
fn within(one: &str, other: &str) -> bool {
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other);
    let start: usize = same.map(|(mark, _)| mark.len_utf8()).sum();
    let (one, other) = (&one[start..], &other[start..]);
    let pairs = BEGINNINGS.iter().flat_map(|(on, off)| [(on, off), (off, on)]);
    let mut rests = pairs.filter_map(|(on, off)| Some((one.strip_prefix(on)?, other.strip_prefix(off)?)));
    start > 0 && rests.any(|(one, other)| one == other && one.chars().count() >= SHORTEST_REST)
}

/// Is any of the texts, as words, the opposite of the other?
#[cfg(test)]
fn texts(one: &str, other: &str) -> bool {
    are(&super::text::words(one), &super::text::words(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_opposite_is_told_from_a_slip() {
        for (one, other) in [
            ("sonstige Zugänge", "sonstige Abgänge"),
            ("Neuzugänge", "Neuabgänge"),
            ("Einzüge im Quartal", "Auszüge im Quartal"),
            ("Zuwanderung", "Abwanderung"),
            ("Anmeldungen", "Abmeldungen"),
            ("Anmeldungen", "Abmeldunge"),
            ("Belastung", "Entlastung"),
            ("Vorbereitung", "Nachbereitung"),
            ("Aufbau", "Abbau"),
            ("innerhalb", "außerhalb"),
        ] {
            assert!(texts(one, other) && texts(other, one), "{one} / {other}");
        }
        for (one, other) in [
            ("sonstige Abgänge", "sonstige Agbänge"),
            ("Zugewanderte", "Zugewandert"),
            ("Anmeldungen", "Anmeldungn"),
            ("Zugänge Abgänge", "Zugänge Abgäng"),
            ("Standort", "Standrot"),
            ("", ""),
        ] {
            assert!(!texts(one, other) && !texts(other, one), "{one} / {other}");
        }
    }
}
