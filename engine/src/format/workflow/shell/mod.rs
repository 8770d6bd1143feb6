//! POSIX-like shell text as a list of simple commands.
//!
//! A small tokenizer, not a shell: it knows quoting, here-documents, substitutions, groups and keywords well enough to
//! say which programs a script runs, with which words, joined how. It reads each byte a bounded number of times, never
//! fails, and treats what it does not understand as text. `${{ … }}` is one opaque piece of a word.

mod redirect;
mod scan;
mod word;

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Word {
    /// Its text without quotes; substitutions and `${{ }}` keep theirs.
    pub(super) text: String,
    /// Whether any of it is quoted.
    pub(super) quoted: bool,
    /// Its bytes in the script.
    pub(super) start: usize,
    /// The offset after it.
    pub(super) end: usize,
}

/// A redirection of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redirect {
    /// The operator (`>`, `>>`, `<`, `<<`, `<<<`, `&>`, `2>`).
    pub(super) operator: String,
    /// Where to, or the end word of a here-document.
    pub(super) target: String,
    /// The text of a here-document.
    pub(super) body: Option<String>,
}

/// A simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Simple {
    /// Its words, assignments in front included.
    pub(super) words: Vec<Word>,
    /// Its redirections.
    pub(super) redirects: Vec<Redirect>,
    /// What joins it to the next command: `;` (a line end too), `&&`, `||`, `|`, `&`; `None` for the last.
    pub(super) operator: Option<&'static str>,
    /// Its bytes in the script.
    pub(super) start: usize,
    /// The offset after it.
    pub(super) end: usize,
    /// How many substitutions and groups it stands in.
    pub(super) depth: usize,
    /// How many of these are substitutions.
    pub(super) substitutions: usize,
    /// Whether it is the condition of `if`, `elif`, `while` or `until`.
    pub(super) condition: bool,
    /// Whether `!` stands before it.
    pub(super) negated: bool,
    /// The function it is defined in.
    pub(super) function: Option<String>,
}

