//! Tests of documents on tricky and hostile texts.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::scalar::{Dialect, Scalar};
use super::{Document, Kind, NodeRef, Style, json, parse, yaml};
use crate::artifact::{Artifact, Encoding, Span};

/// Far more than linear time takes on a busy machine, far less than quadratic time.
const SLOW: Duration = Duration::from_secs(30);

/// Shows a tree with the source of every node: `kind«source»`, keys before their values.
fn outline(text: &str) -> String {
    let (document, errors) = parse(text);
    assert_eq!(errors, []);
    let roots: Vec<String> = document.roots().map(|root| show(text, root)).collect();
    roots.join(" --- ")
}

fn show(text: &str, node: NodeRef<'_>) -> String {
    let source = slice(text, node.span());
    match node.kind() {
        _ if node.is_absent() => format!("absent«{source}»"),
        Kind::Scalar(_) => format!("«{source}»"),
        Kind::Sequence => {
            let items: Vec<String> = node.items().map(|item| show(text, item)).collect();
            format!("[{}]«{source}»", items.join(", "))
        }
        Kind::Mapping => {
            let entry = |(key, value)| format!("{}: {}", show(text, key), show(text, value));
            let entries: Vec<String> = node.entries().map(entry).collect();
            format!("{{{}}}«{source}»", entries.join(", "))
        }
    }
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

fn good(text: &str) -> Document {
    let (document, errors) = yaml::parse(text);
    assert_eq!(errors, [], "{text}");
    document
}

/// Returns the source of the value at a path of keys.
fn source<'t>(text: &'t str, path: &[&str]) -> &'t str {
    let document = good(text);
    let node = path
        .iter()
        .fold(document.root().unwrap(), |node, key| node.get(key).unwrap());
    slice(text, node.span())
}

#[test]
fn nodes_know_their_bytes() {
    assert_eq!(
        outline("a: 1\nb: [x, 'y']\n"),
        "{«a»: «1», «b»: [«x», «'y'»]«[x, 'y']»}«a: 1\nb: [x, 'y']»"
    );
}

#[test]
fn a_value_left_out_is_absent_and_a_tilde_is_not() {
    let document = good("a:\nb: ~\nc: ''\nd: !T\n");
    let root = document.root().unwrap();
    let absent = |key| root.get(key).unwrap().is_absent();
    assert_eq!(["a", "b", "c", "d"].map(absent), [true, false, false, true]);
    assert_eq!(root.get("d").unwrap().tag(), Some("!T"));
    assert_eq!(root.get("a").unwrap().text(), Some(""));
    assert_eq!(root.get("b").unwrap().text(), Some("~"));
}

#[test]
fn a_tagged_node_starts_at_its_tag() {
    assert_eq!(source("a: !Ref x # c\n", &["a"]), "!Ref x");
    assert_eq!(
        source("a: !Sub |\n  x\n  y\n\nb: 1\n", &["a"]),
        "!Sub |\n  x\n  y"
    );
    assert_eq!(
        source("a: !If\n  - x\n  - y\n", &["a"]),
        "!If\n  - x\n  - y"
    );
    assert_eq!(source("a: !If\n- x\n- y\n", &["a"]), "!If\n- x\n- y");
    assert_eq!(source("a: !If [x, y]\nb: 1", &["a"]), "!If [x, y]");
    assert_eq!(source("a: &n !Ref x\n", &["a"]), "!Ref x");
    assert_eq!(source("a: !Ref\nb: 1\n", &["a"]), "!Ref");
}

#[test]
fn a_block_scalar_starts_at_its_indicator() {
    assert_eq!(
        source("a: |  # c\n\n\n   text\n  \nb: 1\n", &["a"]),
        "|  # c\n\n\n   text"
    );
    assert_eq!(
        source("a:\n  # c | d\n  >-\n  x\nb: 1\n", &["a"]),
        ">-\n  x"
    );
    assert_eq!(source("a: &x |\n  x", &["a"]), "|\n  x");
    assert_eq!(source("a: |\nb: 1\n", &["a"]), "|");
    assert_eq!(source("a: |\n", &["a"]), "|");
}

#[test]
fn a_block_sequence_starts_at_its_first_dash() {
    assert_eq!(
        source("a:\n- # c\n  x: 1\n- y\nb: 1\n", &["a"]),
        "- # c\n  x: 1\n- y"
    );
    assert_eq!(source("a: # - c\n  - x\n  - - y\n", &["a"]), "- x\n  - - y");
    assert_eq!(
        source("a:\n- - x\n  - y\n- z\n", &["a"]),
        "- - x\n  - y\n- z"
    );
    assert_eq!(
        outline("- a\n- - b\n-\n- c\n")
            .matches("[«b»]«- b»")
            .count(),
        1
    );
}

