//! Conditions on entities, relationships and evidence.
//!
//! A filter is a tree that is evaluated by recursion over the *filter*, never over data; whoever
//! makes one must bound its depth (the API allows 128).

use super::{Budget, Links, Test};
use crate::{
    graph::{Evidence, Lens, View},
    model::{
        EdgeId, KindId, Modality, ModalitySet, NodeId, PropertyId, RelationId, Stance, Validity,
        ValueRef,
    },
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
///
/// What is counted are the links of `among` without its two conditions, as far as the view sees
/// them; where the condition on the relationship speaks of modality, it says what is seen instead.
#[derive(Clone, Debug)]
pub struct LinkFilter {
    /// How many of the links must meet the conditions.
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
///
/// # Modality
///
/// A filter that does not speak of modality lets through what the view sees: asserted
/// relationships, unless its lens says otherwise. One that does decides for itself, and so does
/// every alternative of an `Any` for itself:
///
/// | filter | lets through |
/// |---|---|
/// | sure | asserted ones that are sure |
/// | intended, and sure | intended ones that are sure |
/// | intended, or sure | intended ones, and asserted ones that are sure |
/// | not asserted | all that are intended, possible or requested |
///
/// Precisely: written as alternatives of conjunctions, a conjunction in which no condition on
/// modality occurs has that of the view's lens. `Not` speaks of modality where anything in it does.
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
    /// So many of its evidence pass.
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

/// Whether a relationship passes, and whether the alternative by which it does speaks of modality.
/// In this order, so that `Any` is the greatest of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Fails,
    Passes,
    PassesByModality,
}

impl EntityFilter {
    /// Whether an entity passes. Relationship conditions look through `view`'s lens and draw on
    /// `budget`; where it is exhausted the answer is `false`.
    ///
    /// Complexity: linear in the filter; a condition on links looks at each link of the entity.
    pub fn passes(&self, view: View<'_>, node: NodeId, budget: &mut Budget) -> bool {
        self.holds(view, node, budget) && budget.reason().is_none()
    }

    fn holds(&self, view: View<'_>, node: NodeId, budget: &mut Budget) -> bool {
        let entity = || view.snapshot.entity(node);
        match self {
            Self::All(parts) => parts.iter().all(|it| it.holds(view, node, budget)),
            Self::Any(parts) => parts.iter().any(|it| it.holds(view, node, budget)),
            Self::Not(part) => !part.holds(view, node, budget),
            Self::Kind(kinds) => kinds.contains(&view.snapshot.kind(node)),
            Self::Id(ids) => ids.iter().any(|it| it == entity().id()),
            Self::Name(test) => test.passes(Some(ValueRef::Text(entity().name()))),
            Self::Property(property, test) => test.passes(entity().property(*property)),
            Self::Linked(filter) => filter.holds(view, node, budget),
        }
    }

    /// What `find` finds in the conditions that must all hold: in this filter itself, or under
    /// `All` at any depth.
    pub(super) fn pinned<'f, T>(&'f self, find: &dyn Fn(&'f Self) -> Option<T>) -> Option<T> {
        match self {
            Self::All(parts) => parts.iter().find_map(|it| it.pinned(find)),
            other => find(other),
        }
    }

    /// The kinds that can pass, where the filter says so without looking at an entity.
    pub(super) fn kinds(&self) -> Option<&[KindId]> {
        self.pinned(&|it| if let Self::Kind(kinds) = it { Some(kinds.as_slice()) } else { None })
    }

    /// Whether only entities with ids that the filter names can pass.
    pub(super) fn names_ids(&self) -> bool {
        self.pinned(&|it| matches!(it, Self::Id(_)).then_some(())).is_some()
    }
}

impl LinkFilter {
    fn holds(&self, view: View<'_>, node: NodeId, budget: &mut Budget) -> bool {
        let seen = seen(view, self.among.relationship.as_ref());
        let links =
            seen.edges_of(node, self.among.direction).filter(|it| self.among.has(view, *it));
        self.quantifier
            .holds(links, |it| budget.draw(1).then(|| self.among.meets(view, node, it, budget)))
    }
}

impl Quantifier {
    /// Whether so many of `those` pass. Looks at no more of them than it must; `passes` answers
    /// `None` where the budget is exhausted, and then the answer does not matter.
    fn holds<T>(
        self,
        those: impl Iterator<Item = T>,
        mut passes: impl FnMut(T) -> Option<bool>,
    ) -> bool {
        let (mut passing, mut failing) = (0, 0);
        for it in those {
            match passes(it) {
                None => return false,
                Some(true) => passing += 1,
                Some(false) => failing += 1,
            }
            match self {
                Self::Some if passing > 0 => return true,
                Self::None if passing > 0 => return false,
                Self::All if failing > 0 => return false,
                Self::Single if passing > 1 => return false,
                _ => {}
            }
        }
        match self {
            Self::Some => false,
            Self::None => true,
            Self::All => passing > 0,
            Self::Single => passing == 1,
        }
    }
}

impl RelationshipFilter {
    /// Whether a relationship passes, seen from `from`, if it is seen from an end. `view` is the
    /// one that the question was asked of, as it is before [`modalities`](Self::modalities) widen
    /// it. Draws on `budget`; where it is exhausted the answer is `false`.
    ///
    /// Complexity: linear in the filter and the relationship's evidence, but for conditions on
    /// links of entities.
    pub fn passes(
        &self,
        view: View<'_>,
        edge: EdgeId,
        from: Option<NodeId>,
        budget: &mut Budget,
    ) -> bool {
        let passes = match self.judge(view, edge, from, budget) {
            Verdict::Fails => false,
            Verdict::PassesByModality => true,
            Verdict::Passes => is_seen(view, edge),
        };
        passes && budget.reason().is_none()
    }

    /// The modalities that can pass, where the filter speaks of modality; `None` where it does not.
    ///
    /// A view whose lens shows these and its own shows everything that can pass.
    pub fn modalities(&self) -> Option<ModalitySet> {
        self.speaks().then(|| self.bound())
    }

    /// The types that can pass, where the filter says so without looking at a relationship.
    pub(super) fn relations(&self) -> Option<&[RelationId]> {
        match self {
            Self::All(parts) => parts.iter().find_map(Self::relations),
            Self::Relation(relations) => Some(relations),
            _ => None,
        }
    }

    fn judge(
        &self,
        view: View<'_>,
        edge: EdgeId,
        from: Option<NodeId>,
        budget: &mut Budget,
    ) -> Verdict {
        let verdict = |passes| if passes { Verdict::Passes } else { Verdict::Fails };
        match self {
            Self::All(parts) => {
                let mut all = Verdict::Passes;
                for part in parts {
                    match part.judge(view, edge, from, budget) {
                        Verdict::Fails => return Verdict::Fails,
                        passing => all = all.max(passing),
                    }
                }
                all
            }
            Self::Any(parts) => {
                let mut any = Verdict::Fails;
                for part in parts {
                    any = any.max(part.judge(view, edge, from, budget));
                    let enough = match any {
                        Verdict::Fails => false,
                        Verdict::Passes => is_seen(view, edge),
                        Verdict::PassesByModality => true,
                    };
                    if enough {
                        break;
                    }
                }
                any
            }
            Self::Not(part) => match part.judge(view, edge, from, budget) {
                Verdict::Fails if part.speaks() => Verdict::PassesByModality,
                Verdict::Fails => Verdict::Passes,
                Verdict::Passes | Verdict::PassesByModality => Verdict::Fails,
            },
            Self::Modality(set) if set.contains(view.snapshot.relationship(edge).modality()) => {
                Verdict::PassesByModality
            }
            Self::Modality(_) => Verdict::Fails,
            condition => verdict(condition.holds(view, edge, from, budget)),
        }
    }

    /// Whether a single condition holds, that is no combination and does not speak of modality.
    fn holds(
        &self,
        view: View<'_>,
        edge: EdgeId,
        from: Option<NodeId>,
        budget: &mut Budget,
    ) -> bool {
        let record = view.snapshot.relationship(edge);
        match self {
            Self::Relation(relations) => relations.contains(&record.relation()),
            Self::Disputed(wanted) => record.disputed() == *wanted,
            Self::ValidFrom(test) => test.passes(record.validity().from().map(ValueRef::Date)),
            Self::ValidTo(test) => test.passes(record.validity().to().map(ValueRef::Date)),
            Self::ValidDuring(interval) => record.validity().meets(*interval),
            Self::Confidence(test) => test.passes(record.confidence().map(ValueRef::Float)),
            Self::Origins(test) => test.passes(Some(ValueRef::Int(record.origins().into()))),
            Self::Property(property, test) => test.passes(record.property(*property)),
            Self::Evidence(quantifier, filter) => quantifier.holds(record.evidence(), |it| {
                budget.draw(1).then(|| filter.passes(view, &it, budget))
            }),
            Self::Node(filter) => {
                let (source, target) = (record.source(), record.target());
                filter.holds(view, if from == Some(target) { source } else { target }, budget)
            }
            Self::All(_) | Self::Any(_) | Self::Not(_) | Self::Modality(_) => {
                unreachable!("judged, not asked")
            }
        }
    }

    fn speaks(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::speaks),
            Self::Not(part) => part.speaks(),
            Self::Modality(_) => true,
            _ => false,
        }
    }

    /// The modalities that can pass if what does not speak of modality lets all through.
    fn bound(&self) -> ModalitySet {
        match self {
            Self::All(parts) => parts.iter().fold(ModalitySet::ALL, |set, it| set.and(it.bound())),
            Self::Any(parts) => {
                let bounds: Vec<_> = parts.iter().map(Self::bound).collect();
                Modality::ALL
                    .into_iter()
                    .filter(|it| bounds.iter().any(|set| set.contains(*it)))
                    .collect()
            }
            Self::Modality(set) => *set,
            _ => ModalitySet::ALL,
        }
    }
}

