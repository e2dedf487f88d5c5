//! Columns with the same heading: one of them counts, and where they contradict each other, none.
//!
//! In: the header and each row. Out: the row with what both columns say, and one finding for each pair.

use super::Told;
use super::cell;
use super::heading::{Column, Header};
use super::prepared::Asking;
use crate::model::books::Reason;
use crate::model::finding::{Code, Finding, Severity};
use crate::model::raw::RawSheet;
use crate::model::understood::CleanRow;
use crate::model::value::{Place, State};

pub(super) struct Twins {
    /// Field, column, and the cells that contradict those of the first.
    columns: Vec<(usize, u32, Vec<Place>)>,
}

impl Twins {
    pub(super) fn of(header: &Header) -> Twins {
        Twins { columns: header.twice.iter().map(|(field, twin)| (*field, twin.column, Vec::new())).collect() }
    }

    /// What the other columns say to this row: the filled one counts, and where both are and differ, neither.
    pub(super) fn settle(
        &mut self,
        row: &mut CleanRow,
        sheet: &RawSheet,
        at: u32,
        what: &Asking<'_>,
        told: &mut Told<'_>,
    ) {
        let mut settled: Vec<usize> = Vec::new();
        for (field, column, differ) in &mut self.columns {
            let Some(raw) = sheet.cell(at, *column).filter(|raw| cell::is_filled(raw)) else { continue };
            let place = Place { sheet: sheet.name.clone(), row: at, column: *column };
            told.books.leave_out(&sheet.name, (at, *column), Reason::ColumnTwice);
            let (other, wrong) = cell::clean(Some(raw), place.clone(), &what.asked[*field], told.latest);
            let first = &mut row.cells[*field];
            if settled.contains(field) {
                differ.push(place);
            } else if first.state == State::Missing {
                // A sign for no value contradicts nothing.
                if let Some(place) = &first.place {
                    told.books.leave_out(&sheet.name, (place.row, place.column), Reason::ColumnTwice);
                }
                if let Some(wrong) = wrong {
                    if other.value.is_none() {
                        told.books.leave_out(&sheet.name, (at, *column), Reason::NotUnderstood);
                    }
                    let finding =
                        told.finding(wrong.fault).at(place).found(other.written.as_str()).expected(wrong.expected);
                    told.tell(finding);
                }
                *first = other;
            } else if other.state != State::Missing && (first.state, &first.value) != (other.state, &other.value) {
                differ.extend(first.place.clone());
                differ.push(place);
                told.books.leave_out(
                    &sheet.name,
                    (at, first.place.as_ref().map_or(*column, |place| place.column)),
                    Reason::NotUnderstood,
                );
                (first.state, first.value) = (State::Missing, None);
                settled.push(*field);
            }
        }
    }

    /// One finding for each pair: a contradiction is an error.
    pub(super) fn tell(self, header: &Header, told: &mut Told<'_>) {
        for ((field, _, differ), (_, twin)) in self.columns.into_iter().zip(&header.twice) {
            let Some((first, _)) = &header.fields[field] else { continue };
            let place = |column: &Column| told.place(column.row, column.column);
            let severity = if differ.is_empty() { Severity::Warning } else { Severity::Error };
            let finding = Finding { severity, ..told.finding(Code::ColumnTwice).found(&*twin.heading) };
            let finding = finding.at(place(first)).at(place(twin));
            told.tell(differ.into_iter().fold(finding, Finding::at));
        }
    }
}
