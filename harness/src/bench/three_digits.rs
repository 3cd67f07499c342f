//! Times as a person reads them.

/// Shows a time in three digits, with the unit that fits.
pub fn time(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 1e-6 => (s * 1e9, "ns"),
        s if s < 1e-3 => (s * 1e6, "µs"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s => (s, "s"),
    };
    let digits = match value {
        v if v < 10.0 => 2,
        v if v < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_the_unit_that_fits() {
        let all = [2.5e-8, 0.000_123_4, 0.0123, 0.123_4, 12.34, 123.4];
        let shown = all.map(time).join(", ");
        assert_eq!(shown, "25.0 ns, 123 µs, 12.3 ms, 123 ms, 12.3 s, 123 s");
    }
}
