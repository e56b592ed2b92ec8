//! Names that may have been meant, where a request names what is not there.

use super::{Table, TypeBody, TypeDef};
use crate::ontology::{did_you_mean, listed};

/// The most types that are named at once.
const TYPES_MAX: usize = 3;

impl Table {
    /// As [`did_you_mean`], where those who ask may know the names of the API.
    pub(super) fn did_you_mean<'n>(
        &self,
        name: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) -> String {
        if self.is_open { did_you_mean(name, names) } else { String::new() }
    }

    /// What may have been meant instead of what the validator does not find; nothing for its other
    /// errors. `error` is its name for the error, and `message` names what is not there and where,
    /// both between backticks.
    pub(super) fn hint(&self, error: &str, message: &str) -> String {
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        match (error, &quoted[..]) {
            ("UndefinedField", [ty, name]) => self.field_hint(ty, name),
            ("UndefinedArgument", [name, field]) => self.argument_hint(field, name),
            ("UndefinedInputValue" | "UndefinedEnumValue", [name, ty]) => {
                let ty = self.named(ty).map(|it| &self.ty(it).body);
                ty.map_or_else(String::new, |it| self.did_you_mean(name, members(it)))
            }
            ("UndefinedDefinition", [name]) => self.type_hint(name, |it| {
                matches!(it, TypeBody::Scalar(_) | TypeBody::Enum(_) | TypeBody::Input { .. })
            }),
            (
                "UndefinedTypeInNamedFragmentTypeCondition"
                | "UndefinedTypeInInlineFragmentTypeCondition",
                [name, ..],
            ) => self.type_hint(name, |it| {
                use TypeBody::{Interface, Object, Union};
                matches!(it, Object { .. } | Interface { .. } | Union { .. })
            }),
            _ => String::new(),
        }
    }

    /// The types on which a field is that its type has not, or the fields that are like it.
    fn field_hint(&self, ty: &str, name: &str) -> String {
        let Some(ty) = self.named(ty).filter(|_| self.is_open) else { return String::new() };
        let with_field = self.possible(ty).iter().filter(|it| self.field(**it, name).is_some());
        let types = with_field.take(TYPES_MAX).map(|it| format!("... on {}", self.ty(*it).name));
        let types: Vec<String> = types.collect();
        if types.is_empty() {
            return self.did_you_mean(name, members(&self.ty(ty).body));
        }
        let types: Vec<&str> = types.iter().map(String::as_str).collect();
        format!("; did you mean to ask for it by {}?", listed(&types))
    }

    /// The arguments that are like one that a field, as `Query.country`, has not.
    fn argument_hint(&self, field: &str, name: &str) -> String {
        let definition =
            field.split_once('.').and_then(|(ty, field)| self.field(self.named(ty)?, field));
        let arguments = definition.into_iter().flat_map(|it| &it.arguments);
        self.did_you_mean(name, arguments.map(|it| &*it.name))
    }

    fn type_hint(&self, name: &str, may_stand: impl Fn(&TypeBody) -> bool) -> String {
        let types = self.types().map(|(_, it)| it).filter(|it| may_stand(&it.body));
        self.did_you_mean(name, types.map(|it: &TypeDef| &*it.name))
    }
}

/// The names of a type's fields or values.
fn members(body: &TypeBody) -> Vec<&str> {
    match body {
        TypeBody::Input { fields, .. } => fields.iter().map(|it| &*it.name).collect(),
        TypeBody::Enum(values) => values.iter().map(|it| &*it.name).collect(),
        body => body.fields().iter().map(|it| &*it.name).collect(),
    }
}
