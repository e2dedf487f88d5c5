//! A mail server on 127.0.0.1 for tests: it speaks SMTP for real (STARTTLS or TLS from the start, AUTH, dot-stuffing),
//! keeps what it took over, and does what a script says at a step: another answer, hanging up, silence.
//!
//! Uses std threads; the certificate is made for each server and signed by its own authority, [`Server::ca`].

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    Open,
    Starttls,
    Tls,
}

/// Where in the conversation something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Greeting,
    /// Each time; said instead of what the server offers.
    Ehlo,
    Auth,
    Mail,
    Rcpt,
    /// After DATA, before the message.
    Data,
    /// After so many bytes of the message.
    Body(usize),
    /// After the final dot.
    Dot,
    Quit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// This answer instead of the good one.
    Say(&'static str),
    HangUp,
    /// At the login: it is refused, and the answer repeats what was said, as some servers do.
    Repeat,
    /// After the final dot: the message is taken over, and nobody is told.
    Swallow,
    /// No answer until the client gives up.
    Silence,
}

/// What happens at a step; only for one recipient, and only so often, if it says so.
#[derive(Clone, Debug)]
pub struct Rule {
    pub step: Step,
    pub act: Act,
    pub recipient: Option<&'static str>,
    pub times: usize,
}

pub fn at(step: Step, act: Act) -> Rule {
    Rule { step, act, recipient: None, times: usize::MAX }
}

impl Rule {
    pub fn only_for(mut self, recipient: &'static str) -> Rule {
        self.recipient = Some(recipient);
        self
    }

    pub fn once(mut self) -> Rule {
        self.times = 1;
        self
    }
}

/// A message the server took over.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub data: Vec<u8>,
    pub encrypted: bool,
    /// As the client logged in: user and password.
    pub login: Option<(String, String)>,
}

pub struct Server {
    pub port: u16,
    /// The certificate authority (PEM) to trust.
    pub ca: String,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<Mutex<usize>>,
    said: Arc<Mutex<Vec<String>>>,
}

struct Script {
    protection: Protection,
    tls: Arc<ServerConfig>,
    login: Option<(&'static str, &'static str)>,
    rules: Mutex<Vec<Rule>>,
    /// Every command of every client.
    said: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Listens on a free port. With `login`, mail is taken from that user only.
    pub fn start(protection: Protection, login: Option<(&'static str, &'static str)>, rules: &[Rule]) -> Server {
        let (ca, tls) = certificates();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let said = Arc::new(Mutex::new(Vec::new()));
        let script = Script { protection, tls, login, rules: Mutex::new(rules.to_vec()), said: said.clone() };
        let script = Arc::new(script);
        let received = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(Mutex::new(0));
        let (kept, counted) = (received.clone(), connections.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                *counted.lock().expect("no panic") += 1;
                let (script, kept) = (script.clone(), kept.clone());
                std::thread::spawn(move || converse(stream, &script, &kept));
            }
        });
        Server { port, ca, received, connections, said }
    }

    pub fn received(&self) -> Vec<Received> {
        self.received_after(0)
    }

    /// Without the first so many.
    pub fn received_after(&self, count: usize) -> Vec<Received> {
        self.received.lock().expect("no panic")[count..].to_vec()
    }

    /// The commands of clients that begin so.
    pub fn said(&self, verb: &str) -> Vec<String> {
        self.said.lock().expect("no panic").iter().filter(|line| line.starts_with(verb)).cloned().collect()
    }

    pub fn connections(&self) -> usize {
        *self.connections.lock().expect("no panic")
    }
}

impl Received {
    /// The decoded attachment: the only part in Base64.
    pub fn attachment(&self) -> Vec<u8> {
        let text = String::from_utf8_lossy(&self.data).into_owned();
        let part = text
            .split("\r\n--")
            .find(|part| part.contains("Content-Disposition: attachment"))
            .expect("a part that is attached");
        assert!(part.contains("Content-Transfer-Encoding: base64"), "{part:.300}");
        base64(part.split_once("\r\n\r\n").expect("an empty line").1)
    }
}

