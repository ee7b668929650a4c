//! What an answer's body goes through on its way to the caller: it is compressed, and a copy is kept.

use crate::{body::BodyError, cache::Copying, coding::Encoder};
use bytes::Bytes;
use http_body::Frame;
use std::task::{Context, Poll};

/// How much is compressed before others get their turn, in bytes.
const TURN: usize = 64 * 1024;

/// What comes of asking a body for its next piece.
type Next = Poll<Option<Result<Frame<Bytes>, BodyError>>>;

/// What a body goes through.
pub(crate) struct Passing {
    encoder: Option<Encoder>,
    copying: Option<Copying>,
    /// What follows the last piece.
    trailers: Option<Frame<Bytes>>,
    /// Whether the body has been asked for all it has.
    has_ended: bool,
}

impl Passing {
    /// `None` where it goes through nothing.
    pub(crate) fn new(encoder: Option<Encoder>, copying: Option<Copying>) -> Option<Box<Self>> {
        let is_something = encoder.is_some() || copying.is_some();
        is_something.then(|| Box::new(Self { encoder, copying, trailers: None, has_ended: false }))
    }

    /// Whether nothing more comes out.
    pub(crate) fn is_done(&self) -> bool {
        self.has_ended && self.trailers.is_none()
    }

    /// Whether as many bytes come out as go in.
    pub(crate) fn keeps_length(&self) -> bool {
        self.encoder.is_none()
    }

    /// The next piece, of what `source` gives: its next piece, and whether that was the last.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        mut source: impl FnMut(&mut Context<'_>) -> (Next, bool),
    ) -> Next {
        if self.has_ended {
            return Poll::Ready(self.trailers.take().map(Ok));
        }
        let mut taken = 0;
        loop {
            let (frame, is_last) = match source(context) {
                (Poll::Pending, _) => return self.pause(),
                (Poll::Ready(frame), is_last) => (frame, is_last),
            };
            match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => {
                    taken += data.len();
                    let output = match &mut self.encoder {
                        Some(encoder) => encoder.write(&data)?,
                        None => data,
                    };
                    if is_last {
                        return self.end(output, None);
                    }
                    if !output.is_empty() {
                        return Poll::Ready(Some(Ok(self.give(output))));
                    }
                    if taken >= TURN {
                        context.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                }
                Some(Ok(Err(trailers))) => return self.end(Bytes::new(), Some(trailers)),
                None => return self.end(Bytes::new(), None),
                Some(Err(error)) => {
                    // A part of an answer is none.
                    (self.encoder, self.copying) = (None, None);
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }

    /// The backend pauses: the caller gets all that was sent so far.
    fn pause(&mut self) -> Next {
        let output = self.encoder.as_mut().map_or(Ok(Bytes::new()), Encoder::flush)?;
        if output.is_empty() { Poll::Pending } else { Poll::Ready(Some(Ok(self.give(output)))) }
    }

    /// The body's last piece, and what follows it.
    fn end(&mut self, last: Bytes, trailers: Option<Frame<Bytes>>) -> Next {
        self.has_ended = true;
        let rest = match self.encoder.take() {
            Some(encoder) if last.is_empty() => encoder.finish()?,
            Some(encoder) => [last, encoder.finish()?].concat().into(),
            None => last,
        };
        let rest = (!rest.is_empty()).then(|| self.give(rest));
        // What is kept has no trailers.
        if let Some(copying) = self.copying.take().filter(|_| trailers.is_none()) {
            copying.finish();
        }
        let Some(rest) = rest else { return Poll::Ready(trailers.map(Ok)) };
        self.trailers = trailers;
        Poll::Ready(Some(Ok(rest)))
    }

    fn give(&mut self, output: Bytes) -> Frame<Bytes> {
        if let Some(copying) = &mut self.copying
            && !copying.add(&output)
        {
            self.copying = None;
        }
        Frame::data(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coding::Coding;
    use std::{collections::VecDeque, task::Waker};

    /// What a backend does next: a piece, or a pause.
    type Steps = VecDeque<Option<&'static [u8]>>;

    fn next(passing: &mut Passing, steps: &mut Steps) -> Next {
        let mut context = Context::from_waker(Waker::noop());
        passing.poll(&mut context, |_| {
            let step = steps.pop_front();
            let frame = match step {
                Some(Some(piece)) => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(piece))))),
                Some(None) => Poll::Pending,
                None => Poll::Ready(None),
            };
            (frame, steps.is_empty())
        })
    }

    #[test]
    fn a_pause_lets_out_what_was_held_back_and_the_last_piece_ends_the_coding() {
        let encoder = Encoder::new(Coding::Gzip).unwrap();
        let mut passing = Passing::new(Some(encoder), None).unwrap();
        let mut steps = Steps::from([Some(&b"some"[..]), None, None, Some(b"more")]);
        let mut coded = Vec::new();
        let mut pauses = 0;
        while !passing.is_done() {
            match next(&mut passing, &mut steps) {
                Poll::Ready(Some(Ok(frame))) => coded.extend(frame.into_data().unwrap()),
                Poll::Ready(_) => panic!("no end before the last piece"),
                Poll::Pending => pauses += 1,
            }
        }
        // The second pause had nothing to let out.
        assert_eq!(pauses, 1);
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&coded[..]), &mut text)
            .unwrap();
        assert_eq!(text, "somemore");
        assert!(matches!(next(&mut passing, &mut steps), Poll::Ready(None)));
    }
}
