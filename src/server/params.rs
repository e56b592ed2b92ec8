//! The parameters of a GraphQL request: from a JSON body or a query string.

use std::borrow::Cow;

use actix_web::web::{Bytes, Query};
use serde::{Deserialize, Deserializer, de::IgnoredAny};
use serde_json::value::RawValue;

use super::refusal::Refusal;
use crate::api::Request;

/// Where the parameters are, before they are read.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// In a body, or a message, of JSON.
    Body(Bytes),
    /// In the query string of a URL.
    QueryString(String),
}

/// The parameters, as the client sent them, copied only where they are escaped.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Params<'a> {
    #[serde(borrow, deserialize_with = "text")]
    query: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    operation_name: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "value")]
    variables: Option<Cow<'a, RawValue>>,
    #[serde(borrow, deserialize_with = "value")]
    extensions: Option<Cow<'a, RawValue>>,
}

/// What is known of the extensions of a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    persisted_query: Option<IgnoredAny>,
}

impl Input {
    /// Reads them.
    pub(super) fn params(&self) -> Result<Params<'_>, Refusal> {
        match self {
            Self::Body(bytes) => Params::from_body(bytes),
            Self::QueryString(text) => Params::from_query_string(text),
        }
    }
}

impl<'a> Params<'a> {
    /// Reads a body of JSON.
    fn from_body(body: &'a [u8]) -> Result<Self, Refusal> {
        // Once for all the texts in it.
        let body = str::from_utf8(body)
            .map_err(|it| Refusal::bad(format!("the body must be in UTF-8: {it}")))?;
        match body.trim_ascii_start().as_bytes().first() {
            Some(b'{') => {}
            Some(b'[') => {
                return Err(Refusal::bad(
                    "batches are not supported; send one operation a request",
                ));
            }
            _ => return Err(Refusal::bad("the body must be a JSON object")),
        }
        let params: Self = serde_json::from_str(body)
            .map_err(|it| Refusal::bad(format!("the body is not a GraphQL request: {it}")))?;
        params.checked()
    }

    /// Reads the query string of a URL, in which `variables` and `extensions` are JSON.
    fn from_query_string(text: &str) -> Result<Self, Refusal> {
        let pairs = Query::<Vec<(String, String)>>::from_query(text)
            .map_err(|it| Refusal::bad(format!("the query string cannot be read: {it}")))?;
        let mut params = Self::default();
        for (name, value) in pairs.into_inner() {
            match name.as_str() {
                "query" => params.query = Some(value.into()),
                "operationName" => params.operation_name = Some(value.into()),
                "variables" => params.variables = json(&name, value)?,
                "extensions" => params.extensions = json(&name, value)?,
                // Other parameters are for whoever stands between, such as a cache.
                _ => {}
            }
        }
        params.checked()
    }

    fn checked(self) -> Result<Self, Refusal> {
        for (name, value) in [("variables", &self.variables), ("extensions", &self.extensions)] {
            if value.as_ref().is_some_and(|it| !it.get().starts_with('{')) {
                return Err(Refusal::bad(format!("`{name}` must be a JSON object")));
            }
        }
        if self.query.is_some() {
            return Ok(self);
        }
        let extensions = self.extensions.as_ref().map(|it| serde_json::from_str(it.get()));
        Err(match extensions {
            Some(Ok(Extensions { persisted_query: Some(_) })) => Refusal::persisted(),
            _ => Refusal::bad("`query` is missing; it is the GraphQL document"),
        })
    }

    /// The request that they make.
    pub(super) fn request(&self) -> Request<'_> {
        Request {
            query: self.query.as_deref().expect("checked when read"),
            operation_name: self.operation_name.as_deref(),
            variables: self.variables.as_deref(),
        }
    }
}

fn text<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    /// What serde borrows where it can.
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    Ok(Option::deserialize(json)?.map(|Text(it)| it))
}

fn value<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Cow<'de, RawValue>>, D::Error> {
    Ok(Option::deserialize(json)?.map(Cow::Borrowed))
}

/// A parameter of JSON; `null` and nothing are the same.
fn json(name: &str, value: String) -> Result<Option<Cow<'static, RawValue>>, Refusal> {
    if value.is_empty() {
        return Ok(None);
    }
    match RawValue::from_string(value) {
        Ok(it) if it.get() == "null" => Ok(None),
        Ok(it) => Ok(Some(Cow::Owned(it))),
        Err(err) => Err(Refusal::bad(format!("`{name}` is not JSON: {err}"))),
    }
}
