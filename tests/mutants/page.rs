//! `docs/mutants.md`: every edit of the reference architecture that is proven to be found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::cases::{Cases, Expected, Layer, Mutant};
use crate::support;

const HEAD: &str = "# What is proven to be found

`fixtures/reference-architecture` scans clean. Each line below is one edit of it. `tests/mutants` applies them one by one:
an edit must give exactly the failure of its control at the expected line, with those listed as implied, and change no
other failure.

This page is generated: `UPDATE_DOCS=1 cargo test --test mutants` writes it.
";

/// The name of a layer in the page.
const fn title(layer: Layer) -> &'static str {
    match layer {
        Layer::CloudFormation => "CloudFormation",
        Layer::Terraform => "Terraform",
        Layer::Workflows => "workflows",
    }
}

fn family(control: &str) -> &str {
    control.split('-').next().unwrap_or_default()
}

/// The families, in the order of the catalogue.
fn families() -> Vec<String> {
    let pack = support::pack();
    let mut seen = BTreeSet::new();
    let families = pack.policies().iter().map(|one| &one.metadata.family);
    families
        .filter(|one| seen.insert((*one).clone()))
        .cloned()
        .collect()
}

/// The page.
pub(crate) fn page(cases: &Cases) -> String {
    let mut page = HEAD.to_owned();
    totals(&mut page, cases);
    for name in families() {
        let of_family = cases
            .mutants
            .iter()
            .filter(|one| family(&one.control) == name);
        let mut mutants: Vec<&Mutant> = of_family.collect();
        mutants.sort_by_key(|one| (one.control.clone(), one.layer));
        if !mutants.is_empty() {
            edits(&mut page, &name, &mutants);
        }
    }
    excuses(&mut page, cases);
    page
}

fn totals(page: &mut String, cases: &Cases) {
    let mut counts: BTreeMap<(&str, Layer), usize> = BTreeMap::new();
    let mut controls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in &cases.mutants {
        let name = family(&one.control);
        *counts.entry((name, one.layer)).or_default() += 1;
        controls.entry(name).or_default().insert(&one.control);
    }
    let of_layer = |layer: Layer| -> usize {
        let all = counts.iter().filter(|((_, one), _)| *one == layer);
        all.map(|(_, count)| count).sum()
    };
    let _ = writeln!(
        page,
        "\n| family | controls | CloudFormation | Terraform | workflows |"
    );
    let _ = writeln!(page, "|---|---|---|---|---|");
    for name in families() {
        let Some(ids) = controls.get(&*name) else {
            continue;
        };
        let _ = write!(page, "| {name} | {}", ids.len());
        for layer in Layer::ALL {
            let _ = match counts.get(&(&*name, layer)) {
                Some(count) => write!(page, " | {count}"),
                None => write!(page, " | "),
            };
        }
        let _ = writeln!(page, " |");
    }
    let number: usize = controls.values().map(BTreeSet::len).sum();
    let [templates, plans, workflows] = Layer::ALL.map(of_layer);
    let _ = writeln!(
        page,
        "| all | {number} | {templates} | {plans} | {workflows} |"
    );
}

fn edits(page: &mut String, name: &str, mutants: &[&Mutant]) {
    let _ = writeln!(
        page,
        "\n## {name}\n\n| control | format | edit | place | implied |"
    );
    let _ = writeln!(page, "|---|---|---|---|---|");
    for one in mutants {
        let id = &one.control;
        let outcome = match one.outcome {
            Expected::Fail => "",
            Expected::Unknown => " (undecided)",
        };
        let implied: Vec<String> = one
            .implies
            .iter()
            .map(|implied| format!("{}: {}", implied.control, implied.why))
            .collect();
        let _ = writeln!(
            page,
            "| [{id}](rules/{id}.md) | {} | {}{outcome} | {} | {} |",
            title(one.layer),
            one.edit.replace('|', "\\|"),
            one.within,
            implied.join("; ").replace('|', "\\|"),
        );
    }
}

fn excuses(page: &mut String, cases: &Cases) {
    if cases.excused.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "\n## Without an edit\n\n| control | format | why |\n|---|---|---|"
    );
    for one in &cases.excused {
        let id = &one.control;
        let layer = title(one.layer());
        let _ = writeln!(page, "| [{id}](rules/{id}.md) | {layer} | {} |", one.why);
    }
}
