//! Chance with a fixed seed: the same labels always give the same numbers, on every machine.
//!
//! The generator is SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014);
//! labels are folded into its seed by FNV-1a. Only additions, multiplications, shifts and divisions are used,
//! no logarithm or sine, whose last bit may differ between systems.

const SEED: u64 = 0x4B49_4D20_2026_0930;

pub struct Rng(u64);

impl Rng {
    /// A stream of its own for these labels, so that a change in one table does not shift another.
    pub fn of(labels: &[&str]) -> Rng {
        let mut hash = 0xcbf2_9ce4_8422_2325 ^ SEED;
        for byte in labels.join("\u{1f}").bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Rng(hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// In low..=high.
    pub fn whole(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1).max(1) as u64) as i64
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.whole(0, from.len() as i64 - 1) as usize]
    }

    /// How many of `n` happen when each happens with this probability.
    pub fn of_many(&mut self, n: i64, probability: f64) -> i64 {
        (0..n).filter(|_| self.chance(probability)).count() as i64
    }

    /// A count of rare events with this mean, close to Poisson.
    pub fn events(&mut self, mean: f64) -> i64 {
        let n = (mean * 4.0).ceil().max(1.0) + 4.0;
        self.of_many(n as i64, mean.max(0.0) / n)
    }
}

/// A development over time: the value at `t` between dated knots, flat before the first and after the last.
pub fn along(knots: &[(i64, f64)], t: i64) -> f64 {
    let mut before = knots[0];
    for &knot in knots {
        if t <= knot.0 {
            let width = (knot.0 - before.0).max(1) as f64;
            return before.1 + (knot.1 - before.1) * (t - before.0).max(0) as f64 / width;
        }
        before = knot;
    }
    before.1
}
