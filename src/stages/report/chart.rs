//! Charts: native, quiet, from published values only, each with a text for those who cannot see it.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartEmptyCells, ChartFont, ChartFormat, ChartLine, ChartLineDashType, ChartMarker,
    ChartMarkerType, ChartPoint, ChartSolidFill, ChartType, Color,
};

use super::series::{Bar, Bars, Line};
use super::style;
use crate::model::figure::Scope;

/// Excel takes no longer alternative text.
const ALT_TEXT: usize = 250;

/// Bars, the one of all together in the accent; their values stand at their ends, so there is no axis to read.
pub(super) fn bars(title: &str, data: &Bars, decimals: u8) -> Chart {
    let mut chart = Chart::new(ChartType::Bar);
    let fill = |color: Color| ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(color)).clone();
    let color = |bar: &Bar| if bar.scope == Scope::Total { style::ACCENT } else { style::ACCENT_LIGHT };
    let points: Vec<ChartPoint> =
        data.bars.iter().map(|bar| ChartPoint::new().set_format(&mut fill(color(bar)))).collect();
    chart
        .add_series()
        .set_categories(data.names.as_str())
        .set_values(data.values.as_str())
        .set_name(title)
        .set_format(&mut fill(style::ACCENT_LIGHT))
        .set_points(&points)
        .set_gap(40)
        .set_data_label(
            ChartDataLabel::new()
                .show_value()
                .set_num_format(style::pattern(decimals))
                .set_font(&font(9, Color::Black)),
        );
    dress(&mut chart, title);
    chart.legend().set_hidden();
    // Of a bar chart the first axis lies, the second stands.
    chart.x_axis().set_hidden(true).set_min(0).set_major_gridlines(false);
    chart.y_axis().set_reverse().set_font(&font(8, Color::Black)).set_major_gridlines(false);
    chart
}

/// A line over all periods, with the target as a dashed one; gaps stay gaps.
pub(super) fn course(title: &str, line: &Line, names: &[String; 2]) -> Chart {
    let mut chart = Chart::new(ChartType::Line);
    let mut marker = ChartMarker::new();
    marker
        .set_type(ChartMarkerType::Circle)
        .set_size(6)
        .set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(style::ACCENT)));
    chart
        .add_series()
        .set_categories(line.periods.as_str())
        .set_values(line.values.as_str())
        .set_name(&names[0])
        .set_marker(&marker)
        .set_format(ChartFormat::new().set_line(ChartLine::new().set_color(style::ACCENT).set_width(2.25)));
    match &line.target {
        Some(target) => {
            let mut dashed = ChartLine::new();
            dashed.set_color(style::GREY).set_width(1.25).set_dash_type(ChartLineDashType::Dash);
            chart
                .add_series()
                .set_categories(line.periods.as_str())
                .set_values(target.as_str())
                .set_name(&names[1])
                .set_marker(ChartMarker::new().set_none())
                .set_format(ChartFormat::new().set_line(&dashed));
            chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom).set_font(&font(9, Color::Black));
        }
        None => {
            chart.legend().set_hidden();
        }
    }
    dress(&mut chart, title);
    chart.show_empty_cells_as(ChartEmptyCells::Gaps);
    chart.y_axis().set_num_format("General");
    chart
}

/// One state of stacked bars.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) values: String,
    pub(super) color: Shade,
}

/// Darker is further; what is done is the accent, what ended otherwise is grey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    Before,
    Done,
    After,
}

/// Stacked bars: for each row how many stand where.
pub(super) fn stacked(title: &str, categories: &str, series: &[Part]) -> Chart {
    let mut chart = Chart::new(ChartType::BarStacked);
    let open = series.iter().filter(|part| part.color == Shade::Before).count();
    for (index, part) in series.iter().enumerate() {
        let color = match part.color {
            Shade::Before => shade(index, open + 1),
            Shade::Done => style::ACCENT,
            Shade::After => Color::RGB(0xBFBFBF),
        };
        chart
            .add_series()
            .set_categories(categories)
            .set_values(part.values.as_str())
            .set_name(part.name.as_str())
            .set_gap(45)
            .set_format(
                ChartFormat::new()
                    .set_solid_fill(ChartSolidFill::new().set_color(color))
                    .set_border(ChartLine::new().set_color(Color::White).set_width(0.75)),
            );
    }
    dress(&mut chart, title);
    chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom).set_font(&font(9, Color::Black));
    chart.y_axis().set_reverse().set_font(&font(8, Color::Black)).set_major_gridlines(false);
    chart.x_axis().set_num_format("0").set_min(0).set_major_gridlines(true).set_major_gridlines_line(&gridline());
    chart
}

/// One hue from light to the accent; the order says it too.
fn shade(index: usize, of: usize) -> Color {
    let part = if of < 2 { 1.0 } else { index as f64 / (of - 1) as f64 };
    let mix = |light: f64, dark: f64| (light + (dark - light) * part).round() as u32;
    Color::RGB((mix(209.0, 31.0) << 16) | (mix(222.0, 78.0) << 8) | mix(236.0, 121.0))
}

fn dress(chart: &mut Chart, title: &str) {
    let mut heading = font(12, style::ACCENT);
    heading.set_bold();
    chart.title().set_name(title).set_font(&heading);
    chart.x_axis().set_font(&font(9, Color::Black));
    chart.y_axis().set_font(&font(9, style::GREY));
    chart.y_axis().set_major_gridlines(true).set_major_gridlines_line(&gridline());
    chart.chart_area().set_format(ChartFormat::new().set_no_border());
}

fn gridline() -> ChartLine {
    ChartLine::new().set_color(Color::RGB(0xDDE3EA)).clone()
}

fn font(size: u32, color: Color) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_name("Arial").set_size(size).set_color(color);
    font
}

/// Cut at the limit, at a word.
pub(super) fn alt_text(text: &str) -> String {
    if text.encode_utf16().count() <= ALT_TEXT {
        return text.to_owned();
    }
    let mut short = String::new();
    for word in text.split_inclusive(' ') {
        if short.encode_utf16().count() + word.encode_utf16().count() >= ALT_TEXT {
            break;
        }
        short.push_str(word);
    }
    format!("{}…", short.trim_end())
}
