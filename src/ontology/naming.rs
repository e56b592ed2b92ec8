//! The one rule by which names of the API follow from names of the ontology.

use pluralizer::pluralize;

/// Endings of the types that each entity type brings: `CountryWhere`.
pub(crate) const KIND_TYPES: [&str; 10] = [
    "Where",
    "Sort",
    "CreateInput",
    "UpdateInput",
    "ConnectWhere",
    "UpsertInput",
    "Key",
    "Edge",
    "Aggregate",
    "RelationshipFilters",
];

/// Endings of the types that each entity type brings in the plural: `CountriesConnection`.
pub(crate) const PLURAL_TYPES: [&str; 3] = ["Connection", "Aggregate", "Payload"];

/// Endings of the types that each interface or union brings: `ActorWhere`.
pub(crate) const TARGET_TYPES: [&str; 5] =
    ["Where", "Sort", "ConnectWhere", "RelationshipFilters", "Aggregate"];

/// Endings of the types that each relationship field brings: `CountryTradesWithConnection`.
pub(crate) const FIELD_TYPES: [&str; 9] = [
    "Connection",
    "Edge",
    "Aggregate",
    "FieldInput",
    "CreateFieldInput",
    "ConnectFieldInput",
    "UpdateFieldInput",
    "UpdateConnectionInput",
    "DisconnectFieldInput",
];

/// Endings of the inputs that filter and sort connections: `TradesWithConnectionWhere`. They stand
/// after the relationship type, its properties type, its target, or the first two and the third.
pub(crate) const CONNECTION_INPUTS: [&str; 3] =
    ["ConnectionWhere", "ConnectionSort", "ConnectionFilters"];

/// Endings of the types that each properties type brings: `TradeWhere`.
pub(crate) const PROPERTIES_TYPES: [&str; 5] =
    ["Where", "Sort", "Aggregate", "CreateInput", "UpdateInput"];

/// Endings of the types that each enum brings: `StatusEnumScalarFilters`.
pub(crate) const ENUM_TYPES: [&str; 4] = [
    "EnumScalarFilters",
    "ListEnumScalarFilters",
    "EnumScalarMutations",
    "ListEnumScalarMutations",
];

/// The types that every API has, and names that GraphQL keeps for itself.
pub(crate) const BUILT_IN_TYPES: &[&str] = &[
    "BigInt",
    "BigIntAggregate",
    "BigIntListFilters",
    "BigIntListMutations",
    "BigIntScalarFilters",
    "BigIntScalarMutations",
    "Boolean",
    "BooleanListFilters",
    "BooleanListMutations",
    "BooleanScalarFilters",
    "BooleanScalarMutations",
    "CaseInsensitiveStringScalarFilters",
    "CentralityMeasure",
    "Change",
    "ChangeKind",
    "ChangeWhere",
    "Community",
    "CommunityAlgorithm",
    "ConnectionCount",
    "Date",
    "DateAggregate",
    "DateListFilters",
    "DateListMutations",
    "DateScalarFilters",
    "DateScalarMutations",
    "DateTime",
    "DateTimeAggregate",
    "DateTimeListFilters",
    "DateTimeListMutations",
    "DateTimeScalarFilters",
    "DateTimeScalarMutations",
    "Direction",
    "Entity",
    "EntityAggregate",
    "EntityConnectWhere",
    "EntityConnection",
    "EntityConnectionFilters",
    "EntityConnectionSort",
    "EntityConnectionWhere",
    "EntityCount",
    "EntityCreateInput",
    "EntityEdge",
    "EntityKey",
    "EntityRef",
    "EntityRelationshipFilters",
    "EntitySort",
    "EntityType",
    "EntityUpdateInput",
    "EntityWhere",
    "Evidence",
    "EvidenceConnection",
    "EvidenceEdge",
    "EvidenceFilters",
    "EvidenceInput",
    "EvidenceWhere",
    "Float",
    "FloatAggregate",
    "FloatListFilters",
    "FloatListMutations",
    "FloatScalarFilters",
    "FloatScalarMutations",
    "GraphStats",
    "HopsInput",
    "ID",
    "IDListFilters",
    "IDListMutations",
    "IDScalarFilters",
    "IDScalarMutations",
    "Int",
    "IntAggregate",
    "IntListFilters",
    "IntListMutations",
    "IntScalarFilters",
    "IntScalarMutations",
    "IntervalInput",
    "JSON",
    "JSONListMutations",
    "JSONScalarMutations",
    "ListMutations",
    "Modality",
    "Mutation",
    "MutationInfo",
    "NameRef",
    "NeighborConnection",
    "NeighborEdge",
    "Node",
    "PageInfo",
    "Path",
    "PathMode",
    "PathResult",
    "PathStep",
    "Query",
    "RankedEntity",
    "Relationship",
    "RelationshipConnection",
    "RelationshipEdge",
    "RelationshipInput",
    "RelationshipSort",
    "RelationshipType",
    "RelationshipWhere",
    "RelationshipsPayload",
    "SearchHit",
    "SortDirection",
    "Stance",
    "StepInput",
    "String",
    "StringAggregate",
    "StringListFilters",
    "StringListMutations",
    "StringScalarFilters",
    "StringScalarMutations",
    "Subgraph",
    "Subscription",
    "TypeCount",
    "UniqueRef",
    "WeightInput",
    "false",
    "null",
    "true",
];