/// Answers one client until it leaves or the script ends it.
fn converse(stream: TcpStream, script: &Script, kept: &Mutex<Vec<Received>>) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let mut wire = Wire { inner: Inner::Open(stream), buffer: Vec::new() };
    // However it ends, the connection ends: an error here is the client's leaving or the script's will.
    let _ = speak(&mut wire, script, kept);
}

fn speak(wire: &mut Wire, script: &Script, kept: &Mutex<Vec<Received>>) -> io::Result<()> {
    if script.protection == Protection::Tls {
        wire.encrypt(&script.tls)?;
    }
    let (mut from, mut to, mut login) = (String::new(), Vec::<String>::new(), None);
    wire.answer(script, Step::Greeting, &to, "220 test ready")?;
    loop {
        let line = wire.line()?;
        script.said.lock().expect("no panic").push(line.clone());
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                let mut extensions = vec!["250-test", "250-8BITMIME", "250-SMTPUTF8"];
                if script.protection == Protection::Starttls && !wire.is_encrypted() {
                    extensions.push("250-STARTTLS");
                }
                if script.login.is_some() {
                    extensions.push("250-AUTH PLAIN LOGIN");
                }
                extensions.push("250 SIZE 50000000");
                wire.answer(script, Step::Ehlo, &to, &extensions.join("\r\n"))?;
            }
            "STARTTLS" => {
                wire.say("220 go ahead")?;
                wire.encrypt(&script.tls)?;
            }
            "AUTH" => {
                let (user, password) = wire.login(rest)?;
                let good = script.login == Some((&user, &password));
                login = Some((user, password));
                let repeats = script.rules.lock().expect("no panic").iter().any(|rule| rule.act == Act::Repeat);
                let (_, password) = login.as_ref().expect("just said");
                let repeated = format!("535-5.7.8 {line}\r\n535 5.7.8 wrong: {password}");
                let answer = match good {
                    _ if repeats => repeated.as_str(),
                    true => "235 welcome",
                    false => "535 5.7.8 wrong user or password",
                };
                wire.answer(script, Step::Auth, &to, answer)?;
            }
            "MAIL" if script.login.is_some() && login.is_none() => wire.say("530 5.7.0 log in first")?,
            "MAIL" => {
                (from, to) = (address(rest), Vec::new());
                wire.answer(script, Step::Mail, &to, "250 ok")?;
            }
            "RCPT" => {
                to.push(address(rest));
                if !wire.answer(script, Step::Rcpt, &to, "250 ok")? {
                    to.pop();
                }
            }
            "DATA" if to.is_empty() => wire.say("503 nobody to send to")?,
            "DATA" => {
                if wire.answer(script, Step::Data, &to, "354 go on")? {
                    let data = wire.message(script, &to)?;
                    let taken = Received {
                        from: from.clone(),
                        to: to.clone(),
                        data,
                        encrypted: wire.is_encrypted(),
                        login: login.clone(),
                    };
                    let swallowed = script.swallows(&to);
                    if swallowed || wire.answer(script, Step::Dot, &to, "250 2.0.0 queued as 4711")? {
                        kept.lock().expect("no panic").push(taken);
                    }
                    if swallowed {
                        return Ok(());
                    }
                }
            }
            "QUIT" => return wire.answer(script, Step::Quit, &to, "221 bye").map(drop),
            _ => wire.say("250 ok")?,
        }
    }
}

impl Script {
    fn swallows(&self, to: &[String]) -> bool {
        let mut rules = self.rules.lock().expect("no panic");
        let rule = rules.iter_mut().find(|rule| {
            rule.act == Act::Swallow && rule.times > 0 && rule.recipient.is_none_or(|who| to.iter().any(|to| to == who))
        });
        rule.map(|rule| rule.times = rule.times.saturating_sub(1)).is_some()
    }

    fn act(&self, step: Step, to: &[String]) -> Option<Act> {
        let mut rules = self.rules.lock().expect("no panic");
        let rule = rules.iter_mut().find(|rule| {
            rule.step == step && rule.times > 0 && rule.recipient.is_none_or(|who| to.iter().any(|to| to == who))
        })?;
        rule.times = rule.times.saturating_sub(1);
        Some(rule.act)
    }
}

struct Wire {
    inner: Inner,
    buffer: Vec<u8>,
}

