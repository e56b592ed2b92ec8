//! Power-law graphs as JSON Lines.

use std::{
    fs::File,
    io::{BufWriter, Result, Write},
    path::Path,
};

use relata::graph::Wish;
use serde_json::json;

use crate::rmat::Rmat;

/// Writes a graph in the interchange form; returns the number of records.
pub(crate) fn write(rmat: Rmat, file: &Path) -> Result<usize> {
    let mut out = BufWriter::new(File::create(file)?);
    let mut records = 0;
    for wish in rmat.drafts().flat_map(|it| it.wishes) {
        let line = if let Wish::PutEntity(it) = wish {
            json!({
                "kind": "entity", "id": it.id, "type": it.kind, "name": it.name,
                "properties": it.properties,
            })
        } else if let Wish::AssertRelationship(it) = wish {
            json!({
                "kind": "relationship", "type": it.relation, "source": it.source,
                "target": it.target, "validFrom": it.valid_from, "validTo": it.valid_to,
                "properties": it.properties,
            })
        } else {
            unreachable!("a graph is made of these")
        };
        writeln!(out, "{line}")?;
        records += 1;
    }
    out.flush()?;
    Ok(records)
}
