//! The reporting bodies: municipalities and the district itself, known by their AGS.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::period::Period;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BodyKind {
    Municipality,
    District,
}

impl BodyKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            BodyKind::Municipality => "municipality",
            BodyKind::District => "district",
        }
    }
}

/// A reporting body with the figures about it that every rate needs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Body {
    /// Eight digits.
    pub(crate) ags: String,
    pub(crate) name: String,
    pub(crate) kind: BodyKind,
    pub(crate) aliases: Vec<String>,
    pub(crate) inhabitants: Option<f64>,
    pub(crate) inhabitants_date: Option<NaiveDate>,
    /// The census on which the count rests.
    pub(crate) inhabitants_basis: String,
    /// Square kilometres.
    pub(crate) area: Option<f64>,
    /// Degrees (WGS 84): longitude, latitude.
    pub(crate) coordinates: Option<(f64, f64)>,
    pub(crate) from: Option<NaiveDate>,
    pub(crate) until: Option<NaiveDate>,
}

impl Body {
    /// Does it take part during (any day of) `period`?
    pub(crate) fn takes_part(&self, period: &Period) -> bool {
        self.from.is_none_or(|from| from <= period.end()) && self.until.is_none_or(|until| until >= period.start())
    }

    /// Great-circle distance in km between the two centres (haversine formula, Sinnott 1984, mean earth radius
    /// 6371.0088 km after IUGG), if both are known.
    pub(crate) fn distance_km(&self, other: &Body) -> Option<f64> {
        let ((lon_a, lat_a), (lon_b, lat_b)) = (self.coordinates?, other.coordinates?);
        let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let h = half(lat_b - lat_a) + lat_a.to_radians().cos() * lat_b.to_radians().cos() * half(lon_b - lon_a);
        Some(2.0 * 6371.0088 * h.sqrt().min(1.0).asin())
    }
}

/// All bodies, in order of AGS.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Register {
    pub(crate) bodies: Vec<Body>,
}

impl Register {
    pub(crate) fn by_ags(&self, ags: &str) -> Option<&Body> {
        self.bodies.iter().find(|body| body.ags == ags)
    }

    /// The name, or the AGS of a body that is not in the register (any more).
    pub(crate) fn name<'a>(&'a self, ags: &'a str) -> &'a str {
        self.by_ags(ags).map_or(ags, |body| body.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(coordinates: (f64, f64)) -> Body {
        Body {
            ags: "05958004".into(),
            name: "Arnsberg".into(),
            kind: BodyKind::Municipality,
            aliases: Vec::new(),
            inhabitants: None,
            inhabitants_date: None,
            inhabitants_basis: String::new(),
            area: None,
            coordinates: Some(coordinates),
            from: None,
            until: None,
        }
    }

    #[test]
    fn distance_is_the_great_circle() {
        // One degree of latitude is 111.195 km on the mean sphere.
        let degree = at((8.0, 51.0)).distance_km(&at((8.0, 52.0))).unwrap();
        assert!((degree - 111.195).abs() < 0.001, "{degree}");
        assert_eq!(at((8.0, 51.0)).distance_km(&at((8.0, 51.0))), Some(0.0));
    }
}
