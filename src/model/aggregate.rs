//! Conditions over the rows of a return: SQL whose every field stands in a sum, a count, or the like.
//!
//! In: the text and the columns of one table or of several (`faelle.personen`). Out: a condition over the aggregates,
//! and the aggregates, each over one table. Never: a field of a single row, windows, subqueries.

use super::condition::{self, Columns};
use crate::base::frame::{AggExpr, DataType, Expr, Operator, col};

/// One aggregate over the rows of one table; its columns have the names they have there.
#[derive(Clone, Debug)]
pub(crate) struct Aggregate {
    /// The name it has in the condition.
    pub(crate) name: String,
    pub(crate) table: String,
    pub(crate) expr: Expr,
    /// The columns it reads; none for `COUNT(*)`.
    pub(crate) reads: Vec<String>,
}

/// The condition in which each aggregate is a column, and the aggregates. The columns of several tables are written
/// `table.column`, those of a single one may be.
///
/// # Errors
/// As for [`condition::parse`].
pub(crate) fn over_tables(sql: &str, tables: &[(&str, Columns)]) -> Result<(Expr, Vec<Aggregate>), String> {
    let (whole, _, aggregates) = taken_apart(sql, tables)?;
    Ok((whole, aggregates))
}

/// The same, ready to be asked: the condition over the names of the aggregates.
pub(crate) fn asked(sql: &str, tables: &[(&str, Columns)]) -> Result<(Expr, Vec<Aggregate>), String> {
    let (_, condition, aggregates) = taken_apart(sql, tables)?;
    Ok((condition, aggregates))
}

/// The expression as it is written, the one over aggregates, and these.
fn taken_apart(sql: &str, tables: &[(&str, Columns)]) -> Result<(Expr, Expr, Vec<Aggregate>), String> {
    let single = match tables {
        [(only, _)] => Some(*only),
        _ => None,
    };
    let names: Vec<&str> = tables.iter().map(|(name, _)| *name).collect();
    let mut columns: Columns = Vec::new();
    for (table, own) in tables {
        columns.extend(own.iter().map(|(name, kind)| (format!("{table}.{name}"), kind.clone())));
    }
    if let Some((_, own)) = tables.first().filter(|_| single.is_some()) {
        columns.extend(own.iter().cloned());
    }
    let whole = condition::understood(&qualified(sql, &names), &columns)?;
    let mut aggregates: Vec<Aggregate> = Vec::new();
    let mut fault = None;
    // From the leaves up: an aggregate is taken out before what surrounds it is looked at.
    let condition = whole.clone().map_expr(plain_sum).map_expr(|node| {
        if fault.is_some() || !is_aggregate(&node) {
            return node;
        }
        match aggregate(&node, single, aggregates.len(), &columns) {
            Ok(found) => {
                let name = found.name.clone();
                aggregates.push(found);
                col(name)
            }
            Err(reason) => {
                fault = Some(reason);
                node
            }
        }
    });
    if let Some(reason) = fault {
        return Err(reason);
    }
    for node in &condition {
        condition::stays_in_its_row(node).map_err(|_| BEYOND.to_owned())?;
    }
    if aggregates.is_empty() && condition::reads(&condition).is_empty() {
        return Err("this names no column, so it is the same for every return".into());
    }
    for name in condition::reads(&condition) {
        if aggregates.iter().all(|known| known.name != name) {
            return Err(format!(
                "`{name}` is different in every row; write SUM(…), COUNT(…), MIN(…), MAX(…) or AVG(…)"
            ));
        }
    }
    match condition::kind(&whole, &columns)? {
        DataType::Boolean => Ok((whole, condition, aggregates)),
        _ => Err(condition::NO_CONDITION.into()),
    }
}

/// SQL's sum of nothing is null, and polars says so with a case; here it is zero: a table with nothing to report.
fn plain_sum(node: Expr) -> Expr {
    let Expr::Ternary { predicate, truthy, .. } = &node else { return node };
    let (Expr::BinaryExpr { op: Operator::Lt, right, .. }, Expr::Agg(AggExpr::Sum(summed))) = (&**predicate, &**truthy)
    else {
        return node;
    };
    let of_the_same = matches!(
        &**right,
        Expr::Agg(AggExpr::Count { input, include_nulls: true }) if input == summed
    );
    if of_the_same { (**truthy).clone() } else { node }
}

fn is_aggregate(node: &Expr) -> bool {
    match node {
        Expr::Len => true,
        // The list of `IN ('a', 'b')` is an aggregate of its literals.
        Expr::Agg(AggExpr::Implode { .. }) => false,
        Expr::Agg(_) => true,
        _ => false,
    }
}

fn aggregate(node: &Expr, single: Option<&str>, index: usize, columns: &Columns) -> Result<Aggregate, String> {
    let reads = condition::reads(node);
    if reads.iter().any(|name| name.starts_with(NAME)) {
        return Err("this is a sum of sums; only one aggregate belongs around a field".into());
    }
    for inner in node.into_iter().skip(1) {
        condition::stays_in_its_row(inner)?;
    }
    let parts: Vec<(Option<&str>, &str)> = reads.iter().map(|name| part(name)).collect();
    let mut tables: Vec<&str> = parts.iter().filter_map(|(table, _)| table.or(single)).collect();
    tables.dedup();
    let table = match (tables.as_slice(), single) {
        ([only], _) => *only,
        ([], Some(single)) => single,
        ([], None) => return Err("COUNT(*) of which table? Write COUNT(table.field)".into()),
        _ => return Err("one aggregate reads two tables; give each its own: SUM(a.x) <= SUM(b.y)".into()),
    };
    let kind = condition::kind(node, columns)?;
    if !kind.is_numeric() {
        return Err("only numbers can be compared between returns: sums, counts, the largest, the smallest".into());
    }
    let bare = node.clone().map_expr(|node| match &node {
        Expr::Column(name) => col(part(name).1),
        _ => node,
    });
    Ok(Aggregate {
        name: format!("{NAME}{index}"),
        table: table.to_owned(),
        expr: bare,
        reads: parts.into_iter().map(|(_, column)| column.to_owned()).collect(),
    })
}

