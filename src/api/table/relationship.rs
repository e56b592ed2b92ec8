//! Relationships and evidence.

use super::{
    EVIDENCE_SIZE,
    builder::{Builder, Field, argument, ask, read},
    entity::property,
    leaves::words,
};
use crate::api::operators as op;

pub(super) fn define(builder: &mut Builder<'_>) {
    let description = "A sourced, dated link between two entities. Its own node: it has an id and \
                       evidence, and can be asked for directly.";
    builder.interface("Relationship", description, &["Node"], fields());
    let ontology = builder.ontology;
    for relation in ontology.relations() {
        let mut fields = fields();
        if let Some(it) = relation.properties {
            let properties = &ontology.properties_types()[usize::from(it.0)].name;
            let ty = format!("{properties}!");
            let description = "Its properties.";
            fields.push(read("properties", ty, description, op::relationship::PROPERTIES));
        }
        let description = match &*relation.description {
            "" => format!("A relationship of type `{}`.", relation.name),
            it => format!("A relationship of type `{}`: {it}", relation.name),
        };
        builder.object(&relation.type_name, description, &["Relationship", "Node"], fields);
    }
    for it in ontology.properties_types() {
        let (plain, big) = (op::relationship::PROPERTY, op::relationship::BIG);
        let fields = it.properties.iter().map(|it| property(builder, it, plain, big)).collect();
        let description =
            words(&it.description, || format!("The properties of type `{}`.", it.name));
        builder.object(&it.name, description, &[], fields);
    }
    builder.object(
        "Evidence",
        "One statement by one source. Appended, never edited.",
        &["Node"],
        evidence(),
    );
}

fn fields() -> Vec<Field> {
    let evidence_description = "Who says so, in the order of recording.";
    vec![
        read("id", "ID!", "Its id: given, or derived from what it says.", op::node::ID),
        read("type", "RelationshipType!", "Its type.", op::relationship::RELATION),
        read("source", "Entity!", "The entity it leads from.", op::relationship::SOURCE),
        read("target", "Entity!", "The entity it leads to.", op::relationship::TARGET),
        read(
            "validFrom",
            "Date",
            "First day on which it held; absent: unbounded.",
            op::relationship::VALID_FROM,
        ),
        read(
            "validTo",
            "Date",
            "Last day on which it held; absent: unbounded.",
            op::relationship::VALID_TO,
        ),
        read(
            "modality",
            "Modality!",
            "Strongest modality among the supporting evidence; ASSERTED where there is none.",
            op::relationship::MODALITY,
        ),
        read(
            "disputed",
            "Boolean!",
            "True where evidence contradicts it.",
            op::relationship::DISPUTED,
        ),
        read("confidence", "Float", "How sure it is, 0 to 1.", op::relationship::CONFIDENCE),
        ask("evidence", "EvidenceConnection!", evidence_description, op::evidence::connection)
            .with(argument("where", "EvidenceWhere", "Only evidence that passes."))
            .forward(EVIDENCE_SIZE),
        read(
            "origins",
            "Int!",
            "Number of independent origins among the supporting evidence (distinct credited \
             source, else document).",
            op::relationship::ORIGINS,
        ),
        read(
            "recordedAt",
            "DateTime!",
            "When it was first recorded.",
            op::relationship::RECORDED_AT,
        ),
        read(
            "retractedAt",
            "DateTime",
            "When it was retracted; absent: it stands.",
            op::relationship::RETRACTED_AT,
        ),
        read(
            "revision",
            "BigInt!",
            "Revision of the last change to this relationship.",
            op::relationship::REVISION,
        ),
        read(
            "propertiesJson",
            "JSON!",
            "All ontology properties as one object, for clients that do not know the type.",
            op::relationship::PROPERTIES_JSON,
        ),
    ]
}

fn evidence() -> Vec<Field> {
    vec![
        read(
            "id",
            "ID!",
            "The relationship's id, `#`, and its place among the evidence.",
            op::node::ID,
        ),
        read("document", "Entity!", "The document it was read in.", op::evidence::DOCUMENT),
        read(
            "citedSource",
            "Entity",
            "Whom the document itself credits, e.g. a news agency.",
            op::evidence::CITED_SOURCE,
        ),
        read("statedBy", "Entity", "Who said it.", op::evidence::STATED_BY),
        read("statedAt", "Date", "When it was said.", op::evidence::STATED_AT),
        read(
            "locator",
            "String",
            "Where in the document: page, paragraph, timestamp.",
            op::evidence::LOCATOR,
        ),
        read("quote", "String", "The words themselves.", op::evidence::QUOTE),
        read("summary", "String", "What was said, in short.", op::evidence::SUMMARY),
        read("modality", "Modality!", "How the statement was meant.", op::evidence::MODALITY),
        read(
            "stance",
            "Stance!",
            "Whether it speaks for the relationship or against it.",
            op::evidence::STANCE,
        ),
        read("confidence", "Float", "How sure it is, 0 to 1.", op::evidence::CONFIDENCE),
        read(
            "method",
            "String!",
            "How it was obtained: `manual`, `import:<format>`, `annotate`.",
            op::evidence::METHOD,
        ),
        read("recordedAt", "DateTime!", "When it was recorded.", op::evidence::RECORDED_AT),
    ]
}