/// Splits a script into its simple commands, in source order, nested ones behind what contains them.
pub(super) fn commands(script: &str) -> Vec<Simple> {
    scan::Scanner::new(script).run()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes commands as `word,word` and the operator behind them.
    fn shown(script: &str) -> Vec<String> {
        commands(script)
            .iter()
            .map(|command| {
                let words: Vec<&str> = command.words.iter().map(|word| &*word.text).collect();
                let operator = command.operator.unwrap_or_default();
                format!("{} {operator}", words.join(","))
                    .trim_end()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn operators_separate_commands() {
        assert_eq!(
            shown("a 1 && b || c; d | e & f\ng\n"),
            ["a,1 &&", "b ||", "c ;", "d |", "e &", "f ;", "g"]
        );
    }

    #[test]
    fn continuations_join_lines_and_comments_vanish() {
        assert_eq!(
            shown("# first\naws ecs \\\n  update # no\n"),
            ["aws,ecs,update"]
        );
        assert_eq!(shown("echo a#b '#c'"), ["echo,a#b,#c"]);
    }

    #[test]
    fn quotes_are_removed_and_their_operators_kept() {
        assert_eq!(
            shown(r#"echo 'a && b' "c; d \" e" $'f\'g\n' h\ i"#),
            ["echo,a && b,c; d \" e,f'g\n,h i"]
        );
    }

    #[test]
    fn substitutions_hold_commands() {
        assert_eq!(
            shown("x=$(aws sts get | jq .a) && y=\"$(date)\" z=`id -u`"),
            [
                "x=$(aws sts get | jq .a) &&",
                "aws,sts,get |",
                "jq,.a",
                "y=\"$(date)\",z=`id -u`",
                "date",
                "id,-u"
            ]
            .map(|text| text.replace("y=\"$(date)\"", "y=$(date)"))
        );
        assert_eq!(shown("diff <(a 1) >(b)"), ["diff,<(a 1),>(b)", "a,1", "b"]);
    }

    #[test]
    fn workflow_expressions_are_part_of_a_word() {
        assert_eq!(
            shown("echo ${{ a && 'b' || 'c' }}-x; d '${{ e }}'"),
            ["echo,${{ a && 'b' || 'c' }}-x ;", "d,${{ e }}"]
        );
    }

    #[test]
    fn here_documents_are_bodies() {
        let found = commands("cat <<EOF > f && next\nrm -rf /\nEOF\nlast <<-'X'\n\tb\n\tX\n");
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].redirects[0].body.as_deref(), Some("rm -rf /\n"));
        assert_eq!(found[0].redirects[1].target, "f");
        assert_eq!(found[0].operator, Some("&&"));
        assert_eq!(found[2].redirects[0].body.as_deref(), Some("\tb\n"));
        assert_eq!(found[2].operator, None);
    }

    #[test]
    fn keywords_are_no_commands() {
        assert_eq!(
            shown(
                "if test -f a; then b; elif c; then d; else e; fi\nfor i in 1 $(ls); do f $i; done"
            ),
            ["test,-f,a ;", "b ;", "c ;", "d ;", "e ;", "ls", "f,$i"]
        );
        assert_eq!(
            shown("while read -r x; do y; done < file"),
            ["read,-r,x ;", "y"]
        );
        assert_eq!(
            shown("! grep x && { a; b; } || (c; d) | e"),
            ["grep,x &&", "a ;", "b ||", "c ;", "d |", "e"]
        );
        assert_eq!(shown("echo if then"), ["echo,if,then"]);
    }

    #[test]
    fn conditions_and_negations_are_marked() {
        let found = commands("if ! a && b; then c; fi; d");
        let marks: Vec<_> = found.iter().map(|c| (c.condition, c.negated)).collect();
        assert_eq!(
            marks,
            [(true, true), (true, false), (false, false), (false, false)]
        );
    }

    #[test]
    fn case_patterns_are_no_commands() {
        assert_eq!(
            shown("case \"$x\" in\n  a|b) one ;;\n  (c) two; three ;;\n  *) four\nesac\nfive"),
            ["one ;", "two ;", "three ;", "four ;", "five"]
        );
        assert_eq!(
            shown("y=$(case $x in a) one;; esac)\nz"),
            ["y=$(case $x in a) one;; esac) ;", "one", "z"]
        );
    }

    #[test]
    fn functions_name_their_commands() {
        let found = commands("deploy() {\n  aws x\n}\nfunction other { b; }\ndeploy || true");
        let functions: Vec<_> = found.iter().map(|c| c.function.as_deref()).collect();
        assert_eq!(functions, [Some("deploy"), Some("other"), None, None]);
    }

    #[test]
    fn the_operator_behind_a_group_belongs_to_its_last_command() {
        assert_eq!(shown("(a; b) || true"), ["a ;", "b ||", "true"]);
        assert_eq!(shown("if a; then b; fi || true"), ["a ;", "b ||", "true"]);
    }

    #[test]
    fn tests_and_arithmetic_hide_their_operators() {
        assert_eq!(
            shown(
                "[[ $a == b && $c > d ]] && e; (( i++ )); echo $((1 << 2)) ${x:-$(f)} ${y//a;/b}"
            ),
            [
                "[[,$a,==,b,&&,$c,>,d,]] &&",
                "e ;",
                "echo,$((1 << 2)),${x:-$(f)},${y//a;/b}",
                "f"
            ]
        );
    }

    #[test]
    fn redirections_are_no_words() {
        let found = commands("a 2>&1 >/dev/null x 2> err >> \"$GITHUB_ENV\" <<< word &>all");
        let words: Vec<_> = found[0].words.iter().map(|word| &*word.text).collect();
        assert_eq!(words, ["a", "x"]);
        let redirects: Vec<_> = found[0]
            .redirects
            .iter()
            .map(|redirect| format!("{} {}", redirect.operator, redirect.target))
            .collect();
        assert_eq!(
            redirects,
            [
                "2>& 1",
                "> /dev/null",
                "2> err",
                ">> $GITHUB_ENV",
                "<<< word",
                "&> all"
            ]
        );
    }

    #[test]
    fn redirections_behind_a_group_belong_to_its_commands() {
        for script in [
            "{ echo a; echo \"$(b)\"; } >> \"$GITHUB_ENV\"",
            "(echo a; echo $(b)) >>$GITHUB_ENV && c",
            "for i in 1; do echo a; echo `b`; done >> $GITHUB_ENV",
        ] {
            let found = commands(script);
            let targets: Vec<_> = found.iter().map(|c| c.redirects.len()).collect();
            assert_eq!(targets.get(..3), Some([1, 1, 0].as_slice()), "{script}");
            assert_eq!(found[0].redirects[0].target, "$GITHUB_ENV");
        }
    }

    #[test]
    fn array_assignments_are_one_word() {
        assert_eq!(
            shown("a=(x y; z) b; c+=(\"$d\")"),
            ["a=(x y; z),b ;", "c+=(\"$d\")"]
        );
    }

    #[test]
    fn the_source_of_a_command_is_a_slice_of_the_script() {
        let script = "  A=1 sudo aws s3 cp \"a b\" c >x && done_";
        let found = commands(script);
        assert_eq!(
            &script[found[0].start..found[0].end],
            "A=1 sudo aws s3 cp \"a b\" c >x"
        );
    }

    #[test]
    fn hostile_scripts_end() {
        let pieces = [
            "$(",
            "`",
            "\"",
            "'",
            "${",
            "${{",
            "((",
            "(",
            ")",
            "<<EOF\n",
            "<<",
            "case x in ",
            ";;",
            "\\",
            "{",
            "}",
            "if ",
            "fi",
            "[[ ",
            "é",
            "\u{0}",
            "$'",
            "<(",
            "esac",
            "|",
            "&",
            "!",
            "\n",
            "a=(",
            "function ",
            "f()",
        ];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let script = [first, second, third, first, second].concat();
                    for command in commands(&script) {
                        assert!(
                            script.get(command.start..command.end).is_some(),
                            "{script:?}"
                        );
                    }
                }
            }
            commands(&first.repeat(20_000));
        }
    }
}
