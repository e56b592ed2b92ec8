//! Relationships.

use std::borrow::Cow;

use super::{Answer, Args, Context, FieldDef, FieldError, Value, entity::pages, leaf};
use crate::{
    api::{Read, connection::List, decode},
    graph::{self, Relationship},
    model::ValueRef,
    ontology::{Property, PropertyType, Relation, Scalar},
};

pub(in crate::api) const RELATION: Read =
    |context, parent, _| Ok(leaf::text(&relation(context, of(context, parent)).name));
pub(in crate::api) const SOURCE: Read =
    |context, parent, _| Ok(Value::Entity(of(context, parent).source()));
pub(in crate::api) const TARGET: Read =
    |context, parent, _| Ok(Value::Entity(of(context, parent).target()));
pub(in crate::api) const VALID_FROM: Read =
    |context, parent, _| Ok(leaf::maybe(of(context, parent).validity().from(), Value::Date));
pub(in crate::api) const VALID_TO: Read =
    |context, parent, _| Ok(leaf::maybe(of(context, parent).validity().to(), Value::Date));
pub(in crate::api) const MODALITY: Read =
    |context, parent, _| Ok(leaf::text(of(context, parent).modality().name()));
pub(in crate::api) const DISPUTED: Read =
    |context, parent, _| Ok(Value::Bool(of(context, parent).disputed()));
pub(in crate::api) const CONFIDENCE: Read =
    |context, parent, _| Ok(leaf::maybe(of(context, parent).confidence(), Value::Float));
pub(in crate::api) const ORIGINS: Read =
    |context, parent, _| Ok(leaf::count(of(context, parent).origins().into()));
pub(in crate::api) const RECORDED_AT: Read =
    |context, parent, _| Ok(Value::DateTime(of(context, parent).recorded_at()));
pub(in crate::api) const RETRACTED_AT: Read =
    |context, parent, _| Ok(leaf::maybe(of(context, parent).retracted_at(), Value::DateTime));
pub(in crate::api) const REVISION: Read =
    |context, parent, _| Ok(leaf::revision(of(context, parent).revision()));
pub(in crate::api) const PROPERTIES: Read =
    |_, parent, _| Ok(Value::Properties(parent.relationship()));
pub(in crate::api) const PROPERTIES_JSON: Read =
    |context, parent, _| Ok(Value::Json(Cow::Owned(json(context, of(context, parent)))));
pub(in crate::api) const PROPERTY: Read = |context, parent, field| {
    Ok(leaf::property(of(context, parent).property(field.subject.property())))
};
pub(in crate::api) const BIG: Read =
    |context, parent, field| Ok(leaf::big(of(context, parent).property(field.subject.property())));

fn of<'s>(context: &Context<'s>, parent: &Value<'s>) -> Relationship<'s> {
    context.view.snapshot.relationship(parent.relationship())
}

fn relation<'s>(context: &Context<'s>, relationship: Relationship<'s>) -> &'s Relation {
    let relation = context.ontology.relation(relationship.relation());
    relation.expect("relationships are of relations of the ontology")
}

/// The properties that have a value, in the order of the ontology, as one JSON object.
fn json<'s>(context: &Context<'s>, relationship: Relationship<'s>) -> String {
    let mut json = String::from("{");
    for it in context.ontology.properties_of(relation(context, relationship)) {
        let Some(value) = relationship.property(it.id) else { continue };
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&quoted(&it.name));
        json.push(':');
        put(&mut json, it, value);
    }
    json.push('}');
    json
}

fn put(json: &mut String, property: &Property, value: ValueRef<'_>) {
    match value {
        ValueRef::Bool(it) => json.push_str(if it { "true" } else { "false" }),
        // As the scalar `BigInt`: a program may not be able to hold 64 bits.
        ValueRef::Int(it) if property.ty == PropertyType::Scalar(Scalar::BigInt) => {
            json.push_str(&quoted(&it.to_string()));
        }
        ValueRef::Int(it) => json.push_str(&it.to_string()),
        ValueRef::Float(it) => json.push_str(&serde_json::Value::from(it).to_string()),
        ValueRef::Text(it) => json.push_str(&quoted(it)),
        ValueRef::Date(it) => json.push_str(&quoted(&it.to_string())),
        ValueRef::Timestamp(it) => json.push_str(&quoted(&it.to_string())),
        ValueRef::Json(it) => json.push_str(it),
        ValueRef::List(it) => {
            json.push('[');
            for (index, it) in graph::items(it).enumerate() {
                if index > 0 {
                    json.push(',');
                }
                put(json, property, it);
            }
            json.push(']');
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

pub(in crate::api) fn relationship<'s>(
    _: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let id = args.text("id").unwrap_or_default().to_owned();
    Ok(Box::new(move |context, _| {
        Ok(leaf::maybe(context.view.snapshot.edge(&id), Value::Relationship))
    }))
}

pub(in crate::api) fn relationships<'s>(
    context: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let filter = decode::given(args.get("where"), |it| decode::relationship(context.ontology, it))?;
    pages(List::Relationships { filter }, args)
}
