//! Mail addresses as people write them: `name@example.org` or `Some Name <name@example.org>`.

use lettre::Address;
use lettre::message::Mailbox;

/// The address without the name, its domain in lower case.
///
/// # Errors
/// A sentence for the person who wrote the address.
pub(crate) fn bare_address(text: &str) -> Result<String, String> {
    let address = mailbox(text)?.email;
    Ok(format!("{}@{}", address.user(), address.domain().to_lowercase()))
}

/// lettre reads the first address of a text and forgets the rest, so the text is taken apart here.
pub(super) fn mailbox(text: &str) -> Result<Mailbox, String> {
    let wrong = |why: &str| format!("`{}` is no mail address: {why}", text.escape_debug());
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err("the mail address is empty".to_owned());
    }
    if trimmed.contains(char::is_control) {
        return Err(wrong("it contains a control character"));
    }
    let (name, address) = match trimmed.rsplit_once('<') {
        Some((name, rest)) => {
            let address = rest.strip_suffix('>').ok_or_else(|| wrong("the closing `>` must be its end"))?;
            (name.trim().trim_matches('"').trim(), address.trim())
        }
        None => ("", trimmed),
    };
    if name.contains(['<', '>', '@']) || address.matches('@').count() > 1 {
        return Err(wrong("it holds more than one address; write one entry for each"));
    }
    if !address.contains('@') {
        return Err(wrong("the `@` is missing"));
    }
    let address: Address = address.parse().map_err(|error| wrong(&format!("{error}").to_lowercase()))?;
    Ok(Mailbox::new(Some(name.to_owned()).filter(|name| !name.is_empty()), address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart_from_what_is_none() {
        for good in
            ["kim@example.org", " Amt für Integration <kim@example.org> ", "\"Meier, A.\" <a.meier@example.org>"]
        {
            assert_eq!(bare_address(good).map(drop), Ok(()), "{good}");
        }
        let lists =
            ["a@example.org, b@example.org", "A <a@example.org>, B <b@example.org>", "a@example.org;b@example.org"];
        for list in lists {
            assert!(bare_address(list).unwrap_err().contains("more than one address"), "{list}");
        }
        for bad in
            ["", "kim", "kim@", "@example.org", "kim@exa mple.org", "A <kim@example.org", "a\r\nBcc: x@example.org"]
        {
            assert!(bare_address(bad).is_err(), "{bad}");
        }
        assert_eq!(bare_address("Amt <Kim@Example.ORG>").unwrap(), "Kim@example.org");
        assert!(
            bare_address("a\r\nb@example.org").unwrap_err().contains(r"`a\r\nb@"),
            "one line, whatever was written"
        );
    }
}
