//! How an edition looks: one typeface, one accent colour, print settings. Every format of the room is made here.
//!
//! The accent on white has a contrast of 8.9 : 1, grey words 7.0 : 1 (WCAG 2.2 AAA asks for 7 : 1).

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline, Worksheet, XlsxError};

pub(super) const ACCENT: Color = Color::RGB(0x1F4E79);
/// The second voice of a chart: the others beside the one that matters.
pub(super) const ACCENT_LIGHT: Color = Color::RGB(0x7FA3C7);
pub(super) const GREY: Color = Color::RGB(0x595959);
const TINT: Color = Color::RGB(0xE8EFF7);
const LINE: Color = Color::RGB(0xBFC9D4);
/// What a clerk fills in, on the blank form.
const FILL_IN: Color = Color::RGB(0xFFF9E5);

/// Which voice a row of a table speaks in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    Plain,
    /// All bodies together.
    Total,
    /// Says something about the others, e.g. the targets.
    Aside,
}

pub(super) fn base() -> Format {
    Format::new().set_font_name("Arial").set_font_size(10)
}

pub(super) fn title() -> Format {
    base().set_font_size(18).set_bold().set_font_color(ACCENT)
}

pub(super) fn heading() -> Format {
    base().set_font_size(12).set_bold().set_font_color(ACCENT)
}

/// Prose under a title, above or below a table.
pub(super) fn prose() -> Format {
    base().set_text_wrap().set_align(FormatAlign::Top).set_align(FormatAlign::Left)
}

/// A small heading that may run over its neighbours.
pub(super) fn line() -> Format {
    base().set_bold().set_align(FormatAlign::Bottom)
}

pub(super) fn label() -> Format {
    base().set_bold().set_align(FormatAlign::Top).set_text_wrap()
}

pub(super) fn link() -> Format {
    base().set_font_color(ACCENT).set_underline(FormatUnderline::Single).set_align(FormatAlign::Top)
}

/// The heading row of a table.
pub(super) fn header(number: bool) -> Format {
    let format = base()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(ACCENT)
        .set_text_wrap()
        .set_align(FormatAlign::Bottom)
        .set_border(FormatBorder::Thin)
        .set_border_color(LINE);
    if number { format.set_align(FormatAlign::Right) } else { format.set_align(FormatAlign::Left).set_indent(1) }
}

fn cell(voice: Voice) -> Format {
    let format = base().set_align(FormatAlign::Top).set_border_bottom(FormatBorder::Thin).set_border_bottom_color(LINE);
    match voice {
        Voice::Plain => format,
        Voice::Total => format.set_bold().set_background_color(TINT),
        Voice::Aside => format.set_italic().set_font_color(GREY),
    }
}

pub(super) fn text(voice: Voice) -> Format {
    // Numbers stand at the right edge of the column before: text keeps its distance.
    cell(voice).set_text_wrap().set_align(FormatAlign::Left).set_indent(1)
}

pub(super) fn strong(voice: Voice) -> Format {
    text(voice).set_bold()
}

/// A word that stands where a number would: right, as the numbers, and grey.
pub(super) fn word(voice: Voice) -> Format {
    cell(voice).set_text_wrap().set_align(FormatAlign::Right).set_font_color(GREY)
}

pub(super) fn number(voice: Voice, decimals: u8) -> Format {
    cell(voice).set_align(FormatAlign::Right).set_num_format(pattern(decimals))
}

/// A change shows its sign.
pub(super) fn change(voice: Voice, decimals: u8) -> Format {
    let digits = pattern(decimals);
    cell(voice).set_align(FormatAlign::Right).set_num_format(format!("+{digits};-{digits};{digits}"))
}

pub(super) fn date(voice: Voice) -> Format {
    cell(voice).set_align(FormatAlign::Left).set_indent(1).set_num_format("dd.mm.yyyy")
}

pub(super) fn cell_link(voice: Voice) -> Format {
    text(voice).set_font_color(ACCENT).set_underline(FormatUnderline::Single)
}

/// A cell of the blank form that wants an answer.
pub(super) fn fill_in() -> Format {
    base()
        .set_background_color(FILL_IN)
        .set_border(FormatBorder::Thin)
        .set_border_color(LINE)
        .set_align(FormatAlign::Top)
        .set_text_wrap()
        .set_unlocked()
}

pub(super) fn hint() -> Format {
    base().set_font_size(9).set_italic().set_font_color(GREY).set_text_wrap().set_align(FormatAlign::Top)
}

/// Excel shows `,` and `.` as its reader's country writes them.
pub(super) fn pattern(decimals: u8) -> String {
    match decimals {
        0 => "#,##0".to_owned(),
        some => format!("#,##0.{}", "0".repeat(usize::from(some))),
    }
}

/// A4 landscape, as wide as one page, with page numbers. `&` has a meaning in headers and is doubled.
pub(super) fn print(sheet: &mut Worksheet, left: &str, right: &str, foot: &str, page: &str) {
    let plain = |text: &str| text.replace('&', "&&");
    sheet
        .set_paper_size(9)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.45, 0.45, 0.75, 0.65, 0.3, 0.3)
        .set_header(format!("&L&9{}&R&9{}", plain(left), plain(right)))
        .set_footer(format!("&L&9{}&R&9{page}", plain(foot)))
        .set_screen_gridlines(false);
}

/// Everything that was written is printed, and nothing else.
pub(super) fn print_area(sheet: &mut Worksheet, last_row: u32, last_column: u16) -> Result<(), XlsxError> {
    sheet.set_print_area(0, 0, last_row, last_column)?;
    Ok(())
}