enum Inner {
    Open(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    fn is_encrypted(&self) -> bool {
        matches!(self.inner, Inner::Tls(_))
    }

    fn encrypt(&mut self, config: &Arc<ServerConfig>) -> io::Result<()> {
        let Inner::Open(stream) = &self.inner else { return Ok(()) };
        let stream = stream.try_clone()?;
        let connection = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
        self.buffer.clear();
        self.inner = Inner::Tls(Box::new(StreamOwned::new(connection, stream)));
        Ok(())
    }

    /// Says the good answer, or does what the script says; true if the answer was good.
    fn answer(&mut self, script: &Script, step: Step, to: &[String], good: &str) -> io::Result<bool> {
        match script.act(step, to) {
            None => self.say(good).map(|()| good.starts_with(['2', '3'])),
            Some(Act::Say(other)) => self.say(other).map(|()| false),
            Some(Act::HangUp | Act::Swallow | Act::Repeat) => Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Act::Silence) => loop {
                self.more()?;
            },
        }
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        let line = format!("{text}\r\n");
        match &mut self.inner {
            Inner::Open(stream) => stream.write_all(line.as_bytes()),
            Inner::Tls(stream) => stream.write_all(line.as_bytes()).and_then(|()| stream.flush()),
        }
    }

    fn more(&mut self) -> io::Result<()> {
        let mut piece = [0; 16 * 1024];
        let read = match &mut self.inner {
            Inner::Open(stream) => stream.read(&mut piece)?,
            Inner::Tls(stream) => stream.read(&mut piece)?,
        };
        self.buffer.extend_from_slice(&piece[..read]);
        if read == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            self.more()?;
        }
    }

    /// Up to the line with the single dot; doubled dots at line starts become single again.
    fn message(&mut self, script: &Script, to: &[String]) -> io::Result<Vec<u8>> {
        let limit = {
            let rules = script.rules.lock().expect("no panic");
            rules.iter().find_map(|rule| match rule.step {
                Step::Body(bytes) if rule.times > 0 => Some(bytes),
                _ => None,
            })
        };
        let mut searched = 0;
        let end = loop {
            if let Some(bytes) = limit.filter(|bytes| self.buffer.len() >= *bytes) {
                self.answer(script, Step::Body(bytes), to, "354 go on")?;
            }
            let found = self.buffer[searched..].windows(5).position(|window| window == b"\r\n.\r\n");
            if let Some(found) = found {
                break searched + found;
            }
            searched = self.buffer.len().saturating_sub(4);
            self.more()?;
        };
        let whole: Vec<u8> = self.buffer.drain(..end + 5).collect();
        let text = String::from_utf8_lossy(&whole[..end + 2]).replace("\r\n..", "\r\n.");
        Ok(text.into_bytes())
    }

    fn login(&mut self, rest: &str) -> io::Result<(String, String)> {
        let text = |code: &str| String::from_utf8_lossy(&base64(code)).into_owned();
        if let Some(code) = rest.strip_prefix("PLAIN ") {
            let plain = text(code);
            let mut parts = plain.split('\0').skip(1);
            return Ok((parts.next().unwrap_or("").to_owned(), parts.next().unwrap_or("").to_owned()));
        }
        self.say("334 VXNlcm5hbWU6")?;
        let user = text(&self.line()?);
        self.say("334 UGFzc3dvcmQ6")?;
        let password = text(&self.line()?);
        Ok((user, password))
    }
}

/// `a@b` of `FROM:<a@b> BODY=8BITMIME`.
fn address(rest: &str) -> String {
    rest.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(address, _)| address).to_owned()
}

/// RFC 4648; whatever is no letter of it is passed over.
fn base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let Some(value) = LETTERS.iter().position(|known| *known == letter) else { continue };
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}

fn certificates() -> (String, Arc<ServerConfig>) {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut authority = CertificateParams::new(Vec::new()).expect("no names");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().expect("a key");
    let ca = authority.self_signed(&authority_key).expect("a certificate").pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().expect("a key");
    let certificate =
        CertificateParams::new(names).expect("good names").signed_by(&key, &issuer).expect("a certificate");
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .expect("a certificate and its key");
    (ca, Arc::new(config))
}
