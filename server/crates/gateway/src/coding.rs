//! Content codings: which one a caller takes, and what makes it, piece by piece.

use brotli::CompressorWriter;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, header};
use std::io::{self, Write as _};

/// How hard each coding tries: about as fast as a fast network.
const BROTLI_QUALITY: u32 = 4;
const ZSTD_LEVEL: i32 = 3;
const GZIP_LEVEL: u32 = 5;
/// Logarithm of how many bytes back a text is compared with: 256 KiB, which bounds the memory of a stream.
const WINDOW_LOG: u32 = 18;
/// What brotli writes at a time, in bytes.
const BROTLI_BUFFER: usize = 4096;

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    /// `br`
    Brotli,
    /// `zstd`
    Zstd,
    /// `gzip`
    Gzip,
}

impl Coding {
    /// All of them; of those that a caller likes equally well, the first is taken.
    const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// Its name in `Content-Encoding`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// The name as a header's value.
    pub(crate) fn value(self) -> HeaderValue {
        HeaderValue::from_static(self.as_str())
    }

    /// The one that a caller likes best, by its `Accept-Encoding`; `None` when it takes none of them.
    pub(crate) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let mut likes = [None; Self::ALL.len()];
        let mut others = 0;
        for value in headers.get_all(header::ACCEPT_ENCODING) {
            for item in value.to_str().unwrap_or_default().split(',') {
                let (name, weight) = weighted(item);
                if name == "*" {
                    others = weight;
                }
                let is_named = |coding: &Self| name.eq_ignore_ascii_case(coding.as_str());
                if let Some(index) = Self::ALL.iter().position(is_named) {
                    likes[index] = Some(weight);
                }
            }
        }
        let weights = likes.map(|weight| weight.unwrap_or(others));
        let best = weights.into_iter().max().filter(|best| *best > 0)?;
        weights.iter().position(|weight| *weight == best).map(|index| Self::ALL[index])
    }
}

/// A name, and how much it is liked in thousandths; one that cannot be read is not liked.
fn weighted(item: &str) -> (&str, u32) {
    let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, weight) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| weight.trim())
    });
    let weight = weight.map_or(1000, |weight| thousandths(weight).unwrap_or(0));
    (name.trim(), weight)
}

/// `0.5` → 500; no more than three decimals, and no more than 1.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let fits = decimals.len() <= 3 && decimals.bytes().all(|b| b.is_ascii_digit());
    let whole = matches!(whole, "0" | "1").then(|| whole == "1")?;
    let decimals = format!("{decimals:0<3}").parse::<u32>().ok().filter(|_| fits)?;
    Some(if whole { 1000 } else { decimals })
}

/// Makes a coding of what is written into it.
pub(crate) struct Encoder {
    kind: Kind,
    /// Whether something was written that did not come out yet.
    holds: bool,
}

