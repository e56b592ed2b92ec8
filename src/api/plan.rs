//! Plans: an operation as a graph of the table's operators, without names, fragments or conditions.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use apollo_compiler::{
    ExecutableDocument,
    executable::{Operation as Asked, SelectionSet},
};
use rustc_hash::FxHashMap;

use super::{
    Code, FieldDef, RequestError, Table, TypeBody, TypeId, TypeRef,
    arguments::{Arguments, arguments},
    coerce::VariableDef,
    collect::{Collected, Collector, Conditions, Occurrence, identity, is_composite},
    validate::location,
};

/// Fields of a plan, those of each concrete type counted.
const FIELDS_MAX: usize = 20_000;
/// Bytes that are set aside for an answer, at least and at most.
const ROOM_MIN: usize = 512;
const ROOM_MAX: usize = 64 * 1024;

/// What to do for an operation, under known conditions. Selections that several fields share are
/// planned once, so a plan is a graph without cycles.
#[derive(Debug)]
pub(super) struct Plan {
    fields: Vec<PlanField>,
    selections: Vec<PlanSelection>,
    /// The selection of the root.
    pub(super) root: SelectionId,
    /// The type of the root.
    pub(super) root_type: TypeId,
    /// Bytes of the longest answer so far.
    longest: AtomicUsize,
}

/// A field of a plan, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FieldId(u32);

/// A selection of a plan, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SelectionId(u32);

/// What is selected of a value: the fields of each concrete type that it may have.
#[derive(Debug, Default)]
struct PlanSelection {
    /// The places of the fields, one range for each different set of them.
    shapes: Vec<Range<u32>>,
    /// Which shape an object has, ascending by its type.
    by_type: Vec<(TypeId, usize)>,
}

/// One field to answer.
#[derive(Debug)]
pub(super) struct PlanField {
    /// The response key.
    pub(super) key: Arc<str>,
    /// The response key as it is written: after a comma, quoted and with a colon.
    pub(super) written_key: Box<[u8]>,
    /// Where the document first selects it: line and column.
    pub(super) location: (usize, usize),
    /// How it is answered.
    pub(super) step: Step,
}

/// How a field is answered.
#[derive(Debug)]
pub(super) enum Step {
    /// `__typename`.
    TypeName,
    /// `__schema` or `__type`.
    Introspection,
    /// By an operator of the table.
    Operate(Operation),
}

/// An operator of the table with its arguments.
#[derive(Debug)]
pub(super) struct Operation {
    owner: TypeId,
    index: usize,
    /// The type of the value.
    pub(super) ty: TypeRef,
    /// What is selected of the value, where it has fields.
    pub(super) selection: Option<SelectionId>,
    /// Its arguments.
    pub(super) arguments: Arguments,
}

impl FieldId {
    /// Its place among the fields of the plan.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

impl SelectionId {
    /// Its place among the selections of the plan.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Operation {
    /// The definition of the field.
    pub(super) fn definition<'t>(&self, table: &'t Table) -> &'t FieldDef {
        &table.ty(self.owner).body.fields()[self.index]
    }
}

impl Plan {
    /// Plans an operation under `conditions`.
    ///
    /// # Errors
    ///
    /// [`Code::QueryTooComplex`] where types and fragments multiply beyond bounds.
    pub(super) fn new(
        table: &Table,
        document: &ExecutableDocument,
        operation: &Asked,
        variables: &[VariableDef],
        conditions: Conditions<'_>,
    ) -> Result<Self, RequestError> {
        let mut planner = Planner {
            collector: Collector { document, table, variables, conditions },
            fields: Vec::new(),
            selections: Vec::new(),
            memo: FxHashMap::default(),
        };
        let root_type = table
            .root(operation.operation_type)
            .expect("a valid document has operations that the schema has");
        let root = planner.select(root_type, &[&operation.selection_set])?;
        let Planner { fields, selections, .. } = planner;
        Ok(Self { fields, selections, root, root_type, longest: AtomicUsize::new(0) })
    }

