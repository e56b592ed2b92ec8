//! Answers that are compressed, for clients that want it.
//!
//! Only whole bodies are, and long ones: events go out as they come, and what fits into a packet or
//! two gains nothing. Of what a client likes equally, it gets Brotli, which is the
//! smallest.

use std::io::{self, Write};

use actix_web::{
    Error,
    body::{BodySize, EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
    error::ErrorInternalServerError,
    http::header::{
        self, AcceptEncoding, ContentEncoding, Encoding, Header, HeaderMap, HeaderValue,
    },
    web::{self, Bytes},
};
use brotli::CompressorWriter;
use flate2::{Compression, write::GzEncoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// Bodies that are compressed where other connections wait for it: that takes up to half a
/// millisecond.
const INLINE_BYTES_MAX: usize = 64 * 1024;
/// Levels that compress as well as others at half their time, as measured on answers.
const GZIP_LEVEL: u32 = 4;
const BROTLI_LEVEL: u32 = 4;
/// The window of Brotli, as a power of two: no larger than what is compressed inline, many times.
const BROTLI_WINDOW: u32 = 18;
const BROTLI_BUFFER_BYTES: usize = 4096;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Brotli,
    Gzip,
    Zstd,
}

/// Lets `service` answer, and compresses the answer if it has `bytes_min` or more; none where that
/// is zero.
pub(super) fn compressed<B, S>(
    bytes_min: usize,
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<EitherBody<B, Bytes>>, Error>> + use<B, S>
where
    B: MessageBody,
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    let answer = service.call(request);
    async move {
        let mut response = answer.await?;
        if !is_long(response.response().body(), bytes_min) || !is_text(response.headers()) {
            return Ok(response.map_into_left_body());
        }
        let value = HeaderValue::from_static("Accept-Encoding");
        response.headers_mut().append(header::VARY, value);
        let Some(packing) = Packing::wanted(&response) else {
            return Ok(response.map_into_left_body());
        };
        let (request, response) = response.into_parts();
        let (mut response, body) = response.into_parts();
        let body = match body.try_into_bytes() {
            Ok(plain) => plain,
            Err(body) => {
                let response = response.set_body(EitherBody::left(body));
                return Ok(ServiceResponse::new(request, response));
            }
        };
        let packed = if body.len() <= INLINE_BYTES_MAX {
            packing.pack(&body)
        } else {
            web::block(move || packing.pack(&body)).await.map_err(ErrorInternalServerError)?
        };
        let name = HeaderValue::from_static(packing.name());
        response.headers_mut().insert(header::CONTENT_ENCODING, name);
        let response = response.set_body(EitherBody::right(packed.into()));
        Ok(ServiceResponse::new(request, response))
    }
}

fn is_long(body: &impl MessageBody, bytes_min: usize) -> bool {
    let min = bytes_min as u64;
    matches!(body.size(), BodySize::Sized(bytes) if min > 0 && bytes >= min)
}

/// Whether a body is text, and not compressed yet.
fn is_text(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let is_text = |it: &str| {
        it.starts_with("text/")
            || it.starts_with("application/json")
            || it.starts_with("application/graphql-response+json")
    };
    media.is_some_and(is_text) && !headers.contains_key(header::CONTENT_ENCODING)
}

impl Packing {
    /// What the client would rather have than a plain body.
    fn wanted<B>(response: &ServiceResponse<B>) -> Option<Self> {
        let offers = [Encoding::gzip(), Encoding::brotli(), Encoding::zstd(), Encoding::identity()];
        let accepted = AcceptEncoding::parse(response.request()).ok()?;
        if accepted.is_empty() {
            return None;
        }
        match accepted.negotiate(offers.iter())? {
            Encoding::Known(ContentEncoding::Gzip) => Some(Self::Gzip),
            Encoding::Known(ContentEncoding::Brotli) => Some(Self::Brotli),
            Encoding::Known(ContentEncoding::Zstd) => Some(Self::Zstd),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    fn pack(self, plain: &[u8]) -> Vec<u8> {
        let out = Vec::with_capacity(plain.len() / 4);
        let packed = match self {
            Self::Brotli => brotli(plain, out),
            Self::Gzip => gzip(plain, out),
            Self::Zstd => Ok(compress_to_vec(plain, CompressionLevel::Fastest)),
        };
        packed.expect("memory takes what is written")
    }
}

fn gzip(plain: &[u8], out: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(out, Compression::new(GZIP_LEVEL));
    encoder.write_all(plain)?;
    encoder.finish()
}

fn brotli(plain: &[u8], out: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut writer = CompressorWriter::new(out, BROTLI_BUFFER_BYTES, BROTLI_LEVEL, BROTLI_WINDOW);
    writer.write_all(plain)?;
    Ok(writer.into_inner())
}
