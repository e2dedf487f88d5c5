//! What a server says, without what it was told in confidence: some repeat the line with the password in their refusal.
//!
//! In: the login, words of a server. Out: the words, with every form of the password made unreadable. Pure.

/// What stands where the secret stood.
const MASK: &str = "[hidden]";
/// Shorter than this, a piece of a secret tells nothing, and may be any word.
const PIECE: usize = 6;
/// A shorter password would tear words apart that have nothing to do with it, and be read off the gaps.
const SHORTEST: usize = 4;

/// The forms in which a login travels (SASL PLAIN, RFC 4616; LOGIN). Has no `Debug`.
#[derive(Default)]
pub(super) struct Confidence {
    password: String,
    /// In Base64, without the padding.
    encoded: Vec<String>,
}

impl Confidence {
    pub(super) fn of(user: &str, password: &str) -> Confidence {
        let lines = [format!("\0{user}\0{password}"), format!("{user}\0{user}\0{password}"), password.to_owned()];
        let encoded = lines.iter().map(|line| base64(line.as_bytes())).filter(|line| line.len() >= SHORTEST);
        Confidence { password: password.to_owned(), encoded: encoded.collect() }
    }

    /// The text without the secret, whole or in pieces, plain or encoded.
    pub(super) fn keep(&self, text: &str) -> String {
        self.without_pieces(&self.without_password(text))
    }

    /// However it is written: a server may answer in capitals.
    fn without_password(&self, text: &str) -> String {
        if self.password.chars().count() < SHORTEST {
            return text.to_owned();
        }
        let (mut rest, mut kept) = (text, String::new());
        while let Some(letter) = rest.chars().next() {
            let begun = rest.get(..self.password.len());
            if begun.is_some_and(|begun| begun.eq_ignore_ascii_case(&self.password)) {
                kept += MASK;
                rest = &rest[self.password.len()..];
            } else {
                kept.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
        kept
    }

    /// Words of the Base64 alphabet that are a piece of a secret, or hold one.
    fn without_pieces(&self, text: &str) -> String {
        let inside = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=' | '-' | '_');
        let mut kept = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let length = rest.find(|letter| !inside(letter)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(length);
            kept += if self.gives_away(word) { MASK } else { word };
            let between = after.find(inside).unwrap_or(after.len());
            kept += &after[..between];
            rest = &after[between..];
        }
        kept
    }

    fn gives_away(&self, word: &str) -> bool {
        let bare = word.trim_end_matches('=').replace('-', "+").replace('_', "/");
        let piece = |form: &String| bare.contains(form.as_str()) || (bare.len() >= PIECE && form.contains(&bare));
        self.encoded.iter().any(piece)
    }
}

/// RFC 4648, section 4, without the padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            text.push(char::from(ALPHABET[(bits >> (18 - 6 * place)) as usize & 63]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn base64_is_as_the_standard_gives_it() {
        let known = [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("foobar", "Zm9vYmFy")];
        for (plain, encoded) in known {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn whatever_form_the_password_comes_back_in_it_is_hidden() {
        let login = Confidence::of("monitoring", "streng geheim");
        let plain = base64(b"\0monitoring\0streng geheim");
        for said in [
            "535 wrong password: streng geheim".to_owned(),
            "535 WRONG: STRENG GEHEIM.".to_owned(),
            format!("535 5.7.8 <AUTH PLAIN {plain}=> refused"),
            format!("535-AUTH PLAIN {} 535 {}", &plain[..16], &plain[16..]),
            format!("535 got {}", base64(b"streng geheim")),
        ] {
            let kept = login.keep(&said);
            assert!(kept.contains(MASK) && kept.starts_with("535"), "{kept}");
            assert!(!kept.to_lowercase().contains("geheim"), "{kept}");
            assert!(!kept.contains(&plain[8..16]) && !kept.contains(&plain[20..28]), "{kept}");
        }
        let told = "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6, user monitoring";
        assert_eq!(login.keep(told), told, "nothing else is touched");
        assert_eq!(Confidence::default().keep(told), told);
        assert_eq!(Confidence::of("kim", "5").keep(told), told, "hidden digits would tell it");
    }

    proptest! {
        #[test]
        fn no_password_stays_readable(
            user in "[a-z]{1,12}", password in "[!-~äß€]{4,20}", before in "[ -~]{0,12}", after in "[ -~]{0,12}"
        ) {
            let login = Confidence::of(&user, &password);
            let kept = login.keep(&format!("{before}{password}{after}"));
            // What is left over may hold it only where the mask itself completes it.
            prop_assert!(!kept.replace(MASK, "\n").contains(&password), "{}", kept);
            let line = base64(format!("\0{user}\0{password}").as_bytes());
            let kept = login.keep(&format!("535 {line}= no"));
            prop_assert!(!kept.contains(&line));
        }

        #[test]
        fn whatever_a_server_says_nothing_breaks(text in ".{0,60}", password in ".{0,8}") {
            let _ = Confidence::of("kim", &password).keep(&text);
        }
    }
}
