//! Mistakes about the mail server.

use super::said;

const KIM: &str = "config/kim.toml";

#[test]
fn mail_server() {
    let server = |more: &str| format!("[mail.server]\nhost = \"mail.example.org\"\n{more}\n\n[disclosure]");
    let refused = |more: &str, message: &str, marker: &str| {
        let problems = said(KIM, |text| text.replacen("\n[disclosure]", &format!("\n{}", server(more)), 1));
        assert!(problems[0].message.contains(message), "{}", problems[0].render());
        let line = problems[0].source.text.lines().nth(problems[0].line().unwrap() - 1).unwrap();
        assert!(line.contains(marker), "{}", problems[0].render());
    };
    refused("security = \"none\"", "could be read by others", "security");
    refused("security = \"ssl\"", "unknown variant `ssl`", "security");
    refused("user = \"kim\"", "no password for the user", "user");
    refused("user = \"kim\"\npassword_env = \"A\"\npassword_file = \"b\"", "both", "password_env");
    refused("password_env = \"KIM\"", "a password, but no user", "password_env");
    refused("ca_file = \"keine.pem\"", "there is no file", "ca_file");
}

#[test]
fn mail_without_encryption_may_go_to_this_machine() {
    for host in ["localhost", "127.0.0.1", "::1"] {
        let server = format!("[mail.server]\nhost = \"{host}\"\nport = 2525\nsecurity = \"none\"\n\n[disclosure]");
        let problems = said(KIM, |text| text.replacen("[disclosure]", &server, 1));
        assert!(problems.is_empty(), "{host}: {problems:?}");
    }
}

#[test]
fn patience_with_the_mail_server() {
    let refused = |line: &str, message: &str| {
        let problems = said(KIM, |text| text.replacen("[mail]\n", &format!("[mail]\n{line}\n"), 1));
        assert!(problems[0].message.contains(message), "{}", problems[0].render());
        let told = problems[0].source.text.lines().nth(problems[0].line().unwrap() - 1).unwrap();
        assert_eq!(told, line, "{}", problems[0].render());
    };
    refused("retry_after = [\"5 Minutn\"]", "`5 Minutn` is no length of time");
    refused("retry_after = []", "never be tried again");
    refused("retry_after = [\"1 hour\", \"5 minutes\"]", "shorter than the one before");
    refused("give_up_after = \"2 hours\"", "before the last pause");
    refused("give_up_after = \"0 days\"", "no time at all");
    refused("per_minute = 0", "nothing would ever be sent");
    refused("resend_unknown = \"yes\"", "invalid type");
    let good = "retry_after = [\"5 Minuten\", \"1 Stunde\"]\ngive_up_after = \"2 Tage\"\nper_minute = 30\nresend_unknown = true";
    assert!(said(KIM, |text| text.replacen("[mail]\n", &format!("[mail]\n{good}\n"), 1)).is_empty());
}