/// The root fields that every API's `Query` has.
pub(crate) const ROOT_FIELDS: [&str; 12] = [
    "node",
    "nodes",
    "entity",
    "entities",
    "relationship",
    "relationships",
    "search",
    "paths",
    "subgraph",
    "stats",
    "centrality",
    "communities",
];

/// The fields that every entity has, with the types they have in SDL.
pub(crate) const ENTITY_FIELDS: [(&str, &str); 9] = [
    ("id", "ID!"),
    ("type", "EntityType!"),
    ("name", "String!"),
    ("aliases", "[String!]!"),
    ("revision", "BigInt!"),
    ("propertiesJson", "JSON!"),
    ("relationships", "RelationshipConnection!"),
    ("neighbors", "NeighborConnection!"),
    ("degree", "Int!"),
];

/// The fields of every filter, which no property may be called.
pub(crate) const FILTER_FIELDS: [&str; 3] = ["AND", "OR", "NOT"];

/// The name of one entity of a type: `Country` → `country`, `GDPReport` → `gdpReport`.
pub(crate) fn singular(kind: &str) -> String {
    let mut words = kind.split('_').filter(|it| !it.is_empty());
    let first = words.next().unwrap_or_default();
    let capitals = first.bytes().take_while(u8::is_ascii_uppercase).count();
    // The last capital of several begins the next word, unless nothing follows it.
    let lower = if capitals > 1 && capitals < first.len() { capitals - 1 } else { capitals };
    let mut name = first[..lower].to_ascii_lowercase() + &first[lower..];
    name.extend(words.map(capitalized));
    name
}

/// The name of several entities of a type: `Country` → `countries`.
pub(crate) fn plural(kind: &str) -> String {
    pluralize(&singular(kind), 2, false)
}

/// The same name with a capital first: `countries` → `Countries`.
pub(crate) fn capitalized(name: &str) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

/// The same name with a small letter first: `Countries` → `countries`.
pub(super) fn uncapitalized(name: &str) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

/// The name of a relationship type as a GraphQL type: `TRADES_WITH` → `TradesWith`.
pub(crate) fn relation_type(relation: &str) -> String {
    let word = |it: &str| {
        if it.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return capitalized(it);
        }
        capitalized(&it.to_ascii_lowercase())
    };
    relation.split('_').map(word).collect()
}

/// The relationship type that a field's name suggests: `tradesWith` → `TRADES_WITH`.
pub(super) fn relation_for(field: &str) -> String {
    let mut relation = String::with_capacity(field.len() + 4);
    for it in field.chars() {
        if it.is_ascii_uppercase() && !relation.is_empty() && !relation.ends_with('_') {
            relation.push('_');
        }
        relation.push(it.to_ascii_uppercase());
    }
    relation
}

/// Whether GraphQL accepts `name` and does not keep it for itself.
pub(super) fn is_name(name: &str) -> bool {
    let word = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    name.bytes().all(word)
        && !name.is_empty()
        && !name.starts_with(|it: char| it.is_ascii_digit())
        && !name.starts_with("__")
}

#[cfg(test)]
mod tests {
    use super::{plural, relation_for, relation_type, singular};

    #[test]
    fn one_rule_names_everything() {
        for (kind, one, many) in [
            ("Country", "country", "countries"),
            ("Person", "person", "people"),
            ("GDPReport", "gdpReport", "gdpReports"),
            ("USA", "usa", "usas"),
            ("Trade_route", "tradeRoute", "tradeRoutes"),
            ("news", "news", "news"),
            ("Plan9", "plan9", "plan9s"),
        ] {
            assert_eq!(singular(kind), one);
            assert_eq!(plural(kind), many);
        }
        for (relation, name) in [
            ("TRADES_WITH", "TradesWith"),
            ("BORDERS", "Borders"),
            ("actedIn", "ActedIn"),
            ("G_20_OF", "G20Of"),
        ] {
            assert_eq!(relation_type(relation), name);
        }
        assert_eq!(relation_for("tradesWith"), "TRADES_WITH");
    }
}
