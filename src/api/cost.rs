//! What an operation would cost, before it runs and with its arguments known.

use std::iter;

use super::{
    Args, Code, Cost, Input, Limits, RequestError, Table,
    bound::BoundArguments,
    guard::shortened,
    plan::{FieldId, Operation, Plan, SelectionId, Step},
};

/// The arguments that say how many rows are wanted.
const PAGE_ARGUMENTS: [&str; 4] = ["first", "last", "limit", "maxNodes"];
/// The arguments that count, and so may not be negative.
const COUNT_ARGUMENTS: [&str; 1] = ["offset"];
/// The arguments that say how far a walk goes.
const HOP_ARGUMENTS: [&str; 2] = ["maxHops", "hops"];
/// Names in the path of the dearest field.
const PATH_MAX: usize = 16;
/// Errors that are told at once.
const ERRORS_MAX: usize = 20;

/// Checks the pages that an operation asks for, and what it costs.
///
/// # Errors
///
/// [`Code::BadUserInput`] for a page that is negative or too large, [`Code::QueryTooComplex`] with
/// the dearest field where the operation costs too much.
pub(super) fn check(
    table: &Table,
    plan: &Plan,
    bound: &BoundArguments,
    limits: &Limits,
) -> Result<u64, Vec<RequestError>> {
    let mut bill = Bill {
        table,
        plan,
        bound,
        limits,
        memo: iter::repeat_n(None, plan.selection_count()).collect(),
        errors: vec![],
    };
    let total = bill.selection(plan.root);
    if !bill.errors.is_empty() {
        return Err(bill.errors);
    }
    if total > limits.cost_max {
        let (dearest, location) = bill.dearest();
        let message = format!(
            "the operation would cost {total}; the limit is {}; {dearest}",
            limits.cost_max
        );
        let (code, locations) = (Code::QueryTooComplex, location.into_iter().collect());
        return Err(vec![RequestError { code, message, locations }]);
    }
    Ok(total)
}

struct Bill<'a> {
    table: &'a Table,
    plan: &'a Plan,
    bound: &'a BoundArguments,
    limits: &'a Limits,
    memo: Vec<Option<u64>>,
    errors: Vec<RequestError>,
}

impl Bill<'_> {
    /// The cost of a selection: of the dearest shape, once each however often it is shared.
    fn selection(&mut self, id: SelectionId) -> u64 {
        if let Some(cost) = self.memo[id.index()] {
            return cost;
        }
        let plan = self.plan;
        let mut dearest = 0;
        for shape in plan.shapes(id) {
            let mut sum = 0u64;
            for field in shape {
                sum = sum.saturating_add(self.field(field));
            }
            dearest = dearest.max(sum);
        }
        self.memo[id.index()] = Some(dearest);
        dearest
    }

    fn field(&mut self, id: FieldId) -> u64 {
        let plan = self.plan;
        let Step::Operate(operation) = &plan.field(id).step else { return 1 };
        let children = operation.selection.map_or(0, |it| self.selection(it));
        let (own, rows) = self.rows(id, operation);
        rows.saturating_mul(children).saturating_add(own)
    }

    /// What a field costs by itself, and how often its children are answered.
    fn rows(&mut self, id: FieldId, operation: &Operation) -> (u64, u64) {
        let definition = operation.definition(self.table);
        // A field whose arguments are wrong fails, and answers no children.
        let Ok(args) = self.bound.of(id) else { return (1, 0) };
        self.check_counts(id, &definition.name, args);
        let page = || PAGE_ARGUMENTS.iter().find_map(|it| count(args, it));
        let given = args.0.iter().map(|(_, it)| objects(it)).sum::<u64>();
        match definition.cost {
            Cost::One => (given + 1, 1),
            Cost::Page(default) => (given + 1, page().unwrap_or(default.into())),
            Cost::Write(default) => {
                let rows = args.get("input").map_or(default.into(), |it| it.items().len() as u64);
                (given + 1, rows)
            }
            Cost::Walk(default) => {
                let hops = HOP_ARGUMENTS.iter().find_map(|it| hops(args, it)).unwrap_or(1).max(1);
                (given + hops, page().unwrap_or(default.into()).saturating_mul(hops))
            }
        }
    }

    fn check_counts(&mut self, id: FieldId, name: &str, args: &Args) {
        for (argument, value) in &args.0 {
            let Input::Int(value) = value else { continue };
            let max = match &**argument {
                it if PAGE_ARGUMENTS.contains(&it) => i64::from(self.limits.page_max),
                it if COUNT_ARGUMENTS.contains(&it) => i64::MAX,
                _ => continue,
            };
            if (0..=max).contains(value) {
                continue;
            }
            let bounds = match max {
                i64::MAX => "must not be negative".to_owned(),
                max => format!("must be 0 to {max}"),
            };
            let error = RequestError {
                code: Code::BadUserInput,
                message: format!("argument `{argument}` of `{name}` {bounds}, not {value}"),
                locations: vec![self.plan.field(id).location],
            };
            if self.errors.len() < ERRORS_MAX && !self.errors.contains(&error) {
                self.errors.push(error);
            }
        }
    }

    /// Which field the cost comes from, down from the root as long as one child makes up most; and
    /// where it is.
    fn dearest(&mut self) -> (String, Option<(usize, usize)>) {
        let plan = self.plan;
        let mut selection = Some(plan.root);
        let mut path: Vec<String> = Vec::new();
        let mut pages: Vec<String> = Vec::new();
        let mut location = None;
        while let Some(at) = selection.filter(|_| path.len() < PATH_MAX) {
            let fields: Vec<FieldId> = plan.shapes(at).flatten().collect();
            let Some(dearest) = fields.into_iter().max_by_key(|it| self.field(*it)) else { break };
            if !path.is_empty() && self.field(dearest).saturating_mul(2) < self.selection(at) {
                break;
            }
            let field = plan.field(dearest);
            let Step::Operate(operation) = &field.step else { break };
            let Some(below) = operation.selection else { break };
            path.push(shortened(&field.key));
            location = Some(field.location);
            pages.push(self.rows(dearest, operation).1.to_string());
            selection = Some(below);
        }
        pages.retain(|it| it != "1");
        let rows = if pages.is_empty() { "1".to_owned() } else { pages.join(" × ") };
        let told = format!(
            "the dearest field is `{}`, answered for {rows} rows; ask for smaller pages or fewer fields",
            path.join(".")
        );
        (told, location)
    }
}

fn count(args: &Args, name: &str) -> Option<u64> {
    args.int(name).map(|it| u64::try_from(it).unwrap_or(0))
}

/// How many input objects a value holds.
fn objects(value: &Input) -> u64 {
    match value {
        Input::List(items) => items.iter().map(objects).sum(),
        Input::Object(fields) => 1 + fields.iter().map(|(_, it)| objects(it)).sum::<u64>(),
        _ => 0,
    }
}

/// How many hops an argument asks for: a number, or the `max` of a range.
fn hops(args: &Args, name: &str) -> Option<u64> {
    let value = args.get(name)?;
    match value.field("max").unwrap_or(value) {
        Input::Int(it) => Some(u64::try_from(*it).unwrap_or(0)),
        _ => None,
    }
}
