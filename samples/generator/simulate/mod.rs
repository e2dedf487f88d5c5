//! What the bodies would report: one quarter after the other, so that stocks follow from each other.

mod cases;
mod catalogue;
mod needs;
mod offers;
mod posts;
mod processes;
mod rooms;

use std::collections::BTreeMap;

use crate::bodies::Body;
use crate::form::Form;
use crate::period::Quarter;
use crate::value::{Answer, Return, Row};

/// id, share of the inhabitants, share of women, share below 18 years.
const GROUPS: [(&str, f64, f64, f64); 7] = [
    ("asylsuchende", 0.0034, 0.35, 0.28),
    ("geduldete", 0.0022, 0.36, 0.25),
    ("schutzberechtigte", 0.0150, 0.42, 0.34),
    ("ukraine", 0.0135, 0.61, 0.33),
    ("eu", 0.0180, 0.44, 0.20),
    ("drittstaaten", 0.0060, 0.52, 0.30),
    ("sonstige", 0.0012, 0.45, 0.25),
];

/// All returns of a body, oldest first, as the body knows them.
pub fn simulate(form: &Form, body: &Body, quarters: &[Quarter]) -> Vec<Return> {
    let mut cases = cases::Cases::start(body, quarters[0]);
    quarters.iter().map(|&quarter| one_quarter(form, body, quarter, &mut cases)).collect()
}

fn one_quarter(form: &Form, body: &Body, quarter: Quarter, cases: &mut cases::Cases) -> Return {
    let case_rows = cases.next_quarter(body, quarter);
    let rows_of = |table: &str| -> Vec<Row> {
        match table {
            "bedarf" => needs::needs(body, quarter),
            "raeume" => rooms::rooms(body, quarter),
            "zustaendigkeiten" => processes::processes(body, quarter),
            "stellen" => posts::posts(body, quarter),
            "angebote" => offers::offers(body, quarter),
            "faelle" => case_rows.clone(),
            "teilhabe" => needs::participation(body, quarter),
            "steuerung" => processes::meetings(body, quarter),
            "beschluesse" => processes::decisions(body, quarter),
            "umsetzung" => processes::implementation(body, quarter),
            _ => panic!("the form has a table {table} that the samples do not know yet"),
        }
    };
    let asked = form.asked(body.district).iter();
    let answers: BTreeMap<_, _> = asked.map(|table| (table.clone(), Answer::Rows(rows_of(table)))).collect();
    Return { quarter, answers }
}
