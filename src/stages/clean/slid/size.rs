//! How large the numbers of a column are, row by row: a day count among heads shows that it slid.
//!
//! In: the rows of a table. Out: whether a number may stand in a column, and whether another column is rather its own.

use super::number;
use crate::model::understood::CleanRow;

/// A number so many times the largest of the other rows is none of that column.
const FAR: f64 = 10.0;
/// So many other rows say how large the numbers of a column are, and so many times larger are all of another one.
const ENOUGH: usize = 5;
const LARGER: f64 = 3.0;

/// The two smallest and the two largest numbers of a column, the rows of the first ones, and how many rows have a number.
pub(super) struct Size {
    rows: usize,
    least: [(f64, usize); 2],
    most: [(f64, usize); 2],
}

impl Size {
    pub(super) fn of(rows: &[CleanRow], field: usize) -> Size {
        let mut size = Size { rows: 0, least: [(f64::MAX, usize::MAX); 2], most: [(0.0, usize::MAX); 2] };
        for (at, number) in rows.iter().enumerate().filter_map(|(at, row)| Some((at, number(&row.cells[field])?))) {
            size.rows += 1;
            match number {
                number if number < size.least[0].0 => size.least = [(number, at), size.least[0]],
                number if number < size.least[1].0 => size.least[1] = (number, at),
                _ => {}
            }
            match number {
                number if number > size.most[0].0 => size.most = [(number, at), size.most[0]],
                number if number > size.most[1].0 => size.most[1] = (number, at),
                _ => {}
            }
        }
        size
    }

    /// The smallest and the largest number of the rows but for this one.
    fn others(&self, at: usize) -> (f64, f64) {
        let of = |two: [(f64, usize); 2]| if two[0].1 == at { two[1].0 } else { two[0].0 };
        (of(self.least), of(self.most))
    }

    /// Have the other rows smaller ones and larger ones?
    pub(super) fn is_within(&self, at: usize, number: f64) -> bool {
        let (least, most) = self.others(at);
        least <= number && number <= most
    }

    pub(super) fn is_far(&self, at: usize, number: f64) -> bool {
        let most = self.others(at).1;
        self.rows > 2 && most > 0.0 && number > most * FAR
    }

    /// Is it clearly the largest of its column?
    pub(super) fn is_large(&self, at: usize, number: f64) -> bool {
        self.rows > ENOUGH && number * 2.0 > self.others(at).1 * LARGER
    }

    /// Are this number and all the others of this column larger than those `here` by far, and is it of their size?
    pub(super) fn is_rather_its(&self, here: &Size, at: usize, number: f64) -> bool {
        let ((least, most), (_, beyond)) = (self.others(at), here.others(at));
        let enough = self.rows >= ENOUGH && here.rows > ENOUGH;
        enough && beyond > 0.0 && least.min(number) >= beyond * LARGER && least <= number * 2.0 && number <= most * 2.0
    }
}