#[test]
fn a_container_ends_with_its_last_child() {
    assert_eq!(
        source("a:\n  b:\n    - x # c\n# d\n\nc: 1\n", &["a"]),
        "b:\n    - x"
    );
    assert_eq!(
        source("a: [\n  x, {y: 1}\n ] # c\nb: 1\n", &["a"]),
        "[\n  x, {y: 1}\n ]"
    );
    assert_eq!(
        source("a:\n  b: |\n    x\n\n\nc: 1\n", &["a"]),
        "b: |\n    x"
    );
    assert_eq!(source("a: {} # c\n", &["a"]), "{}");
    assert_eq!(source("n: &n 1\na:\n  b: *n\n", &["a"]), "b: *n");
}

#[test]
fn the_end_of_a_quoted_scalar_is_its_quote() {
    assert_eq!(source("b: \"x\" # c\n", &["b"]), "\"x\"");
    assert_eq!(source("k: \"é😀\" # c\n", &["k"]), "\"é😀\"");
    assert_eq!(source("k: 'a\n  b' # c\n", &["k"]), "'a\n  b'");
}

#[test]
fn escapes_are_resolved_and_texts_folded() {
    let document =
        good("a: \"x\\ty\\u00e9\"\nb: 'it''s'\nc: >\n  x\n  y\nd: |+\n  x\n\ne: one\n  two\n");
    let root = document.root().unwrap();
    let text = |key| root.get(key).unwrap().text().unwrap();
    assert_eq!(text("a"), "x\tyé");
    assert_eq!(text("b"), "it's");
    assert_eq!(text("c"), "x y\n");
    assert_eq!(text("d"), "x\n\n");
    assert_eq!(text("e"), "one two");
}

#[test]
fn a_block_scalar_at_the_end_gets_no_line_feed_that_is_not_there() {
    let document = good("a: |\n  x");
    assert_eq!(document.root().unwrap().get("a").unwrap().text(), Some("x"));
}

#[test]
fn tabs_may_stand_behind_a_colon() {
    assert_eq!(source("a: 1\nb:\t2\n", &["b"]), "2");
}

#[test]
fn keys_may_be_longer_than_1024_characters() {
    let key = "k".repeat(3000);
    assert_eq!(source(&format!("{key}: 1"), &[&key]), "1");
    assert_eq!(source(&format!("{{\"{key}\": 1}}"), &[&key]), "1");
}

#[test]
fn comments_are_kept_in_source_order() {
    let text = "# a\nb: | # c\n  # text\nd: 'x # y' # e\nf: [ # g\n  1]\nh: i#j\n- # k";
    let (document, _) = yaml::parse(text);
    let comments: Vec<_> = document
        .comments()
        .iter()
        .map(|comment| slice(text, comment.span))
        .collect();
    assert_eq!(comments, ["# a", "# c", "# e", "# g"]);
}

#[test]
fn a_long_block_of_comments_is_no_error() {
    let text = format!("a:\n{}  b: 1\n", "  # d\n".repeat(5000));
    assert_eq!(good(&text).comments().len(), 5000);
    assert_eq!(source(&text, &["a"]), "b: 1");
}

#[test]
fn a_text_may_hold_several_documents() {
    let text = "--- # c\na: 1\n...\n---\nb\n---\n";
    let document = good(text);
    let roots: Vec<_> = document
        .roots()
        .map(|root| slice(text, root.span()))
        .collect();
    assert_eq!(roots, ["a: 1", "b", ""]);
    let text = "# c | d\n>-\n  x\n...\n|\n  y\n";
    let document = good(text);
    let roots: Vec<_> = document
        .roots()
        .map(|root| slice(text, root.span()))
        .collect();
    assert_eq!(roots, [">-\n  x", "|\n  y"]);
    assert_eq!(good("# only\n").roots().count(), 0);
    assert_eq!(good("").roots().count(), 0);
}

#[test]
fn offsets_count_a_byte_order_mark() {
    assert_eq!(source("\u{feff}a: x\n", &["a"]), "x");
    let text = "\u{feff}{\"a\": 1}";
    let (document, errors) = json::parse(text);
    assert_eq!(errors, []);
    let root = document.root().unwrap();
    assert_eq!(slice(text, root.get("a").unwrap().span()), "1");
    assert_eq!(slice(text, root.span()), "{\"a\": 1}");
}

