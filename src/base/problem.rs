//! A mistake in a configuration file: where, what, and how to mend it, drawn with the line and a caret.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// A file's text together with its path, so that a problem can show the line.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) path: Rc<PathBuf>,
    pub(crate) text: Rc<str>,
}

impl Source {
    pub(crate) fn new(path: &Path, text: &str) -> Source {
        Source { path: Rc::new(path.to_path_buf()), text: text.into() }
    }
}

/// One mistake. `span` counts bytes of the file's text; `None` speaks of the file as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) source: Source,
    pub(crate) span: Option<Range<usize>>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Problem {
    pub(crate) fn at(source: &Source, span: Range<usize>, message: impl Into<String>) -> Problem {
        Problem { source: source.clone(), span: Some(span), message: message.into(), hint: None }
    }

    pub(crate) fn whole(source: &Source, message: impl Into<String>) -> Problem {
        Problem { source: source.clone(), span: None, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(hint.into());
        self
    }

    /// The 1-based line, where a place is known.
    pub(crate) fn line(&self) -> Option<usize> {
        let start = self.span.as_ref()?.start.min(self.source.text.len());
        Some(self.source.text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1)
    }

    /// The problem as text for a terminal, without colour.
    pub(crate) fn render(&self) -> String {
        let path = self.source.path.display().to_string();
        let title = Level::ERROR.primary_title(&self.message);
        let mut group = match &self.span {
            Some(span) => {
                let end = span.end.min(self.source.text.len());
                let start = span.start.min(end);
                title.element(
                    Snippet::source(&*self.source.text)
                        .path(&path)
                        .annotation(AnnotationKind::Primary.span(start..end.max(start))),
                )
            }
            None => Group::with_title(title).element(Level::NOTE.message(format!("in {path}"))),
        };
        if let Some(hint) = &self.hint {
            group = group.element(Level::HELP.message(hint));
        }
        Renderer::plain().render(&[group])
    }
}

/// The closest of `known` to `word`, if one is close enough to be meant.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(word, candidate), candidate))
        .filter(|(closeness, _)| *closeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
