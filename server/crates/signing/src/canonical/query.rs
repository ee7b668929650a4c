//! The forms of the query.

use super::{
    Candidate,
    percent::{Loss, Plus, decode, encode, is_unreserved},
};
use crate::{Algorithm, Scratch};

mod pairs;

#[cfg(test)]
mod tests;

pub(crate) use pairs::Pairs;
use pairs::{Arena, Pair, pieces, separate};

/// How a client wrote the query into its canonical request.
///
/// All but [`Raw`](Self::Raw) sort the parameters, so that their order is not signed; that is the design of the
/// signature and not counted as bytes left unsigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QueryForm {
    /// Decoded with `+` as space, encoded by RFC 3986, sorted; parameters without `=` or without a name are
    /// dropped (Python JDCLOUD3, and every client's common case).
    Reencoded,
    /// The same, but `flag` becomes `flag=` (Rust, Java, PHP, Node.js).
    ReencodedBare,
    /// jdcloud_sdk 1.6.180: a parameter with more than one `=` loses its name. Always leaves bytes unsigned.
    NameLost,
    /// Not decoded; of `a=b=c` only `a=b` is kept, `flag` becomes `flag=`, sorted (Python JDCLOUD2).
    FirstValue,
    /// As received (Go, npm).
    Raw,
    /// As received, sorted (.NET).
    Sorted,
    /// Decoded with `+` as itself, encoded, sorted.
    LiteralPlus,
    /// Decoded, sorted, the values of one name joined without separator (Go gateway signer).
    Concatenated,
}

/// The forms to try, in the order of likelihood.
pub(crate) fn forms(algorithm: Algorithm) -> &'static [QueryForm] {
    use QueryForm::{
        Concatenated, FirstValue, LiteralPlus, NameLost, Raw, Reencoded, ReencodedBare, Sorted,
    };
    match algorithm {
        Algorithm::Jdcloud2 => &[
            Reencoded,
            ReencodedBare,
            NameLost,
            FirstValue,
            Raw,
            Sorted,
            LiteralPlus,
            Concatenated,
        ],
        Algorithm::Jdcloud3 => &[Reencoded, ReencodedBare, NameLost],
    }
}

/// The query in one form; none where the form does not apply.
pub(crate) fn candidate<'a>(
    form: QueryForm,
    raw: &'a str,
    scratch: &mut Scratch,
) -> Option<Candidate<'a, QueryForm>> {
    let reads_as_received = raw.is_empty() || (form == QueryForm::Reencoded && is_reencoded(raw));
    if reads_as_received || form == QueryForm::Raw {
        return Some(Candidate::borrowed(form, raw));
    }
    if !applies(form, raw) {
        return None;
    }
    let mut text = scratch.take();
    let pairs = &mut scratch.pairs;
    let loses = match form {
        QueryForm::Reencoded => {
            reencode(pairs, raw, |pair| pair.equals && !pair.name.is_empty(), &mut text)
        }
        QueryForm::ReencodedBare => reencode(pairs, raw, |pair| !pair.name.is_empty(), &mut text),
        QueryForm::NameLost => name_lost(pairs, raw, &mut text),
        QueryForm::FirstValue => first_value(pairs, raw, &mut text),
        QueryForm::LiteralPlus => {
            let loss = pairs.read(raw, |part, arena| encode_decoded(part, Plus::Itself, arena));
            pairs.sort();
            pairs.write(|_| true, &mut text);
            loss.plus || loss.malformed
        }
        QueryForm::Concatenated => concatenated(pairs, raw, &mut text),
        QueryForm::Raw | QueryForm::Sorted => {
            sort_pieces(raw, &mut text);
            false
        }
    };
    Some(Candidate::owned(form, text, loses))
}

fn applies(form: QueryForm, raw: &str) -> bool {
    match form {
        QueryForm::NameLost => pieces(raw).any(has_second_equals),
        QueryForm::FirstValue => !raw.as_bytes().contains(&SPLIT), // cannot come by HTTP
        _ => true,
    }
}

fn encode_decoded(part: &str, plus: Plus, arena: &mut Arena<'_>) -> Loss {
    arena.decoded.clear();
    let loss = decode(part, plus, arena.decoded);
    encode(arena.decoded, false, arena.text);
    loss
}

