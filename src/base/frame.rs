//! The one door to polars: every room that works on frames takes its names from here,
//! so a new polars release is met in one place.
//!
//! Never: reading or writing files (that is `stages::store`, through the two functions below).

use std::io::Cursor;

pub(crate) use polars::prelude::{
    AggExpr, BooleanFunction, Column, DataFrame, DataType, Expr, FunctionExpr, IntoLazy, JoinArgs, JoinType,
    LiteralValue, NULL, NamedFrom, Operator, PolarsError, Series, col, lit, when,
};
pub(crate) use polars::sql::sql_expr;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use polars_io::parquet::write::ParquetWriter;

/// The bytes of `frame` as a Parquet file (zstd).
pub(crate) fn to_parquet(frame: &mut DataFrame) -> Result<Vec<u8>, PolarsError> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(frame)?;
    Ok(bytes)
}

/// The frame in the bytes of a Parquet file.
pub(crate) fn from_parquet(bytes: Vec<u8>) -> Result<DataFrame, PolarsError> {
    ParquetReader::new(Cursor::new(bytes)).finish()
}

/// A String column, row by row.
pub(crate) fn texts<'a>(frame: &'a DataFrame, name: &str) -> Result<Vec<Option<&'a str>>, PolarsError> {
    Ok(frame.column(name)?.str()?.iter().collect())
}

/// A numeric column as f64, row by row; null is none, and so is what is not finite.
pub(crate) fn numbers(frame: &DataFrame, name: &str) -> Result<Vec<Option<f64>>, PolarsError> {
    let column = frame.column(name)?.cast(&DataType::Float64)?;
    Ok(column.f64()?.iter().map(|number| number.filter(|number| number.is_finite())).collect())
}

/// A Boolean column, row by row.
pub(crate) fn flags(frame: &DataFrame, name: &str) -> Result<Vec<Option<bool>>, PolarsError> {
    Ok(frame.column(name)?.bool()?.iter().collect())
}

/// A Date column, row by row.
pub(crate) fn days(frame: &DataFrame, name: &str) -> Result<Vec<Option<chrono::NaiveDate>>, PolarsError> {
    let days = frame.column(name)?.cast(&DataType::Int32)?;
    let epoch = chrono::NaiveDate::default();
    Ok(days.i32()?.iter().map(|day| Some(epoch + chrono::TimeDelta::days(i64::from(day?)))).collect())
}
