//! A small generator of random numbers, so that a seed gives the same faults on every machine and in every year.

/// Splitmix64. Not for secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream of a seed.
    pub fn seeded(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, `end`, which is at least 1. The bias is below one in a billion for small ends.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw() % end.max(1)
    }

    /// True so many times in a thousand.
    pub fn per_mille(&mut self, chance: u16) -> bool {
        self.below(1000) < u64::from(chance)
    }

    /// A stream of its own, so that drawing from it does not change what this one gives later.
    pub fn split(&mut self) -> Self {
        Self::seeded(self.draw())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_seed_is_the_published_one() {
        let mut random = Random::seeded(1_234_567);
        assert_eq!(random.draw(), 6_457_827_717_110_365_317);
        assert_eq!(random.draw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn drawing_from_a_split_stream_leaves_the_first_alone() {
        let (mut quiet, mut busy) = (Random::seeded(7), Random::seeded(7));
        let mut split = busy.split();
        quiet.split();
        for _ in 0..10 {
            split.draw();
        }
        assert_eq!(quiet.draw(), busy.draw());
    }

    #[test]
    fn a_chance_comes_about_as_often_as_it_says() {
        let mut random = Random::seeded(42);
        let hits = (0..10_000).filter(|_| random.per_mille(250)).count();
        assert!((2300..2700).contains(&hits), "{hits}");
    }
}
