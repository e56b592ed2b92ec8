//! Relationships.

use super::{Answer, Args, Context, FieldDef, FieldError, Value, entity::pages, leaf, properties};
use crate::{
    api::{Read, connection::List, decode},
    graph::Relationship,
    ontology::Relation,
};

pub(in crate::api) const RELATION: Read =
    |context, parent, _| Ok(leaf::text(&relation(context, of(parent)).name));
pub(in crate::api) const SOURCE: Read =
    |context, parent, _| Ok(Value::of_entity(context, of(parent).source()));
pub(in crate::api) const TARGET: Read =
    |context, parent, _| Ok(Value::of_entity(context, of(parent).target()));
pub(in crate::api) const VALID_FROM: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).validity().from(), Value::Date));
pub(in crate::api) const VALID_TO: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).validity().to(), Value::Date));
pub(in crate::api) const MODALITY: Read =
    |_, parent, _| Ok(leaf::text(of(parent).modality().name()));
pub(in crate::api) const DISPUTED: Read = |_, parent, _| Ok(Value::Bool(of(parent).disputed()));
pub(in crate::api) const CONFIDENCE: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).confidence(), Value::Float));
pub(in crate::api) const ORIGINS: Read =
    |_, parent, _| Ok(leaf::count(of(parent).origins().into()));
pub(in crate::api) const RECORDED_AT: Read =
    |_, parent, _| Ok(Value::DateTime(of(parent).recorded_at()));
pub(in crate::api) const RETRACTED_AT: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).retracted_at(), Value::DateTime));
pub(in crate::api) const REVISION: Read = |_, parent, _| Ok(leaf::revision(of(parent).revision()));
pub(in crate::api) const PROPERTIES: Read =
    |_, parent, _| Ok(Value::Properties(parent.relationship()));
pub(in crate::api) const PROPERTIES_JSON: Read = |context, parent, _| {
    let relationship = of(parent);
    let properties = context.ontology.properties_of(relation(context, relationship));
    Ok(properties::json(properties, |it| relationship.property(it)))
};
pub(in crate::api) const PROPERTY: Read =
    |_, parent, field| Ok(leaf::property(of(parent).property(field.subject.property())));
pub(in crate::api) const BIG: Read =
    |_, parent, field| Ok(leaf::big(of(parent).property(field.subject.property())));

fn of<'s>(parent: &Value<'s>) -> Relationship<'s> {
    parent.relationship()
}

fn relation<'s>(context: &Context<'s>, relationship: Relationship<'s>) -> &'s Relation {
    let relation = context.ontology.relation(relationship.relation());
    relation.expect("relationships are of relations of the ontology")
}

pub(in crate::api) fn relationship<'s>(
    _: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let id = args.text("id").unwrap_or_default().to_owned();
    Ok(Box::new(move |context, _| {
        let found = context.view.snapshot.edge(&id);
        Ok(leaf::maybe(found, |it| Value::of_relationship(context, it)))
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