impl EvidenceFilter {
    /// Whether a piece of evidence passes; where the budget is exhausted, `false`.
    ///
    /// Complexity: linear in the filter, but for conditions on links of entities.
    pub fn passes(&self, view: View<'_>, evidence: &Evidence<'_>, budget: &mut Budget) -> bool {
        let mut entity = |filter: &Option<EntityFilter>, node: Option<NodeId>| {
            filter
                .as_ref()
                .is_none_or(|filter| node.is_some_and(|it| filter.passes(view, it, budget)))
        };
        self.stance.is_none_or(|it| it == evidence.stance)
            && self.modalities.is_none_or(|it| it.contains(evidence.modality))
            && self
                .stated_at
                .as_ref()
                .is_none_or(|it| it.passes(evidence.stated_at.map(ValueRef::Date)))
            && entity(&self.document, Some(evidence.document))
            && entity(&self.cited_source, evidence.cited_source)
            && entity(&self.stated_by, evidence.stated_by)
    }
}

fn is_seen(view: View<'_>, edge: EdgeId) -> bool {
    view.lens.modalities.contains(view.snapshot.relationship(edge).modality())
}

/// `view` with a lens that shows everything `filter` can let through.
pub(super) fn seen<'s>(view: View<'s>, filter: Option<&RelationshipFilter>) -> View<'s> {
    let Some(modalities) = filter.and_then(RelationshipFilter::modalities) else { return view };
    View { lens: Lens { modalities, ..view.lens }, ..view }
}
