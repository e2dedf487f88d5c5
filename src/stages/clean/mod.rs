//! to come
mod date;
mod german;
mod number;
mod period;
mod reporter;
#[cfg(test)]
mod samples;
mod text;