    /// Bytes to set aside for an answer, so that it need not be moved as it grows.
    pub(super) fn room(&self) -> usize {
        self.longest.load(Relaxed).clamp(ROOM_MIN, ROOM_MAX)
    }

    /// Notes how many bytes an answer has come to.
    pub(super) fn note_length(&self, bytes: usize) {
        if bytes > self.longest.load(Relaxed) {
            self.longest.fetch_max(bytes, Relaxed);
        }
    }

    /// A field.
    pub(super) fn field(&self, id: FieldId) -> &PlanField {
        &self.fields[id.index()]
    }

    /// Every field.
    pub(super) fn fields(&self) -> impl ExactSizeIterator<Item = &PlanField> {
        self.fields.iter()
    }

    /// Every field that is an operation, with its place.
    pub(super) fn operations(&self) -> impl Iterator<Item = (FieldId, &Operation)> {
        (0..).map(FieldId).zip(&self.fields).filter_map(|(id, it)| match &it.step {
            Step::Operate(operation) => Some((id, operation)),
            Step::TypeName | Step::Introspection => None,
        })
    }

    /// How many selections there are.
    pub(super) fn selection_count(&self) -> usize {
        self.selections.len()
    }

    /// The fields to answer of an object of type `ty`; `None` where no such object was expected.
    #[inline]
    pub(super) fn shape(
        &self,
        selection: SelectionId,
        ty: TypeId,
    ) -> Option<impl Iterator<Item = (FieldId, &PlanField)>> {
        let PlanSelection { shapes, by_type } = &self.selections[selection.index()];
        let place = by_type.binary_search_by_key(&ty, |(it, _)| *it).ok()?;
        let Range { start, end } = shapes[by_type[place].1];
        let fields = &self.fields[start as usize..end as usize];
        Some((start..).map(FieldId).zip(fields))
    }

    /// The type of every object of a selection, where it can be but one.
    #[inline]
    pub(super) fn only_type(&self, selection: SelectionId) -> Option<TypeId> {
        match &*self.selections[selection.index()].by_type {
            [(ty, _)] => Some(*ty),
            _ => None,
        }
    }

    /// The fields to answer, for each different set of them.
    pub(super) fn shapes(
        &self,
        selection: SelectionId,
    ) -> impl Iterator<Item = impl Iterator<Item = FieldId> + use<>> {
        self.selections[selection.index()].shapes.iter().map(|it| it.clone().map(FieldId))
    }
}

struct Planner<'d> {
    collector: Collector<'d>,
    fields: Vec<PlanField>,
    selections: Vec<PlanSelection>,
    /// Selections by the sets they merge and the declared type they are made on.
    memo: FxHashMap<(Vec<usize>, TypeId), SelectionId>,
}