const BEYOND: &str = "only SUM(…), COUNT(…), MIN(…), MAX(…) and AVG(…) are known here, without DISTINCT and OVER";

/// No field is called so: names begin with a letter.
const NAME: &str = "#";

fn part(name: &str) -> (Option<&str>, &str) {
    name.split_once('.').map_or((None, name), |(table, column)| (Some(table), column))
}

/// `faelle.personen` as one name (`"faelle.personen"`), but not within texts and quoted names.
fn qualified(sql: &str, tables: &[&str]) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => rest[1..].find(first).map_or(rest.len(), |end| end + 2),
            c if is_word(c) => {
                let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let column = rest[word..].strip_prefix('.').filter(|_| tables.contains(&&rest[..word]));
                let column =
                    column.map(|tail| tail.find(|c| !is_word(c)).unwrap_or(tail.len())).filter(|length| *length > 0);
                if let Some(column) = column {
                    let length = word + 1 + column;
                    out += &format!("\"{}\"", &rest[..length]);
                    rest = &rest[length..];
                    continue;
                }
                word
            }
            c => c.len_utf8(),
        };
        out += &rest[..length];
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables() -> Vec<(&'static str, Columns)> {
        let columns = |names: [&str; 2]| -> Columns {
            let text = ("art".to_owned(), DataType::String);
            names.map(|name| (name.to_owned(), DataType::Float64)).into_iter().chain([text]).collect()
        };
        vec![("faelle", columns(["personen", "ende"])), ("bedarf", columns(["personen", "wohnen"]))]
    }

    #[test]
    fn aggregates_are_taken_out_each_with_its_table() {
        let sql = "SUM(faelle.ende) <= 2 * SUM(bedarf.personen) AND COUNT(faelle.art) > 0 OR MAX(bedarf.wohnen) = 7";
        let (condition, aggregates) = asked(sql, &tables()).unwrap();
        let found: Vec<(&str, &[String])> =
            aggregates.iter().map(|found| (found.table.as_str(), found.reads.as_slice())).collect();
        let name = |name: &str| vec![name.to_owned()];
        let expected = [
            ("faelle", name("ende")),
            ("bedarf", name("personen")),
            ("faelle", name("art")),
            ("bedarf", name("wohnen")),
        ];
        assert_eq!(found, expected.iter().map(|(table, names)| (*table, names.as_slice())).collect::<Vec<_>>());
        assert_eq!(condition::reads(&condition).len(), 4);
        let one = &tables()[..1];
        for sql in [
            "SUM(personen) <= 5000",
            "COUNT(*) >= 3",
            "SUM(CASE WHEN art = 'a' THEN personen ELSE 0 END) <= SUM(faelle.ende)",
            "AVG(personen) > MIN(ende) AND COUNT(art) < 9",
            "SUM(personen) IN (1, 2) OR SUM(ende) BETWEEN 1 AND 5",
            "COALESCE(SUM(personen), 0) > 1",
        ] {
            assert!(asked(sql, one).is_ok(), "{sql}: {:?}", asked(sql, one).map(|_| ()));
        }
    }

    #[test]
    fn what_is_no_condition_over_a_return_is_refused() {
        for (sql, why) in [
            ("SUM(faelle.ende) <= bedarf.personen", "different in every row"),
            ("SUM(faelle.ende + bedarf.personen) > 1", "reads two tables"),
            ("COUNT(*) > 1", "of which table"),
            ("SUM(faelle.endee) > 1", "unknown column `faelle.endee`; did you mean `faelle.ende`?"),
            ("SUM(faelle.ende)", "no condition"),
            ("SUM(SUM(faelle.ende)) > 1", "sum of sums"),
            ("SUM(faelle.ende) > 'a'", "does not fit"),
            ("SUM(faelle.ende) OVER (PARTITION BY faelle.art) > 1", "without DISTINCT and OVER"),
            ("COUNT(DISTINCT faelle.art) > 1", "without DISTINCT and OVER"),
            ("SUM(faelle.ende", "cannot be understood"),
            ("1 = 1", "names no column"),
        ] {
            let said = asked(sql, &tables()).map(|_| ()).unwrap_err();
            assert!(said.contains(why), "{sql}: {said}");
        }
    }

    #[test]
    fn only_names_are_made_one() {
        let known = ["faelle"];
        assert_eq!(qualified("SUM(faelle.a)>1.5", &known), "SUM(\"faelle.a\")>1.5");
        assert_eq!(qualified("x = 'faelle.a' AND \"faelle.a\" = 'ü'", &known), "x = 'faelle.a' AND \"faelle.a\" = 'ü'");
        assert_eq!(qualified("faelle. a.b 'offen", &known), "faelle. a.b 'offen");
    }
}