fn reencode(pairs: &mut Pairs, raw: &str, keep: impl Fn(&Pair) -> bool, out: &mut Vec<u8>) -> bool {
    let loss = pairs.read(raw, |part, arena| encode_decoded(part, Plus::Space, arena));
    pairs.sort();
    pairs.write(&keep, out);
    loss.plus || loss.malformed || !pairs.pairs.iter().all(keep)
}

/// Between the parts of a value that its client split at every `=`. Sorting texts with it is sorting lists of parts,
/// because it is lower than any octet of the parts.
const SPLIT: u8 = 0;

fn name_lost(pairs: &mut Pairs, raw: &str, out: &mut Vec<u8>) -> bool {
    pairs.read(raw, |part, arena| {
        for (index, part) in part.split('=').enumerate() {
            if index > 0 {
                arena.text.push(SPLIT);
            }
            encode_decoded(part, Plus::Space, arena);
        }
        Loss::default()
    });
    pairs.sort();
    for pair in pairs.pairs.iter().filter(|pair| pair.equals && !pair.name.is_empty()) {
        separate(out);
        let value = &pairs.arena[pair.value.clone()];
        if value.contains(&SPLIT) {
            for (index, part) in value.split(|byte| *byte == SPLIT).enumerate() {
                out.extend_from_slice(if index > 0 { b"%3D" } else { b"" });
                out.extend_from_slice(part);
            }
        } else {
            out.extend_from_slice(&pairs.arena[pair.name.clone()]);
            out.push(b'=');
            out.extend_from_slice(value);
        }
    }
    true
}

fn first_value(pairs: &mut Pairs, raw: &str, out: &mut Vec<u8>) -> bool {
    pairs.read(raw, |part, arena| {
        for (index, part) in part.split('=').enumerate() {
            if index > 0 {
                arena.text.push(SPLIT);
            }
            arena.text.extend_from_slice(part.trim_matches(is_python_space).as_bytes());
        }
        Loss::default()
    });
    pairs.sort();
    for pair in &pairs.pairs {
        separate(out);
        out.extend_from_slice(&pairs.arena[pair.name.clone()]);
        out.push(b'=');
        let value = pairs.arena[pair.value.clone()].split(|byte| *byte == SPLIT).next();
        out.extend_from_slice(value.unwrap_or_default());
    }
    raw.contains(is_python_space) || pieces(raw).any(has_second_equals)
}

fn concatenated(pairs: &mut Pairs, raw: &str, out: &mut Vec<u8>) -> bool {
    pairs.read(raw, |part, arena| decode(part, Plus::Space, arena.text));
    pairs.sort();
    let mut previous: Option<&[u8]> = None;
    let mut repeats = false;
    for pair in &pairs.pairs {
        let name = &pairs.arena[pair.name.clone()];
        if previous == Some(name) {
            repeats = true;
        } else {
            separate(out);
            out.extend_from_slice(name);
            out.push(b'=');
        }
        out.extend_from_slice(&pairs.arena[pair.value.clone()]);
        previous = Some(name);
    }
    repeats || raw.contains(['%', '+'])
}

fn sort_pieces(raw: &str, out: &mut Vec<u8>) {
    let mut sorted: smallvec::SmallVec<[&str; 16]> = pieces(raw).collect();
    sorted.sort_unstable();
    for piece in sorted {
        separate(out);
        out.extend_from_slice(piece.as_bytes());
    }
}

/// Whether the re-encoded form of this query is the query itself, by a look that allocates nothing.
fn is_reencoded(raw: &str) -> bool {
    let mut previous = ("", "");
    raw.split('&').all(|piece| {
        let Some(pair) = piece.split_once('=') else {
            return false;
        };
        let is_plain =
            !pair.0.is_empty() && pair.0.bytes().chain(pair.1.bytes()).all(is_unreserved);
        let in_order = previous <= pair;
        previous = pair;
        is_plain && in_order
    })
}

fn has_second_equals(piece: &str) -> bool {
    piece.split('=').nth(2).is_some()
}

/// What Python's `str.strip` removes.
fn is_python_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}
