//! A graph as lines of the interchange form.

use std::{
    borrow::Cow,
    fmt,
    io::{self, BufWriter, Write},
};

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};
use serde_json::value::RawValue;

use crate::{
    graph::{Entity, Evidence, Lens, Relationship, Snapshot, items},
    model::{Date, EdgeId, ModalitySet, NodeId, PropertyId, Stance, ValueRef},
};

const BUFFER_BYTES: usize = 1 << 18;

/// Writes everything that `snapshot` holds: entities, then relationships with their evidence, each
/// in the order of its recording. What was retracted or deleted, and when things were recorded, is
/// not written. Importing it into an empty graph gives an equal one.
///
/// Calls `line_written` for every line. Costs one pass over the graph, and no memory.
///
/// # Errors
///
/// Where `out` fails.
pub fn export(
    snapshot: &Snapshot,
    out: &mut dyn Write,
    line_written: &mut dyn FnMut(),
) -> io::Result<()> {
    let out = &mut BufWriter::with_capacity(BUFFER_BYTES, out);
    let writer = Writer { snapshot };
    for node in snapshot.nodes(None) {
        write_line(out, &writer.entity(snapshot.entity(node)))?;
        line_written();
    }
    for edge in relationships(snapshot) {
        write_line(out, &writer.relationship(snapshot.relationship(edge)))?;
        line_written();
    }
    out.flush()
}

/// Every relationship of `snapshot` that is not retracted, of whatever modality.
pub(super) fn relationships(snapshot: &Snapshot) -> impl Iterator<Item = EdgeId> {
    snapshot.view(Lens { modalities: ModalitySet::ALL, ..Lens::default() }).all_edges()
}

#[derive(Clone, Copy)]
struct Writer<'s> {
    snapshot: &'s Snapshot,
}

#[derive(Serialize)]
struct EntityLine<'s> {
    kind: &'static str,
    id: &'s str,
    r#type: &'s str,
    name: &'s str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<&'s str>,
    #[serde(skip_serializing_if = "Properties::is_empty")]
    properties: Properties<'s>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RelationshipLine<'s> {
    kind: &'static str,
    id: Cow<'s, str>,
    r#type: &'s str,
    source: &'s str,
    target: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<Text<Date>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Text<Date>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
    #[serde(skip_serializing_if = "Properties::is_empty")]
    properties: Properties<'s>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<EvidenceLine<'s>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EvidenceLine<'s> {
    document: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cited_source: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stated_by: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stated_at: Option<Text<Date>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locator: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'s str>,
    modality: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stance: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
    method: &'s str,
}

/// Properties by name, as an object.
struct Properties<'s> {
    names: &'s [String],
    values: Vec<(PropertyId, ValueRef<'s>)>,
}

/// A property's value as JSON.
struct Value<'s>(ValueRef<'s>);

/// What is written as it is displayed.
struct Text<T>(T);

fn write_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

impl<'s> Writer<'s> {
    fn entity(self, entity: Entity<'s>) -> EntityLine<'s> {
        EntityLine {
            kind: "entity",
            id: entity.id(),
            r#type: &self.snapshot.ontology().names().kinds[entity.kind().index()],
            name: entity.name(),
            aliases: entity.aliases().collect(),
            properties: self.properties(entity.properties()),
        }
    }

    fn relationship(self, relationship: Relationship<'s>) -> RelationshipLine<'s> {
        let names = self.snapshot.ontology().names();
        let validity = relationship.validity();
        RelationshipLine {
            kind: "relationship",
            id: relationship.id(),
            r#type: &names.relations[relationship.relation().index()],
            source: self.id(relationship.source()),
            target: self.id(relationship.target()),
            valid_from: validity.from().map(Text),
            valid_to: validity.to().map(Text),
            confidence: relationship.confidence(),
            properties: self.properties(relationship.properties()),
            evidence: relationship.evidence().map(|it| self.evidence(&it)).collect(),
        }
    }

    fn evidence(self, evidence: &Evidence<'s>) -> EvidenceLine<'s> {
        EvidenceLine {
            document: self.id(evidence.document),
            cited_source: evidence.cited_source.map(|it| self.id(it)),
            stated_by: evidence.stated_by.map(|it| self.id(it)),
            stated_at: evidence.stated_at.map(Text),
            locator: evidence.locator,
            quote: evidence.quote,
            summary: evidence.summary,
            modality: evidence.modality.name(),
            stance: (evidence.stance != Stance::default()).then(|| evidence.stance.name()),
            confidence: evidence.confidence,
            method: evidence.method,
        }
    }

    fn id(self, node: NodeId) -> &'s str {
        self.snapshot.entity(node).id()
    }

    fn properties(
        self,
        values: impl Iterator<Item = (PropertyId, ValueRef<'s>)>,
    ) -> Properties<'s> {
        let names = &self.snapshot.ontology().names().properties;
        Properties { names, values: values.collect() }
    }
}

impl Properties<'_> {
    fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.values.len()))?;
        for (property, value) in &self.values {
            map.serialize_entry(&self.names[property.index()], &Value(*value))?;
        }
        map.end()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            ValueRef::Bool(it) => serializer.serialize_bool(it),
            ValueRef::Int(it) => serializer.serialize_i64(it),
            ValueRef::Float(it) => serializer.serialize_f64(it),
            ValueRef::Text(it) => serializer.serialize_str(it),
            ValueRef::Date(it) => serializer.collect_str(&it),
            ValueRef::Timestamp(it) => serializer.collect_str(&it),
            ValueRef::Json(it) => {
                let json: &RawValue =
                    serde_json::from_str(it).expect("JSON values are checked when they are kept");
                json.serialize(serializer)
            }
            ValueRef::List(it) => {
                let mut list = serializer.serialize_seq(None)?;
                for item in items(it) {
                    list.serialize_element(&Value(item))?;
                }
                list.end()
            }
        }
    }
}

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
