//! The text format of Prometheus, read as strictly as it is described.

use std::collections::BTreeMap;

/// What one scrape gave: every sample by its name and labels, as they were written.
#[derive(Debug)]
pub(crate) struct Exposition {
    pub(crate) types: BTreeMap<String, String>,
    pub(crate) samples: BTreeMap<String, f64>,
}

impl Exposition {
    /// Reads a page: every metric has one `HELP` and then one `TYPE`, and then its samples, which
    /// have valid names and labels, finite values, and are not told twice; histograms are whole.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (mut types, mut samples) = (BTreeMap::new(), BTreeMap::new());
        let mut helped = String::new();
        let mut family = String::new();
        if !text.ends_with('\n') {
            return Err("the last line does not end".to_owned());
        }
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, help) = rest.split_once(' ').ok_or(line)?;
                if !is_name(name) || help.is_empty() || types.contains_key(name) {
                    return Err(line.to_owned());
                }
                helped = name.to_owned();
                continue;
            }
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').ok_or(line)?;
                if name != helped || !["counter", "gauge", "histogram"].contains(&kind) {
                    return Err(line.to_owned());
                }
                if (kind == "counter") != name.ends_with("_total") {
                    return Err(format!("a counter, and nothing else, ends in `_total`: {line}"));
                }
                family = name.to_owned();
                types.insert(name.to_owned(), kind.to_owned());
                continue;
            }
            let (key, value) = line.rsplit_once(' ').ok_or(line)?;
            let (name, labels) = key.split_once('{').unwrap_or((key, "}"));
            let labels = labels.strip_suffix('}').ok_or(line)?;
            if !is_name(name) || !labels_hold(labels) || !belongs(name, &family, &types) {
                return Err(line.to_owned());
            }
            let value: f64 = value.parse().map_err(|_| line.to_owned())?;
            if !value.is_finite() || samples.insert(key.to_owned(), value).is_some() {
                return Err(line.to_owned());
            }
        }
        let exposition = Self { types, samples };
        exposition.check_histograms().map(|()| exposition)
    }

    /// Whether the buckets of every histogram ascend to `+Inf`, which is its count.
    fn check_histograms(&self) -> Result<(), String> {
        for (name, _) in self.types.iter().filter(|(_, kind)| *kind == "histogram") {
            let counts = format!("{name}_count");
            let mut found = 0;
            for (key, count) in self.samples.iter().filter(|(it, _)| it.starts_with(&counts)) {
                found += 1;
                let labels = key[counts.len()..].trim_matches(['{', '}']);
                let start = format!("{name}_bucket{{{labels}");
                let mut buckets: Vec<_> = self
                    .samples
                    .iter()
                    .filter_map(|(it, value)| {
                        let bound = it.strip_prefix(&start)?.trim_start_matches(',');
                        let bound = bound.strip_prefix("le=\"")?.strip_suffix("\"}")?;
                        Some((bound.parse::<f64>().ok()?, *value))
                    })
                    .collect();
                buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
                let ascends = buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1);
                if !ascends || buckets.last() != Some(&(f64::INFINITY, *count)) {
                    return Err(format!("{key}: {buckets:?}"));
                }
                if !self.samples.contains_key(&key.replacen("_count", "_sum", 1)) {
                    return Err(format!("{key} has no sum"));
                }
            }
            if found == 0 {
                return Err(format!("{name} has no count"));
            }
        }
        Ok(())
    }

    /// A metric as documentation writes it: its name, and in braces those of its labels.
    pub(crate) fn labelled(&self, metric: &str) -> String {
        let samples = self.samples.keys().filter_map(|it| it.strip_prefix(metric));
        let mut labels =
            samples.filter_map(|it| it.trim_start_matches("_bucket").strip_prefix('{'));
        let pairs = labels.next().into_iter().flat_map(|it| it.split(','));
        let names: Vec<_> =
            pairs.flat_map(|it| it.split('=').next()).filter(|it| *it != "le").collect();
        match names[..] {
            [] => metric.to_owned(),
            _ => format!("{metric}{{{}}}", names.join(",")),
        }
    }

    /// The value of a sample, by its name and labels as they are written.
    pub(crate) fn value(&self, key: &str) -> f64 {
        *self.samples.get(key).unwrap_or_else(|| panic!("`{key}` is not told"))
    }
}

fn is_name(name: &str) -> bool {
    let first = name.chars().next().is_some_and(|it| it.is_ascii_alphabetic() || it == '_');
    first && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// Labels without escapes in their values, which ours do not need.
fn labels_hold(labels: &str) -> bool {
    labels.is_empty()
        || labels.split(',').all(|it| {
            it.split_once('=').is_some_and(|(name, value)| {
                let inner = value.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
                is_name(name) && inner.is_some_and(|it| !it.contains(['"', '\\', '\n']))
            })
        })
}

fn belongs(name: &str, family: &str, types: &BTreeMap<String, String>) -> bool {
    let part = name.strip_prefix(family);
    match types.get(family).map(String::as_str) {
        Some("histogram") => matches!(part, Some("_bucket" | "_sum" | "_count")),
        Some(_) => part == Some(""),
        None => false,
    }
}
