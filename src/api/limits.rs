//! How much one request may ask for.

use std::time::Duration;

/// The limits on a request, all on by default.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of the document.
    pub document_bytes_max: usize,
    /// Tokens of the document.
    pub tokens_max: usize,
    /// Fields after fragments are spread.
    pub fields_max: usize,
    /// Levels of fields.
    pub depth_max: usize,
    /// Aliases.
    pub aliases_max: usize,
    /// Cost of an operation: a field costs one, and a page its size times its children.
    pub cost_max: u64,
    /// Rows on a page (`first`, `last`, `limit`).
    pub page_max: u32,
    /// Relationships that the walks of one request may look at.
    pub expansions_max: u64,
    /// Time for one request.
    pub deadline: Duration,
    /// Whether introspection is answered and errors suggest names.
    pub introspection: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes_max: 64 * 1024,
            tokens_max: 4_000,
            fields_max: 2_000,
            depth_max: 15,
            aliases_max: 50,
            cost_max: 20_000,
            page_max: 1_000,
            expansions_max: 1_000_000,
            deadline: Duration::from_secs(10),
            introspection: true,
        }
    }
}
