//! Which sheets an edition has, in order, and what their tabs are called.

use crate::base::settings::Spanned;
use crate::base::words::Words;
use crate::model::edition::EditionInput;
use crate::model::municipality::BodyKind;
use crate::model::pipeline::Content;

pub(super) struct Planned<'a> {
    /// The tab's name: what links lead to.
    pub(super) name: String,
    pub(super) title: String,
    /// What the sheet answers; may be empty.
    pub(super) lead: String,
    pub(super) part: Part<'a>,
}

pub(super) enum Part<'a> {
    Cover,
    Contents,
    Content(&'a Content),
    /// One municipality: its AGS, and the indicators shown.
    Profile(String, &'a [Spanned<String>]),
    /// What the lines of charts and sparklines are drawn from.
    Series,
}

impl Planned<'_> {
    fn new<'a>(name: &str, title: &str, lead: &str, part: Part<'a>) -> Planned<'a> {
        Planned { name: name.to_owned(), title: title.to_owned(), lead: lead.to_owned(), part }
    }
}

pub(super) fn plan<'a>(input: &'a EditionInput<'a>, words: &Words) -> Vec<Planned<'a>> {
    let language = input.language;
    let mut plan = vec![
        Planned::new(&words.say("cover-name"), input.report.title.get(language), "", Part::Cover),
        Planned::new(
            &words.say("contents-name"),
            &words.say("contents-title"),
            &words.say("contents-lead"),
            Part::Contents,
        ),
    ];
    for sheet in &input.sheets {
        if let Content::Profiles { indicators } = &sheet.content {
            plan.extend(profiles(input, words, indicators));
        } else {
            let lead = sheet.lead.as_ref().map_or("", |lead| lead.get(language));
            plan.push(Planned::new(
                sheet.name.get(language),
                sheet.title.get(language),
                lead,
                Part::Content(&sheet.content),
            ));
        }
    }
    if plan.iter().any(|planned| matches!(planned.part, Part::Content(Content::Summary { .. } | Content::Topic { .. })))
    {
        plan.push(Planned::new(
            &words.say("series-name"),
            &words.say("series-title"),
            &words.say("series-lead"),
            Part::Series,
        ));
    }
    let mut taken: Vec<String> = Vec::new();
    for planned in &mut plan {
        planned.name = tab_name(&planned.name, &taken);
        taken.push(planned.name.to_lowercase());
    }
    plan
}

fn profiles<'a>(input: &'a EditionInput<'a>, words: &Words, indicators: &'a [Spanned<String>]) -> Vec<Planned<'a>> {
    let period = input.release.shown().period.label(input.language);
    let lead =
        words.say_with("profile-lead", &[("period", period.into()), ("total", input.total.get(input.language).into())]);
    let municipality =
        |ags: &&String| input.register.by_ags(ags).is_none_or(|body| body.kind == BodyKind::Municipality);
    let sheet = |ags: &String| {
        let name = input.register.name(ags);
        Planned::new(name, name, &lead, Part::Profile(ags.clone(), indicators))
    };
    input.release.shown().bodies.iter().filter(municipality).map(sheet).collect()
}

/// At most 31 UTF-16 units, none of `[]:*?/\`, no apostrophe at either end, and not taken (in any case).
fn tab_name(wanted: &str, taken: &[String]) -> String {
    let clean: String = wanted.chars().map(|letter| if "[]:*?/\\".contains(letter) { '-' } else { letter }).collect();
    let clean = clean.trim_matches(['\'', ' ']);
    let cut = |room: usize| {
        let mut used = 0;
        let fits = |letter: &char| {
            used += letter.len_utf16();
            used <= room
        };
        clean.chars().take_while(fits).collect::<String>().trim_end_matches(['\'', ' ']).to_owned()
    };
    let first = if clean.is_empty() { "-".to_owned() } else { cut(31) };
    std::iter::once(first)
        .chain((2..).map(|number: u32| format!("{} ({number})", cut(26))))
        .find(|name| !taken.contains(&name.to_lowercase()))
        .expect("there is always a next number")
}

#[cfg(test)]
mod tests {
    use super::tab_name;

    #[test]
    fn a_tab_is_named_as_excel_allows() {
        assert_eq!(tab_name("Räume: A/B", &[]), "Räume- A-B");
        let long = "Ein sehr langer Name für ein einziges Blatt";
        let first = tab_name(long, &[]);
        assert_eq!(first.chars().count(), 31);
        assert_eq!(tab_name("ZIEL", &["ziel".to_owned()]), "ZIEL (2)");
        assert_ne!(tab_name(long, &[first.to_lowercase()]), first);
        assert_eq!(tab_name("", &[]), "-");
    }
}
