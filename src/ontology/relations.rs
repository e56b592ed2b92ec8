//! Relationship types, put together from the fields that name them.

use async_graphql::{Pos, parser::types::TypeDefinition};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    KindPairs, Ontology, Relation, Target,
    definitions::{Definitions, TYPES_MAX, description, fields_of},
    diagnostic::Report,
    directives, naming,
    reader::{Mention, Owner, Properties},
};
use crate::model::{Direction, KindId, RelationId};

/// The relationship types, numbered in the order in which the file first names them. A name that
/// GraphQL does not accept is reported and has no number.
pub(super) fn numbered<'d>(
    definitions: &'d Definitions,
    report: &mut Report<'_>,
) -> FxHashMap<&'d str, RelationId> {
    let types = definitions.kinds.iter().chain(&definitions.interfaces);
    let mut names: Vec<(Pos, &str)> = types.flat_map(|it| named(it, "type")).collect();
    names.sort_unstable();
    let mut relations = FxHashMap::default();
    for (at, name) in names {
        let is_value = ["true", "false", "null"].contains(&name);
        if is_value || !naming::is_name(name) || !naming::is_name(&naming::relation_type(name)) {
            let shown = if name.is_empty() { "an empty text" } else { &format!("`{name}`") };
            let message = format!(
                "{shown} cannot name a relationship type; write letters, digits and `_`, as \
                 `TRADES_WITH`"
            );
            report.add(at, "INVALID_RELATION_NAME", message);
            continue;
        }
        if relations.contains_key(name) {
            continue;
        }
        if relations.len() == TYPES_MAX {
            let message = format!("these are more than {TYPES_MAX} relationship types");
            report.add(at, "TOO_MANY_RELATIONS", message);
            break;
        }
        let number = u16::try_from(relations.len()).expect("fewer than TYPES_MAX");
        relations.insert(name, RelationId(number));
    }
    relations
}

/// What a type's relationships have as an argument, and where.
fn named<'d>(
    definition: &'d TypeDefinition,
    argument: &'static str,
) -> impl Iterator<Item = (Pos, &'d str)> {
    fields_of(definition).iter().filter_map(move |field| {
        let directive = directives::find(&field.node.directives, "relationship")?;
        directives::text(&directive.node, argument).map(|(name, at)| (at, name))
    })
}

/// Puts the relationship types together and reports fields that disagree about one.
pub(super) fn settle(
    numbers: &FxHashMap<&str, RelationId>,
    mentions: &[Mention<'_>],
    ontology: &Ontology,
    report: &mut Report<'_>,
) -> Vec<Relation> {
    let mut names: Vec<(RelationId, &str)> =
        numbers.iter().map(|(name, id)| (*id, *name)).collect();
    names.sort_unstable();
    let mut by_relation: Vec<Vec<&Mention<'_>>> = vec![Vec::new(); names.len()];
    for it in mentions {
        by_relation[it.relation.index()].push(it);
    }
    names
        .into_iter()
        .zip(&mut by_relation)
        .map(|((id, name), mentions)| {
            mentions.sort_by_key(|it| it.at);
            check_agreement(name, mentions, ontology, report);
            check_repetition(name, mentions, ontology, report);
            Relation {
                id,
                name: name.to_owned(),
                type_name: naming::relation_type(name),
                description: described(mentions),
                symmetric: mentions.first().is_some_and(|it| it.symmetric),
                properties: mentions.first().and_then(|it| it.properties.id()),
                pairs: pairs(mentions, ontology),
            }
        })
        .collect()
}

/// Reports properties types that no relationship has.
pub(super) fn check_properties_types(definitions: &Definitions, report: &mut Report<'_>) {
    let types = definitions.kinds.iter().chain(&definitions.interfaces);
    let used: FxHashSet<&str> =
        types.flat_map(|it| named(it, "properties")).map(|(_, name)| name).collect();
    if used.iter().any(|it| definitions.role(it).is_none()) {
        // A misspelt name, reported already, may have meant any of them.
        return;
    }
    for it in &definitions.properties_types {
        let (name, at) = (&it.name.node, it.name.pos);
        if !used.contains(name.as_str()) {
            let message = format!(
                "no relationship has the properties `{name}`; write `properties: \"{name}\"` in \
                 its `@relationship`, or remove the type"
            );
            report.add(at, "UNUSED_PROPERTIES_TYPE", message);
        }
    }
}

/// What the field that leads from the source says; else any field.
fn described(mentions: &[&Mention<'_>]) -> String {
    let text = |it: &&Mention<'_>| description(it.field.description.as_ref());
    let (out, others): (Vec<_>, Vec<_>) =
        mentions.iter().partition(|it| it.direction == Direction::Out);
    out.iter().chain(&others).map(text).find(|it| !it.is_empty()).unwrap_or_default()
}

fn check_agreement(
    name: &str,
    mentions: &[&Mention<'_>],
    ontology: &Ontology,
    report: &mut Report<'_>,
) {
    let [first, others @ ..] = mentions else {
        return;
    };
    for it in others {
        if it.symmetric != first.symmetric {
            let message = format!(
                "`{name}` is read from both ends in one of its fields and not in line {}; write \
                 `queryDirection: UNDIRECTED` in all of them or in none",
                first.at.line
            );
            report.add(it.at, "SYMMETRY_DIFFERS", message);
        }
        let sound = ![it.properties, first.properties].contains(&Properties::Broken);
        if sound && it.properties != first.properties {
            let written = |properties: Properties| match properties.id() {
                Some(it) => format!("`{}`", ontology.properties_types[usize::from(it.0)].name),
                None => "none".to_owned(),
            };
            let message = format!(
                "the properties of `{name}` are {} here and {} in line {}; write the same in \
                 every field",
                written(it.properties),
                written(first.properties),
                first.at.line
            );
            report.add(it.at, "PROPERTIES_DIFFER", message);
        }
    }
}

/// Reports a field that says the same as another of its type.
fn check_repetition(
    name: &str,
    mentions: &[&Mention<'_>],
    ontology: &Ontology,
    report: &mut Report<'_>,
) {
    let mut seen: FxHashMap<(KindId, Direction, Target), &Mention<'_>> = FxHashMap::default();
    for it in mentions {
        let Owner::Kind(kind) = it.owner else {
            continue;
        };
        let direction = if it.symmetric { Direction::Any } else { it.direction };
        if let Some(first) = seen.insert((kind, direction, it.target), it) {
            let message = format!(
                "`{}.{}` follows `{name}` as `{}` does; keep one of them",
                ontology.kinds[kind.index()].name,
                it.field.name.node,
                first.field.name.node
            );
            report.add(it.field.name.pos, "DUPLICATE_RELATIONSHIP_FIELD", message);
        }
    }
}

/// What the fields allow the relationship to join. An interface's field adds nothing: the types
/// that implement it repeat it.
fn pairs(mentions: &[&Mention<'_>], ontology: &Ontology) -> KindPairs {
    let mut pairs = KindPairs::default();
    for it in mentions {
        let Owner::Kind(kind) = it.owner else {
            continue;
        };
        for target in ontology.kinds_of(it.target) {
            if it.symmetric || it.direction == Direction::Out {
                pairs.extend([(kind, target)]);
            }
            if it.symmetric || it.direction == Direction::In {
                pairs.extend([(target, kind)]);
            }
        }
    }
    pairs
}
