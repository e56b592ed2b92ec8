//! Which fields an object answers: the specification's `CollectFields`, at planning.

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    ast::{Directive, Value as Literal},
    executable::{Field, Operation, Selection, SelectionSet},
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Table, TypeBody, TypeId, coerce::VariableDef};

/// One place where a document selects a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occurrence<'d> {
    pub(super) field: &'d Node<Field>,
    /// The type that the field is selected on, as the document has it.
    pub(super) parent: &'d Name,
}

/// The fields of an object by response key, in the order of their first occurrence.
#[derive(Debug, Default)]
pub(super) struct Collected<'d> {
    keys: FxHashMap<&'d str, usize>,
    pub(super) fields: Vec<Vec<Occurrence<'d>>>,
}

impl<'d> Collected<'d> {
    /// What tells this collection from others: which occurrences, in which order.
    pub(super) fn signature(&self) -> Vec<usize> {
        self.fields.iter().flatten().map(|it| identity(&**it.field)).collect()
    }
}

/// An identity of a part of the document while the document is not moved.
pub(super) fn identity<T>(part: &T) -> usize {
    std::ptr::from_ref(part).addr()
}

/// Which of the variables that conditions depend on are true.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditions<'a> {
    /// The variables, by their places.
    pub(super) variables: &'a [usize],
    /// Of each, whether it is true, from the lowest bit on.
    pub(super) mask: u64,
}

impl Conditions<'_> {
    /// Whether the variable at place `index` is true.
    pub(super) fn holds(self, index: usize) -> bool {
        self.variables
            .iter()
            .position(|it| *it == index)
            .is_some_and(|bit| self.mask >> bit & 1 == 1)
    }
}

/// Collects fields for objects, under conditions whose values are known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Collector<'d> {
    pub(super) document: &'d ExecutableDocument,
    pub(super) table: &'d Table,
    pub(super) variables: &'d [VariableDef],
    pub(super) conditions: Conditions<'d>,
}

impl<'d> Collector<'d> {
    /// The fields that `sets` select of an object of type `ty`.
    pub(super) fn collect(self, ty: TypeId, sets: &[&'d SelectionSet]) -> Collected<'d> {
        let mut collected = Collected::default();
        let mut visited = FxHashSet::default();
        for set in sets {
            self.set(ty, set, &mut visited, &mut collected);
        }
        collected
    }

    fn set(
        self,
        ty: TypeId,
        set: &'d SelectionSet,
        visited: &mut FxHashSet<&'d Name>,
        collected: &mut Collected<'d>,
    ) {
        for selection in &set.selections {
            if !self.is_included(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    let key = field.response_name().as_str();
                    let next = collected.fields.len();
                    let place = *collected.keys.entry(key).or_insert(next);
                    if place == next {
                        collected.fields.push(Vec::new());
                    }
                    collected.fields[place].push(Occurrence { field, parent: &set.ty });
                }
                Selection::InlineFragment(it) => {
                    if it.type_condition.as_ref().is_none_or(|it| self.applies(it, ty)) {
                        self.set(ty, &it.selection_set, visited, collected);
                    }
                }
                Selection::FragmentSpread(it) => {
                    let Some(fragment) = self.document.fragments.get(&it.fragment_name) else {
                        continue;
                    };
                    if visited.insert(&fragment.name) && self.applies(fragment.type_condition(), ty)
                    {
                        self.set(ty, &fragment.selection_set, visited, collected);
                    }
                }
            }
        }
    }

    /// The specification's `DoesFragmentTypeApply`.
    fn applies(self, condition: &Name, ty: TypeId) -> bool {
        self.table
            .named(condition)
            .is_some_and(|it| it == ty || self.table.possible(it).binary_search(&ty).is_ok())
    }

    fn is_included(self, directives: &[Node<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let Some((wanted, condition)) = condition(directive) else { return true };
            let holds = match condition {
                Literal::Boolean(it) => *it,
                Literal::Variable(name) => self
                    .variables
                    .iter()
                    .position(|it| *it.name == **name)
                    .is_some_and(|it| self.conditions.holds(it)),
                _ => return true,
            };
            holds == wanted
        })
    }
}

/// The condition of `@skip` or `@include`, and which value of it includes.
fn condition(directive: &Directive) -> Option<(bool, &Literal)> {
    let wanted = match directive.name.as_str() {
        "skip" => false,
        "include" => true,
        _ => return None,
    };
    Some((wanted, directive.specified_argument_by_name("if")?))
}

/// The variables that decide what is skipped in an operation, by their places, ascending. Each
/// fragment is looked at once.
pub(super) fn conditions(
    document: &ExecutableDocument,
    operation: &Operation,
    variables: &[VariableDef],
) -> Vec<usize> {
    let mut found = vec![false; variables.len()];
    let mut visited = FxHashSet::default();
    let mut sets = vec![&operation.selection_set];
    while let Some(set) = sets.pop() {
        for selection in &set.selections {
            for (_, condition) in selection.directives().iter().filter_map(|it| condition(it)) {
                let name = condition.as_variable();
                let place = variables.iter().position(|it| name.is_some_and(|n| *it.name == **n));
                if let Some(place) = place {
                    found[place] = true;
                }
            }
            match selection {
                Selection::Field(it) => sets.extend(&it.selection_set),
                Selection::InlineFragment(it) => sets.push(&it.selection_set),
                Selection::FragmentSpread(it) if visited.insert(&it.fragment_name) => {
                    sets.extend(
                        document.fragments.get(&it.fragment_name).map(|it| &it.selection_set),
                    );
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    (0..found.len()).filter(|it| found[*it]).collect()
}

/// Whether a type has fields to select.
pub(super) fn is_composite(table: &Table, ty: TypeId) -> bool {
    matches!(
        table.ty(ty).body,
        TypeBody::Object { .. } | TypeBody::Interface { .. } | TypeBody::Union { .. }
    )
}
