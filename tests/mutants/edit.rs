//! Applies an edit to a copy of the fixture, and finds the lines that an entry means.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cases::Mutant;

/// Applies an edit; says what does not fit.
pub(crate) fn apply(mutant: &Mutant, folder: &Path) -> Result<(), String> {
    let file = folder.join(&mutant.file);
    let text = fs::read_to_string(&file).map_err(|error| format!("  {}: {error}", mutant.file))?;
    let times = text.matches(&mutant.search).count();
    if times != 1 {
        let message = format!("  `search` stands {times} times in {}", mutant.file);
        return Err(message);
    }
    fs::write(&file, text.replacen(&mutant.search, &mutant.replace, 1)).unwrap();
    match &mutant.patch {
        Some(patch) => {
            let project = mutant.file.split('/').next().unwrap();
            apply_patch(patch, &folder.join(project).join("plan.json"))
        }
        None => Ok(()),
    }
}

/// The number of the line that an entry means.
pub(crate) fn line_of(
    folder: &Path,
    uri: &str,
    at: &str,
    after: Option<&str>,
) -> Result<u32, String> {
    let text = fs::read_to_string(folder.join(uri)).map_err(|error| format!("  {uri}: {error}"))?;
    let lines = |wanted: &str, from: u32| -> Vec<u32> {
        let numbered = (1u32..).zip(text.lines());
        let wanted = numbered.filter(|(number, line)| line.trim() == wanted && *number > from);
        wanted.map(|(number, _)| number).collect()
    };
    let only = |wanted: &str| match lines(wanted, 0)[..] {
        [number] => Ok(number),
        ref all => {
            let times = all.len();
            Err(format!(
                "  the line `{wanted}` stands {times} times in {uri}"
            ))
        }
    };
    let Some(after) = after else { return only(at) };
    let from = only(after)?;
    let next = lines(at, from).first().copied();
    next.ok_or_else(|| format!("  no line `{at}` follows `{after}` in {uri}"))
}

/// Applies a JSON Patch of `add`, `replace` and `remove`.
fn apply_patch(patch: &Path, plan: &Path) -> Result<(), String> {
    let read = |path: &Path| -> Value {
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let mut document = read(plan);
    for step in read(patch).as_array().unwrap() {
        let (verb, target) = (step["op"].as_str().unwrap(), step["path"].as_str().unwrap());
        change(&mut document, verb, target, &step["value"])
            .ok_or_else(|| format!("  the patch does not fit the plan: {verb} {target}"))?;
    }
    fs::write(plan, serde_json::to_string(&document).unwrap()).unwrap();
    Ok(())
}

fn change(document: &mut Value, verb: &str, path: &str, value: &Value) -> Option<()> {
    let (parent, last) = path.rsplit_once('/')?;
    let last = last.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(parent)?, verb) {
        (Value::Object(members), "add") => {
            members.insert(last, value.clone());
        }
        (Value::Object(members), "replace") => *members.get_mut(&last)? = value.clone(),
        (Value::Object(members), "remove") => {
            members.remove(&last)?;
        }
        (Value::Array(items), "add") if last == "-" => items.push(value.clone()),
        (Value::Array(items), "add") => {
            let at = last.parse().ok().filter(|at| *at <= items.len())?;
            items.insert(at, value.clone());
        }
        (Value::Array(items), "replace") => {
            *items.get_mut(last.parse::<usize>().ok()?)? = value.clone();
        }
        (Value::Array(items), "remove") => {
            let at = last.parse().ok().filter(|at| *at < items.len())?;
            items.remove(at);
        }
        _ => return None,
    }
    Some(())
}

#[test]
fn a_patch_reaches_into_lists_and_escaped_names() {
    let mut document = serde_json::json!({"a/b": [{"c": 1}, 2]});
    change(&mut document, "replace", "/a~1b/0/c", &Value::from(3)).unwrap();
    change(&mut document, "add", "/a~1b/1", &Value::from(4)).unwrap();
    change(&mut document, "remove", "/a~1b/2", &Value::Null).unwrap();
    assert_eq!(document, serde_json::json!({"a/b": [{"c": 3}, 4]}));
    let missing = change(&mut document, "replace", "/a~1b/9", &Value::Null);
    assert_eq!(missing, None);
}
