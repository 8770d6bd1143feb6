//! Markdown, as far as the pages need it.

/// Returns a code fence that the text cannot close.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let longest = text
        .lines()
        .map(|line| {
            line.trim_start()
                .chars()
                .take_while(|one| *one == '`')
                .count()
        })
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

/// Returns a code span; what would end a table's cell is escaped.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}

/// Returns text as it stands in a cell of a table.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Returns a table.
pub(super) fn table(heading: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| {
        let cells: Vec<String> = cells.into_iter().map(|one| format!(" {one} |")).collect();
        format!("|{}\n", cells.concat())
    };
    let mut table = line(heading.iter().map(|one| (*one).to_owned()).collect());
    table.push_str(&line(vec!["---".to_owned(); heading.len()]));
    rows.into_iter().for_each(|row| table.push_str(&line(row)));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_those_of_its_text() {
        assert_eq!(fenced("md", "a\n  ````\n"), "`````md\na\n  ````\n`````\n");
        assert_eq!(fenced("sh", "ls"), "```sh\nls\n```\n");
    }

    #[test]
    fn a_cell_keeps_to_its_row() {
        let rows = [vec![code("a|b"), cell("c\nd")]];
        assert_eq!(
            table(&["x", "y"], rows),
            "| x | y |\n| --- | --- |\n| `a\\|b` | c d |\n"
        );
    }
}
