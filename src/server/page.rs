//! `/` and `/graphiql`: the explorer and GraphiQL, built from `web/` and carried in the binary.

use std::{
    io::Read,
    sync::{LazyLock, OnceLock},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, AcceptEncoding, Encoding, Header},
    web::{self, Bytes, ServiceConfig},
};
use brotli_decompressor::Decompressor;

/// The files of the pages by name, compressed with Brotli: what `npm run build` in `web/` wrote.
const PACKED: &[(&str, &[u8])] = include!("../../web/built/files.rs");
/// The pages by the names of their files.
const PAGES: &[(&str, &str)] = &[("index.html", "/"), ("graphiql.html", "/graphiql")];
/// Nothing from elsewhere. The editor writes styles as it goes, and draws underlines as images in
/// its style sheet; the explorer makes its PNG from an image of its own.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The names of these files change with their content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
const BUFFER_BYTES: usize = 1 << 16;

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    PACKED.iter().map(|&(name, packed)| File { name, packed, plain: OnceLock::new() }).collect()
});

/// A file of the pages.
struct File {
    name: &'static str,
    packed: &'static [u8],
    /// Unpacked when a client first asks for it so: browsers take Brotli only from `localhost` and
    /// over HTTPS.
    plain: OnceLock<Bytes>,
}

impl File {
    fn plain(&self) -> Bytes {
        let unpack = || {
            let mut bytes = Vec::new();
            Decompressor::new(self.packed, BUFFER_BYTES)
                .read_to_end(&mut bytes)
                .expect("the build compressed it");
            bytes.into()
        };
        self.plain.get_or_init(unpack).clone()
    }

    fn path(&self) -> String {
        let page = PAGES.iter().find(|(name, _)| *name == self.name);
        page.map_or_else(|| format!("/{}", self.name), |&(_, path)| path.to_owned())
    }

    fn media(&self) -> &'static str {
        match self.name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("ttf") => "font/ttf",
            _ => "text/plain; charset=utf-8",
        }
    }

    fn caching(&self) -> &'static str {
        if self.name.starts_with("assets/") { FOR_EVER } else { ASK_AGAIN }
    }
}

/// Adds a route for every file.
pub(super) fn routes(config: &mut ServiceConfig) {
    for file in FILES.iter() {
        let path = file.path();
        let answer = move |request: HttpRequest| async move {
            query_link(&request).unwrap_or_else(|| respond(file, &request))
        };
        config.service(
            web::resource(path).route(web::get().to(answer)).route(web::head().to(answer)),
        );
    }
}

/// A link to a query that names `/` is one to GraphiQL. The place is relative, since a proxy may have
/// put both pages under a path of its own.
fn query_link(request: &HttpRequest) -> Option<HttpResponse> {
    let query = request.query_string();
    let names_one = query.split('&').any(|it| it.starts_with("query="));
    (request.path() == "/" && names_one).then(|| {
        HttpResponse::TemporaryRedirect()
            .insert_header((header::LOCATION, format!("graphiql?{query}")))
            .finish()
    })
}

fn respond(file: &File, request: &HttpRequest) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .content_type(file.media())
        .insert_header((header::CACHE_CONTROL, file.caching()))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::VARY, "accept-encoding"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if takes_brotli(request) {
        return response.insert_header((header::CONTENT_ENCODING, "br")).body(file.packed);
    }
    response.body(file.plain())
}

/// A client that does not say what it takes is given the plain file.
fn takes_brotli(request: &HttpRequest) -> bool {
    let offers = [Encoding::brotli(), Encoding::identity()];
    AcceptEncoding::parse(request)
        .ok()
        .filter(|it| !it.is_empty())
        .and_then(|it| it.negotiate(offers.iter()))
        .is_some_and(|it| it == Encoding::brotli())
}
