//! Is this a mail address? A first look, so that a slip of the pen is told before the night in which mail should go.

/// The bare address in `Name <a@b.example>` or `a@b.example`.
///
/// # Errors
/// What is wrong with it, as the end of a sentence that begins with the address.
pub(crate) fn check(text: &str) -> Result<&str, &'static str> {
    let text = text.trim();
    let address = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').ok_or("has no closing `>`")?,
        None => text,
    };
    let (local, domain) = address.rsplit_once('@').ok_or("has no `@`")?;
    if address.chars().any(char::is_whitespace) {
        return Err("contains a space; with a name, write `Name <name@example.org>`");
    }
    if !address.is_ascii() {
        return Err("contains a letter that mail addresses do not have (write umlauts of a domain as `xn--…`)");
    }
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    if local.len() > 64 || local.split('.').any(|part| part.is_empty() || !part.chars().all(atom)) {
        return Err("has no valid name before the `@`");
    }
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if domain.len() > 253 || !domain.contains('.') || !domain.split('.').all(label) {
        return Err("has no valid domain after the `@`");
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn addresses_with_and_without_a_name_are_understood() {
        assert_eq!(check("kim@example.org"), Ok("kim@example.org"));
        assert_eq!(check("Amt für Soziales <a.b+c@stadt-x.example.org>"), Ok("a.b+c@stadt-x.example.org"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["", "kim", "kim@", "@example.org", "kim@example", "kim@exa mple.org", "kim@example..org", "a..b@x.org"]
        {
            assert!(check(text).is_err(), "{text}");
        }
        for text in
            ["kim@müller.de", "Kim <kim@example.org", "kim@example.org, it@example.org", "kim@-x.org", "a@b@c.org"]
        {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