#[test]
fn other_separators_of_unicode_are_text() {
    let document = good("a: x\u{85}y\u{2028}z\nb: 1\n");
    let root = document.root().unwrap();
    assert_eq!(root.get("a").unwrap().text(), Some("x\u{85}y\u{2028}z"));
}

#[test]
fn crlf_and_a_lone_cr_end_lines() {
    assert_eq!(
        source("a: |\r\n  x\r\n  y\r\nb:\r\n- 1\r\n- 2\r\n", &["b"]),
        "- 1\r\n- 2"
    );
    assert_eq!(
        source("a: |\r\n  x\r\n  y\r\nb: 1\r\n", &["a"]),
        "|\r\n  x\r\n  y"
    );
    assert_eq!(source("a: 1\rb: 2\r", &["b"]), "2");
}

#[test]
fn columns_behind_text_that_is_not_ascii_are_utf16() {
    let text = "a: {x: '# naïve 🚀', y: deny} # naïve 🚀\n";
    let artifact = Artifact::new("a.yaml", text.to_owned(), Encoding::Utf8);
    let document = good(text);
    let node = document.root().unwrap().get("a").unwrap().get("y").unwrap();
    let region = artifact.region(node.span());
    assert_eq!((region.start_line, region.start_column), (1, 25));
    assert_eq!((region.end_line, region.end_column), (1, 29));
    let comment = artifact.region(document.comments()[0].span);
    assert_eq!((comment.start_column, comment.end_column), (31, 41));
}

#[test]
fn the_last_of_equal_keys_wins_and_each_is_reported() {
    let text = "a: 1\nb: {c: 1, c: 2}\n'a': 3\na: 4\n";
    let document = good(text);
    let root = document.root().unwrap();
    assert_eq!(root.get("a").unwrap().text(), Some("4"));
    assert_eq!(root.entries().count(), 4);
    let duplicates: Vec<_> = document
        .duplicate_keys()
        .into_iter()
        .map(|(first, again)| (first.start, again.start, slice(text, again)))
        .collect();
    assert_eq!(duplicates, [(9, 15, "c"), (0, 21, "'a'"), (0, 28, "a")]);
}

#[test]
fn merge_keys_stay_as_written() {
    let document = good("a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n");
    let b = document.root().unwrap().get("b").unwrap();
    assert!(b.get("x").is_none());
    assert_eq!(b.get("<<").unwrap().get("x").unwrap().text(), Some("1"));
}

#[test]
fn aliases_are_followed_and_remember_where_they_stand() {
    let text = "a: &a {x: [1]}\nb: *a\nc: &c\n  d: *a\ne: *c\n*a : k\n";
    let document = good(text);
    let root = document.root().unwrap();
    let x = root.get("b").unwrap().get("x").unwrap();
    assert_eq!(slice(text, x.span()), "[1]");
    assert_eq!(slice(text, x.alias_span().unwrap()), "*a");
    assert_eq!(
        x.items().next().unwrap().alias_span(),
        Some(Span::new(18, 20))
    );
    assert_eq!(root.get("a").unwrap().get("x").unwrap().alias_span(), None);
    // Through two aliases: the outermost is where the value is used.
    let nested = root.get("e").unwrap().get("d").unwrap().get("x").unwrap();
    assert_eq!(slice(text, nested.alias_span().unwrap()), "*c");
}

#[test]
fn an_anchor_may_be_defined_again() {
    let text = "a: &x 1\nb: *x\nc: &x [2]\nd: *x\n";
    let document = good(text);
    let root = document.root().unwrap();
    assert_eq!(root.get("b").unwrap().text(), Some("1"));
    assert_eq!(root.get("d").unwrap().items().count(), 1);
}

#[test]
fn an_alias_that_cannot_be_followed_is_an_error_and_absent() {
    let text = "a: &a {b: *a, c: 1}\nd: *none\ne: 2\n";
    let (document, errors) = yaml::parse(text);
    let messages: Vec<_> = errors
        .iter()
        .map(|e| (&*e.message, slice(text, e.span)))
        .collect();
    assert_eq!(
        messages,
        [
            ("alias of a node that contains it", "*a"),
            ("alias of an unknown anchor 'none'", "*none")
        ]
    );
    let root = document.root().unwrap();
    assert!(root.get("a").unwrap().get("b").unwrap().is_absent());
    assert!(root.get("d").unwrap().is_absent());
    assert_eq!(root.get("e").unwrap().text(), Some("2"));
}