enum Kind {
    Brotli(Box<CompressorWriter<Vec<u8>>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
    Gzip(GzEncoder<Vec<u8>>),
}

impl Encoder {
    /// One that has been written nothing.
    ///
    /// # Errors
    /// When it cannot have its memory.
    pub(crate) fn new(coding: Coding) -> io::Result<Self> {
        let kind = match coding {
            Coding::Brotli => Kind::Brotli(Box::new(CompressorWriter::new(
                Vec::new(),
                BROTLI_BUFFER,
                BROTLI_QUALITY,
                WINDOW_LOG,
            ))),
            Coding::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL)?;
                encoder.window_log(WINDOW_LOG)?;
                Kind::Zstd(encoder)
            }
            Coding::Gzip => Kind::Gzip(GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL))),
        };
        Ok(Self { kind, holds: false })
    }

    /// Takes a piece; what comes out, which may be nothing yet.
    ///
    /// # Errors
    /// When the coding fails, which no input makes it do.
    pub(crate) fn write(&mut self, piece: &[u8]) -> io::Result<Bytes> {
        self.holds |= !piece.is_empty();
        match &mut self.kind {
            Kind::Brotli(encoder) => encoder.write_all(piece)?,
            Kind::Zstd(encoder) => encoder.write_all(piece)?,
            Kind::Gzip(encoder) => encoder.write_all(piece)?,
        }
        Ok(self.output())
    }

    /// What it was written and did not let out yet, so that the caller can read it now.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub(crate) fn flush(&mut self) -> io::Result<Bytes> {
        if !std::mem::take(&mut self.holds) {
            return Ok(Bytes::new());
        }
        match &mut self.kind {
            Kind::Brotli(encoder) => encoder.flush()?,
            Kind::Zstd(encoder) => encoder.flush()?,
            Kind::Gzip(encoder) => encoder.flush()?,
        }
        Ok(self.output())
    }

    /// The end of the coding.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub(crate) fn finish(self) -> io::Result<Bytes> {
        let rest = match self.kind {
            Kind::Brotli(encoder) => encoder.into_inner(),
            Kind::Zstd(encoder) => encoder.finish()?,
            Kind::Gzip(encoder) => encoder.finish()?,
        };
        Ok(rest.into())
    }

    fn output(&mut self) -> Bytes {
        let output = match &mut self.kind {
            Kind::Brotli(encoder) => encoder.get_mut(),
            Kind::Zstd(encoder) => encoder.get_mut(),
            Kind::Gzip(encoder) => encoder.get_mut(),
        };
        std::mem::take(output).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn accepted(values: &[&'static str]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        }
        Coding::accepted(&headers).map(Coding::as_str)
    }

    #[test]
    fn the_best_liked_coding_is_taken() {
        for (value, coding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip, zstd", Some("zstd")),
            ("GZIP", Some("gzip")),
            ("br;q=0.5, gzip;q=0.8, zstd;q=0.801", Some("zstd")),
            ("br ; Q=0.9 , gzip", Some("gzip")),
            ("*", Some("br")),
            ("br;q=0, *;q=0.1", Some("zstd")),
            ("*;q=0, gzip;q=0.001", Some("gzip")),
            ("gzip;q=0", None),
            ("gzip;q=0.000", None),
            ("gzip;q=much, br;q=2, zstd;q=0.0001", None),
            ("identity", None),
            ("deflate", None),
            ("", None),
        ] {
            assert_eq!(accepted(&[value]), coding, "{value}");
        }
        assert_eq!(accepted(&[]), None);
        assert_eq!(accepted(&["gzip;q=0.5", "zstd;q=0.6"]), Some("zstd"));
    }

    fn decoded(coding: Coding, bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        match coding {
            Coding::Brotli => {
                brotli::Decompressor::new(bytes, 4096).read_to_end(&mut text).unwrap()
            }
            Coding::Zstd => {
                zstd::stream::read::Decoder::new(bytes).unwrap().read_to_end(&mut text).unwrap()
            }
            Coding::Gzip => flate2::read::GzDecoder::new(bytes).read_to_end(&mut text).unwrap(),
        };
        text
    }

    #[test]
    fn what_is_written_in_pieces_reads_whole() {
        let text: Vec<u8> =
            (0..300_000u32).flat_map(|n| (n / 7).to_string().into_bytes()).collect();
        for coding in Coding::ALL {
            let mut encoder = Encoder::new(coding).unwrap();
            let mut coded = Vec::new();
            for piece in text.chunks(16 * 1024) {
                coded.extend_from_slice(&encoder.write(piece).unwrap());
            }
            coded.extend_from_slice(&encoder.finish().unwrap());
            assert!(coded.len() * 3 < text.len(), "{coding:?}: {}", coded.len());
            assert_eq!(decoded(coding, &coded), text, "{coding:?}");
        }
    }

    #[test]
    fn what_was_flushed_can_be_read_before_the_end() {
        for coding in Coding::ALL {
            let mut encoder = Encoder::new(coding).unwrap();
            let mut coded = encoder.write(b"first").unwrap().to_vec();
            coded.extend_from_slice(&encoder.flush().unwrap());
            assert_eq!(encoder.flush().unwrap(), "", "{coding:?}: nothing new to let out");
            let mut start = [0; 5];
            match coding {
                Coding::Brotli => {
                    brotli::Decompressor::new(&coded[..], 4096).read_exact(&mut start).unwrap();
                }
                Coding::Zstd => zstd::stream::read::Decoder::new(&coded[..])
                    .unwrap()
                    .read_exact(&mut start)
                    .unwrap(),
                Coding::Gzip => {
                    flate2::read::GzDecoder::new(&coded[..]).read_exact(&mut start).unwrap();
                }
            }
            assert_eq!(&start, b"first", "{coding:?}");
        }
    }
}