impl<'d> Planner<'d> {
    /// Plans what `sets` together select of a value of declared type `ty`.
    fn select(
        &mut self,
        ty: TypeId,
        sets: &[&'d SelectionSet],
    ) -> Result<SelectionId, RequestError> {
        let key = (sets.iter().map(|it| identity(*it)).collect(), ty);
        if let Some(id) = self.memo.get(&key) {
            return Ok(*id);
        }
        let mut selection = PlanSelection::default();
        for (types, collected) in self.group(ty, sets) {
            self.add_shapes(&types, &collected, &mut selection)?;
        }
        selection.by_type.sort_by_key(|(ty, _)| *ty);
        let id = SelectionId(self.selections.len() as u32);
        self.selections.push(selection);
        self.memo.insert(key, id);
        Ok(id)
    }

    /// The concrete types that a value of `ty` may have, those together that select alike.
    fn group(&self, ty: TypeId, sets: &[&'d SelectionSet]) -> Vec<(Vec<TypeId>, Collected<'d>)> {
        let table = self.collector.table;
        let alone = [ty];
        let concrete = match table.ty(ty).body {
            TypeBody::Object { .. } => alone.as_slice(),
            _ => table.possible(ty),
        };
        let mut places = FxHashMap::default();
        let mut groups: Vec<(Vec<TypeId>, Collected<'d>)> = Vec::new();
        for ty in concrete {
            let collected = self.collector.collect(*ty, sets);
            let place = *places.entry(collected.signature()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((types, _)) => types.push(*ty),
                None => groups.push((vec![*ty], collected)),
            }
        }
        groups
    }

    fn add_shapes(
        &mut self,
        types: &[TypeId],
        collected: &Collected<'d>,
        selection: &mut PlanSelection,
    ) -> Result<(), RequestError> {
        let owners: Option<Vec<_>> =
            collected.fields.iter().map(|it| self.common_owner(types, it[0])).collect();
        let Some(owners) = owners else {
            // Some field differs between the types: each gets fields of its own.
            for ty in types {
                self.add_shapes(&[*ty], collected, selection)?;
            }
            return Ok(());
        };
        let mut fields = Vec::with_capacity(owners.len());
        for (owner, occurrences) in owners.into_iter().zip(&collected.fields) {
            fields.push(self.field(owner, occurrences)?);
        }
        let start = self.fields.len() as u32;
        self.fields.append(&mut fields);
        if self.fields.len() > FIELDS_MAX {
            let message = format!(
                "the document comes to more than {FIELDS_MAX} fields over all types; use fewer fragments"
            );
            let code = Code::QueryTooComplex;
            return Err(RequestError { code, message, locations: Vec::new() });
        }
        let shape = selection.shapes.len();
        selection.shapes.push(start..self.fields.len() as u32);
        selection.by_type.extend(types.iter().map(|it| (*it, shape)));
        Ok(())
    }

    /// The type whose definition of a field serves for all of `types`: their own where there is
    /// but one, else the interface on which the field is selected, where the field's type is the
    /// same in all of them.
    fn common_owner(&self, types: &[TypeId], occurrence: Occurrence<'d>) -> Option<TypeId> {
        if let [ty] = types {
            return Some(*ty);
        }
        let table = self.collector.table;
        if occurrence.field.name.starts_with("__") {
            return Some(types[0]);
        }
        let name = &occurrence.field.name;
        let owner = table.named(occurrence.parent)?;
        let ty = table.field(owner, name)?.ty;
        let same = |it: &TypeId| table.field(*it, name).is_some_and(|it| it.ty == ty);
        types.iter().all(same).then_some(owner)
    }

    fn field(
        &mut self,
        owner: TypeId,
        occurrences: &[Occurrence<'d>],
    ) -> Result<PlanField, RequestError> {
        let first = occurrences[0].field;
        let key: Arc<str> = first.response_name().as_str().into();
        let step = match first.name.as_str() {
            "__typename" => Step::TypeName,
            "__schema" | "__type" => Step::Introspection,
            _ => Step::Operate(self.operation(owner, occurrences)?),
        };
        let sources = &self.collector.document.sources;
        let location = location(first.location(), sources).unwrap_or((1, 1));
        Ok(PlanField {
            written_key: format!(",\"{key}\":").into_bytes().into(),
            key,
            location,
            step,
        })
    }

    fn operation(
        &mut self,
        owner: TypeId,
        occurrences: &[Occurrence<'d>],
    ) -> Result<Operation, RequestError> {
        let Collector { table, variables, .. } = self.collector;
        let first = occurrences[0].field;
        let fields = table.ty(owner).body.fields();
        let index = fields
            .iter()
            .position(|it| *it.name == *first.name)
            .expect("a validated document selects fields that are there");
        let ty = fields[index].ty;
        let arguments = arguments(table, variables, &fields[index].arguments, first);
        let selection = if is_composite(table, ty.base) {
            let sets: Vec<_> =
                occurrences.iter().filter_map(|it| it.field.selection_set.as_ref()).collect();
            Some(self.select(ty.base, &sets)?)
        } else {
            None
        };
        Ok(Operation { owner, index, ty, selection, arguments })
    }
}