/// Counts the nodes below a node, aliases followed, and the levels.
fn measure(node: NodeRef<'_>) -> (u64, u32) {
    let below: Vec<_> = node
        .items()
        .chain(node.entries().flat_map(|(key, value)| [key, value]))
        .map(measure)
        .collect();
    let nodes = below.iter().map(|(nodes, _)| nodes).sum::<u64>();
    let levels = below.iter().map(|(_, levels)| *levels).max();
    (nodes + 1, levels.unwrap_or(0) + 1)
}

#[test]
fn a_billion_laughs_stay_within_the_budget() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..40 {
        let uses = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} [{uses}]").unwrap();
    }
    let start = Instant::now();
    let (document, errors) = yaml::parse(&text);
    assert_eq!(errors.len(), 1);
    assert_eq!(
        errors[0].message,
        "aliases stand for more than 1000000 nodes together"
    );
    let (nodes, _) = measure(document.root().unwrap());
    assert!(nodes < 1_100_000, "{nodes}");
    assert!(start.elapsed() < SLOW);
}

#[test]
fn a_long_text_used_often_stays_within_the_budget() {
    let text = format!(
        "a: &a \"{}\"\nb: [{}]\n",
        "x".repeat(100_000),
        "*a, ".repeat(20_000)
    );
    let (document, errors) = yaml::parse(&text);
    assert_eq!(errors.len(), 1);
    assert_eq!(
        errors[0].message,
        "aliases stand for more than 33554432 bytes together"
    );
    let uses = document.root().unwrap().get("b").unwrap();
    assert_eq!(uses.items().filter(|item| !item.is_absent()).count(), 335);
}

#[test]
fn a_large_anchor_used_often_stays_within_the_budget() {
    let text = format!(
        "a: &a [{}]\nb: [{}]\n",
        "x, ".repeat(30_000),
        "*a, ".repeat(20_000)
    );
    let start = Instant::now();
    let (document, errors) = yaml::parse(&text);
    assert_eq!(errors.len(), 1);
    let uses = document.root().unwrap().get("b").unwrap();
    assert_eq!(uses.items().count(), 20_000);
    assert_eq!(uses.items().filter(|item| !item.is_absent()).count(), 33);
    assert!(start.elapsed() < SLOW);
}

#[test]
fn aliases_do_not_nest_deeper_than_documents_may() {
    let mut text = String::from("- &a0 [x]\n");
    for level in 1..5000 {
        writeln!(text, "- &a{level} [*a{}]", level - 1).unwrap();
    }
    let (document, errors) = yaml::parse(&text);
    assert_eq!(errors[0].message, "aliases nest deeper than 512 levels");
    let deepest = document
        .root()
        .unwrap()
        .items()
        .map(|item| measure(item).1)
        .max();
    assert_eq!(deepest, Some(511));
}

#[test]
fn deep_nesting_is_an_error_and_costs_no_time() {
    let start = Instant::now();
    for unit in ["[", "{a: ", "- ", "? ", "{\"a\":", "[{"] {
        let text = unit.repeat(100_000);
        let (document, errors) = parse(&text);
        assert_eq!(errors.len(), 1, "{unit}");
        assert!(measure(document.root().unwrap()).1 <= 513, "{unit}");
    }
    assert!(start.elapsed() < SLOW);
}

#[test]
fn hostile_texts_are_read_in_linear_time() {
    let start = Instant::now();
    let many = |unit: &str| unit.repeat(30_000);
    let texts = [
        many("a: &a 1\n"),
        format!("a: &a 1\n{}", many("b: *a\n")),
        many("# c\n"),
        format!("a:\n{}- x", many("# c\n")),
        many("---\n&a x\n"),
        many("a: |\n\n"),
        many("- - x\n"),
        format!("a: {}", many("x\n  ")),
        format!("[{}]", many("'',")),
        format!("{{{}}}", many("\"a\":{},")),
        format!("{{{}", many("\"a\\u0041\":[],")),
        many("a:\n- x\n"),
        many("? a\n:\n- x\n"),
    ];
    for text in texts {
        let (document, _) = parse(&text);
        let _ = document.duplicate_keys();
    }
    assert!(start.elapsed() < SLOW);
}

#[test]
fn an_error_keeps_what_was_read_before() {
    let text = "a: 1\nb: [x, 'y\nc: 2\n";
    let (document, errors) = yaml::parse(text);
    assert_eq!(errors.len(), 1);
    let root = document.root().unwrap();
    assert_eq!(root.get("a").unwrap().text(), Some("1"));
    assert_eq!(slice(text, root.get("b").unwrap().span()), "[x");
    let (document, errors) = yaml::parse("a: 1\nb: 2\n c: 3\n");
    assert_eq!(errors.len(), 1);
    assert_eq!(document.root().unwrap().get("a").unwrap().text(), Some("1"));
}

