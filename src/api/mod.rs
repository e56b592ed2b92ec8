//! The GraphQL API that an ontology implies: the only room that knows GraphQL values.
//!
//! Invariants: every type and field is described once, in the [`Table`]; an operator decodes, makes
//! one call, encodes; a document is guarded before it is parsed, validated before it is planned,
//! and answered from one snapshot, and from past ones where it asks what was known. Knows no HTTP and
//! no disk.

mod arguments;
mod bound;
mod cache;
mod change;
mod coerce;
mod collect;
mod connection;
mod cost;
mod cursor;
mod decode;
mod document;
mod engine;
mod error;
mod error_list;
mod guard;
mod input;
mod introspection;
mod json;
mod limits;
mod literal;
mod literal_json;
mod operators;
mod past;
mod plan;
mod reference;
mod response;
mod run;
mod schema;
mod service;
mod strict;
mod subscription;
mod suggest;
mod table;
mod validate;
mod value;
mod variables;
mod write;

use self::table::{EVIDENCE_SIZE, MATCHES, PAGE_SIZE, PATHS, SUBGRAPH_NODES};
pub use self::{
    cache::CacheCounters,
    change::Change,
    connection::Connection,
    error::{Code, FieldError, RequestError},
    input::{Args, Input},
    limits::Limits,
    reference::referring_to,
    response::{Asked, OperationType, Outcome, Response},
    service::{Api, Request},
    subscription::{Event, Subscription},
    table::{
        Answer, ArgumentDef, Ask, Cost, EnumValueDef, FieldDef, Operator, Read, Subject, Table,
        TypeBody, TypeDef, TypeId, TypeRef, Wrap, Write,
    },
    value::{Context, Side, Value},
    write::{Effect, Effects, Writing, Written},
};
