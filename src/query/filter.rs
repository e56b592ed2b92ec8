//! Conditions on entities, relationships and evidence.

use crate::{
    graph::View,
    model::{
        Date, EdgeId, KindId, ModalitySet, NodeId, PropertyId, RelationId, Stance, Timestamp,
        Validity,
    },
    query::{Budget, Links},
};

/// A condition on an entity.
#[derive(Clone, Debug)]
pub enum EntityFilter {
    /// All hold. Of none: always true.
    All(Vec<EntityFilter>),
    /// At least one holds. Of none: never true.
    Any(Vec<EntityFilter>),
    /// It does not hold.
    Not(Box<EntityFilter>),
    /// Its kind is one of these.
    Kind(Vec<KindId>),
    /// Its id is one of these.
    Id(Vec<String>),
    /// Its name passes.
    Name(Test),
    /// A property passes.
    Property(PropertyId, Test),
    /// Its relationships along a field pass.
    Linked(Box<LinkFilter>),
}

/// A condition on what an entity is joined to, as `tradesWith: {some: {…}}`.
#[derive(Clone, Debug)]
pub struct LinkFilter {
    /// How many of the links that `among` describes without its conditions must meet them.
    pub quantifier: Quantifier,
    /// Which links are looked at, and the conditions on them.
    pub among: Links,
}

/// How many must pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one.
    Some,
    /// Not one.
    None,
    /// Every one, and there is at least one (as in the Neo4j GraphQL Library).
    All,
    /// Exactly one.
    Single,
}

/// A condition on a relationship.
#[derive(Clone, Debug)]
pub enum RelationshipFilter {
    /// All hold. Of none: always true.
    All(Vec<RelationshipFilter>),
    /// At least one holds. Of none: never true.
    Any(Vec<RelationshipFilter>),
    /// It does not hold.
    Not(Box<RelationshipFilter>),
    /// Its type is one of these.
    Relation(Vec<RelationId>),
    /// Its modality is one of these.
    Modality(ModalitySet),
    /// Evidence contradicts it, or none does.
    Disputed(bool),
    /// The start of its validity passes; `Exists` asks whether it is bounded.
    ValidFrom(Test),
    /// The end of its validity passes.
    ValidTo(Test),
    /// It held on some day of the interval.
    ValidDuring(Validity),
    /// Its confidence passes.
    Confidence(Test),
    /// Its number of independent origins passes.
    Origins(Test),
    /// So many of its evidence pass. (`Single` and the others, as for links.)
    Evidence(Quantifier, EvidenceFilter),
    /// A property passes.
    Property(PropertyId, Test),
    /// The entity at its other end passes (its target, where it is not seen from an end).
    Node(Box<EntityFilter>),
}

/// A condition on a piece of evidence: every part that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct EvidenceFilter {
    /// The document it was read in.
    pub document: Option<EntityFilter>,
    /// Whom the document credits.
    pub cited_source: Option<EntityFilter>,
    /// Who said it.
    pub stated_by: Option<EntityFilter>,
    /// When it was said.
    pub stated_at: Option<Test>,
    /// For or against.
    pub stance: Option<Stance>,
    /// How it was meant.
    pub modalities: Option<ModalitySet>,
}

/// A condition on a value. A missing value passes only `Exists(false)` and what is built of it.
#[derive(Clone, Debug)]
pub enum Test {
    /// All hold.
    All(Vec<Test>),
    /// There is a value, or there is none.
    Exists(bool),
    /// The value compares so with the operand. Dates compare as the intervals they cover:
    /// `Equal` is "lies within", `Less` is "ends before it begins", `LessOrEqual` is "ends no
    /// later than it ends".
    Is(Compare, Operand),
    /// The value equals one of the operands.
    In(Vec<Operand>),
    /// The value is a list that includes the operand.
    Includes(Operand),
    /// The text passes.
    Text(TextTest),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// The same.
    Equal,
    /// Less.
    Less,
    /// Less or the same.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or the same.
    GreaterOrEqual,
}

/// A value to compare with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// `true` or `false`.
    Bool(bool),
    /// `Int` and `BigInt`; compares with floats too.
    Int(i64),
    /// `Float`.
    Float(f64),
    /// `String`, `ID` and enum values.
    Text(String),
    /// A date.
    Date(Date),
    /// A moment.
    Timestamp(Timestamp),
}

/// A condition on a text. Texts are prepared once, by whoever makes the filter.
#[derive(Clone, Debug)]
pub enum TextTest {
    /// Equals it.
    Equals(String),
    /// Equals one of them.
    In(Vec<String>),
    /// Holds the text.
    Contains(String),
    /// Begins with it.
    StartsWith(String),
    /// Ends with it.
    EndsWith(String),
    /// The value in Unicode lower case passes; its texts must be in lower case.
    Lower(Box<TextTest>),
    /// Matches a regular expression, made by [`TextTest::matches`].
    Matches(regex::Regex),
    /// Equals it within two edits, after [folding](crate::model::fold); the text must be folded.
    Fuzzy(String),
}

impl TextTest {
    /// A test by a regular expression, which takes time linear in the text.
    ///
    /// # Errors
    ///
    /// What is wrong with the expression; also where it would compile to more than 64 KiB.
    pub fn matches(expression: &str) -> Result<Self, String> {
        todo!("{expression}")
    }
}

impl EntityFilter {
    /// Whether an entity passes. Relationship conditions look through `view`'s lens and draw on
    /// `budget`; where it is exhausted the answer is `false`.
    pub fn passes(&self, view: View<'_>, node: NodeId, budget: &mut Budget) -> bool {
        todo!("{view:?} {node:?} {budget:?}")
    }
}

impl RelationshipFilter {
    /// Whether a relationship passes, seen from `from`, if it is seen from an end.
    pub fn passes(
        &self,
        view: View<'_>,
        edge: EdgeId,
        from: Option<NodeId>,
        budget: &mut Budget,
    ) -> bool {
        todo!("{view:?} {edge:?} {from:?} {budget:?}")
    }

    /// The modalities that can pass, where the filter speaks of modality; `None` where it does not.
    pub fn modalities(&self) -> Option<ModalitySet> {
        todo!()
    }
}

impl EvidenceFilter {
    /// Whether a piece of evidence passes.
    pub fn passes(
        &self,
        view: View<'_>,
        evidence: &crate::graph::Evidence<'_>,
        budget: &mut Budget,
    ) -> bool {
        todo!("{view:?} {evidence:?} {budget:?}")
    }
}
