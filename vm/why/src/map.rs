//! Maps of user IDs and group IDs.

/// A map of user IDs or group IDs: its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map(pub Vec<[u32; 3]>);

impl Map {
    /// Reads the lines of a map file; lines of another form are left out.
    pub fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let numbers: Vec<u32> =
                line.split_whitespace().flat_map(str::parse).collect();
            <[u32; 3]>::try_from(numbers).ok()
        };
        Self(text.lines().filter_map(line).collect())
    }

    /// Returns whether an ID of the namespace is mapped.
    pub fn has(&self, id: u32) -> bool {
        let holds = |[first, _, count]: &[u32; 3]| {
            id.checked_sub(*first).is_some_and(|above| above < *count)
        };
        self.0.iter().any(holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_has_the_numbers_of_its_ranges_and_no_other() {
        let map = Map::parse("  0 1000 1\n 5 70000 3\nno line\n");
        let mapped: Vec<u32> = (0..10).filter(|id| map.has(*id)).collect();
        assert_eq!(mapped, [0, 5, 6, 7]);
        assert!(Map::parse("0 0 4294967295").has(4_294_967_294));
        assert!(!Map::default().has(0));
    }
}
