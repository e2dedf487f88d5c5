//! The one door to polars: every room that works on frames takes its names from here,
//! so a new polars release is met in one place.
//!
//! Never: reading or writing files (that is `stages::store`, through the two functions below).

use std::io::Cursor;

pub(crate) use polars::prelude::{
    AnyValue, BooleanFunction, Column, DataFrame, DataType, Expr, FunctionExpr, IntoLazy, JoinArgs, JoinType,
    LazyFrame, LiteralValue, NamedFrom, Operator, PlSmallStr, PolarsError, Series, SortMultipleOptions, UnionArgs, col,
    concat, lit, when,
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