#[test]
fn a_key_cut_off_before_its_value_has_an_absent_one() {
    let (document, errors) = json::parse("{\"a\": {\"b\": ");
    assert_eq!(errors.len(), 1);
    let b = document.root().unwrap().get("a").unwrap().get("b").unwrap();
    assert!(b.is_absent());
}

#[test]
fn control_characters_are_errors() {
    assert_eq!(yaml::parse("a: \0\n").1.len(), 1);
    assert_eq!(yaml::parse("a: \u{7}\n").1.len(), 1);
}

#[test]
fn tags_and_quotes_decide_what_a_scalar_means() {
    let document = good(
        "a: yes\nb: 'yes'\nc: !!str 1\nd: !!int 1\ne: !Ref 1\nf:\ng: !Ref\nh: [1]\ni: |\n  1\n",
    );
    let root = document.root().unwrap();
    let of = |key| root.get(key).unwrap().scalar(Dialect::CloudFormation);
    assert_eq!(of("a"), Some(Scalar::Bool(true)));
    assert_eq!(of("b"), Some(Scalar::String("yes")));
    assert_eq!(of("c"), Some(Scalar::String("1")));
    assert_eq!(of("d"), Some(Scalar::Number("1")));
    assert_eq!(of("e"), Some(Scalar::String("1")));
    assert_eq!(of("f"), Some(Scalar::Null));
    assert_eq!(of("g"), Some(Scalar::String("")));
    assert_eq!(of("h"), None);
    assert_eq!(of("i"), Some(Scalar::String("1\n")));
}

#[test]
fn relaxed_json_is_read_as_yaml() {
    assert_eq!(
        outline("{\"a\": [1, 2,], # c\n}"),
        "{«\"a\"»: [«1», «2»]«[1, 2,]»}«{\"a\": [1, 2,], # c\n}»"
    );
    let (_, errors) = parse("{\"a\": [1, 2}");
    assert_eq!(errors[0].message, "expected ',' or ']'");
}

/// Gives every scalar's source to the parser again and compares the texts.
fn reread(text: &str, node: NodeRef<'_>, count: &mut usize) {
    for item in node.items() {
        reread(text, item, count);
    }
    for (key, value) in node.entries() {
        reread(text, key, count);
        reread(text, value, count);
    }
    let Some(expected) = node.text() else { return };
    let again = format!("k: {}\n", slice(text, node.span()));
    let document = good(&again);
    let value = document.root().unwrap().get("k").unwrap();
    assert_eq!(value.tag(), node.tag());
    assert_eq!(value.is_absent(), node.is_absent());
    // A block scalar's span does not hold the blank lines behind it.
    let trimmed = |text: &str| match node.kind() {
        Kind::Scalar(Style::Block) => text.trim_end().to_owned(),
        _ => text.to_owned(),
    };
    assert_eq!(trimmed(value.text().unwrap()), trimmed(expected), "{again}");
    *count += 1;
}

#[test]
fn every_scalar_reads_the_same_from_its_span() {
    let texts = [
        "a: 1 # c\nb: 'it''s' # c\n\"c\\n\" : \"\\u00e9\\\n  x\"\n",
        "a: !Sub |  # c\n\n\n   ${A}\n\n   text\n\nb: !T 'x'\n? k k\n: - !Ref x\n  - - >-\n      folded\n      more\n",
        "k:\n- |\n x\n-\n- ''\n- ~\n- &a !T x\n- !T &b x\n- &c |+\n  keep\n\n\n- end\n",
        "{a: b, \"c\":d, 'e': [f, g: h, ], i: , ? j : k}\n",
        "# naïve 🚀\nk: naïve 🚀 # x\n🚀: [ '🚀' , \"\\U0001F680\" ]\r\nx: |\r\n  🚀\r\n  é\r\ny: 1\r\n",
        "a:\n  plain\n  over # c\nb: x:y#z\nc: -1\nd: -e\n",
        "url: http://a/b?c=d#e\ntime: 12:30:00\nstar: '*'\nat: '@'\nempty: \"\"\n",
        "--- !T\na: !!str\nb: !<tag:x,1:y> z\nc: ! x\n...\n--- |\n root\n",
        "{\"a\": \"\\ud83d\\ude80 \\\" \\\\ \\/ \\t\", \"b\": [1.50, -0, 1e-9, true, null, {}, []]}",
    ];
    let mut count = 0;
    for text in texts {
        for root in good(text).roots() {
            reread(text, root, &mut count);
        }
    }
    assert_eq!(count, 76);
}
