//! The parameters of a query, split, transformed and sorted in buffers that are used again.

use std::ops::Range;

use crate::canonical::percent::Loss;

/// The parameters of one query in one form: ranges of one buffer, so that reading a query again allocates nothing.
#[derive(Default)]
pub(crate) struct Pairs {
    pub(super) arena: Vec<u8>,
    decoded: Vec<u8>,
    pub(super) pairs: Vec<Pair>,
}

pub(super) struct Pair {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    pub(super) equals: bool,
}

impl Pairs {
    /// Forgets buffers that one request made large.
    pub(crate) fn shrink(&mut self, kept_bytes: usize) {
        self.arena.clear();
        self.arena.shrink_to(kept_bytes);
        self.decoded.clear();
        self.decoded.shrink_to(kept_bytes);
        self.pairs.clear();
        self.pairs.shrink_to(kept_bytes / size_of::<Pair>());
    }

    /// Splits at `&` and the first `=`, passing each part through `transform`.
    pub(super) fn read(
        &mut self,
        raw: &str,
        transform: impl Fn(&str, &mut Arena<'_>) -> Loss,
    ) -> Loss {
        self.arena.clear();
        self.pairs.clear();
        let mut loss = Loss::default();
        for piece in pieces(raw) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let start = self.arena.len();
            let mut arena = Arena { text: &mut self.arena, decoded: &mut self.decoded };
            loss = loss.and(transform(name, &mut arena));
            let middle = arena.text.len();
            loss = loss.and(transform(value, &mut arena));
            let end = self.arena.len();
            self.pairs.push(Pair {
                name: start..middle,
                value: middle..end,
                equals: name.len() != piece.len(),
            });
        }
        loss
    }

    /// Sorts by name, then value.
    pub(super) fn sort(&mut self) {
        let arena = &self.arena;
        self.pairs.sort_unstable_by(|a, b| {
            let by_name = arena[a.name.clone()].cmp(&arena[b.name.clone()]);
            by_name.then_with(|| arena[a.value.clone()].cmp(&arena[b.value.clone()]))
        });
    }

    /// Writes `name=value&…` of the pairs to keep.
    pub(super) fn write(&self, keep: impl Fn(&Pair) -> bool, out: &mut Vec<u8>) {
        for pair in self.pairs.iter().filter(|pair| keep(pair)) {
            separate(out);
            out.extend_from_slice(&self.arena[pair.name.clone()]);
            out.push(b'=');
            out.extend_from_slice(&self.arena[pair.value.clone()]);
        }
    }
}

/// Where a transformed part goes, and room to decode it in.
pub(super) struct Arena<'a> {
    pub(super) text: &'a mut Vec<u8>,
    pub(super) decoded: &'a mut Vec<u8>,
}

/// The parameters as received, without empty ones.
pub(super) fn pieces(raw: &str) -> impl Iterator<Item = &str> {
    raw.split('&').filter(|piece| !piece.is_empty())
}

/// Writes `&` between parameters.
pub(super) fn separate(out: &mut Vec<u8>) {
    if !out.is_empty() {
        out.push(b'&');
    }
}
