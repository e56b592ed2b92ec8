//! Which part of a list is wanted.

use crate::{
    api::{Args, FieldError, cursor},
    query::{PageRequest, Row, Sort},
};

/// The rows that `first`, `after`, `last` and `before` ask for.
#[derive(Clone, Debug)]
pub(in crate::api) struct Slice {
    first: Option<usize>,
    last: Option<usize>,
    after: Option<Vec<u8>>,
    before: Option<Vec<u8>>,
}

impl Slice {
    /// Reads the arguments of a field whose `first` is `default` where neither it nor `last` is
    /// given.
    pub(in crate::api) fn decode(args: &Args, default: usize) -> Result<Self, FieldError> {
        let first = count(args, "first")?;
        let last = count(args, "last")?;
        if last.is_some() && first.is_some() {
            return Err(FieldError::input("`first` and `last` do not go together; give one"));
        }
        let first = if last.is_some() { None } else { Some(first.unwrap_or(default)) };
        Ok(Self { first, last, after: place(args, "after")?, before: place(args, "before")? })
    }

    /// How many rows, of a list that is only read forwards.
    pub(in crate::api) fn first(&self) -> usize {
        self.first.unwrap_or_default()
    }

    /// The place after which rows are wanted.
    pub(in crate::api) fn after(&self) -> Option<&[u8]> {
        self.after.as_deref()
    }

    /// The same as a request for rows in the order of `sort`.
    pub(in crate::api) fn request<R: Row>(&self, sort: &Sort) -> Result<PageRequest, FieldError> {
        let key = |name, place: &Option<Vec<u8>>| {
            let key = place.as_ref().map(|it| sort.parse_key::<R>(it));
            key.transpose().map_err(|_| foreign(name))
        };
        Ok(PageRequest {
            first: self.first,
            after: key("after", &self.after)?,
            last: self.last,
            before: key("before", &self.before)?,
            offset: 0,
        })
    }
}

/// A number of things, where it was given.
pub(in crate::api) fn count(args: &Args, name: &str) -> Result<Option<usize>, FieldError> {
    let number = |it| {
        usize::try_from(it)
            .map_err(|_| FieldError::input(format!("`{name}` is {it}; it must not be negative")))
    };
    args.int(name).map(number).transpose()
}

/// A cursor that another list gave, or none.
pub(in crate::api) fn foreign(argument: &str) -> FieldError {
    FieldError::input(format!(
        "`{argument}` is no cursor of this list; use `cursor`, `startCursor` or `endCursor` of an \
         answer of the same field with the same `sort`"
    ))
}

fn place(args: &Args, name: &str) -> Result<Option<Vec<u8>>, FieldError> {
    args.text(name).map(|it| cursor::decode(it).ok_or_else(|| foreign(name))).transpose()
}
