//! What plain scalars mean.
//!
//! CloudFormation reads YAML 1.1 (its documentation says so, and `AWSTemplateFormatVersion: 2010-09-09` is a string
//! all the same), GitHub Actions reads the core schema of YAML 1.2. A number keeps its text, so that `1.10` stays
//! what it is, and what only looks like a number stays text: an account id with leading zeros, a date, a time.

/// Which rules decide the type of a plain scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// CloudFormation: YAML 1.1 booleans, yet dates, times, octals and numbers with leading zeros stay text.
    CloudFormation,
    /// GitHub Actions: the YAML 1.2 core schema.
    Core,
    /// JSON.
    Json,
}

/// A scalar's meaning. Numbers are kept as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// Nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, in a form that JSON accepts.
    Number(&'a str),
    /// Text.
    String(&'a str),
}

/// Resolves the text of a plain scalar.
pub fn resolve(text: &str, dialect: Dialect) -> Scalar<'_> {
    if let Some(scalar) = word(text, dialect) {
        return scalar;
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if is_number(unsigned) {
        Scalar::Number(text)
    } else {
        Scalar::String(text)
    }
}

/// Returns the meaning of a text that stands for null or a boolean.
fn word(text: &str, dialect: Dialect) -> Option<Scalar<'_>> {
    let yaml = dialect != Dialect::Json;
    let old_yaml = dialect == Dialect::CloudFormation;
    match text {
        "null" => Some(Scalar::Null),
        "true" => Some(Scalar::Bool(true)),
        "false" => Some(Scalar::Bool(false)),
        "" | "~" | "Null" | "NULL" if yaml => Some(Scalar::Null),
        "True" | "TRUE" if yaml => Some(Scalar::Bool(true)),
        "False" | "FALSE" if yaml => Some(Scalar::Bool(false)),
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" if old_yaml => Some(Scalar::Bool(true)),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" if old_yaml => Some(Scalar::Bool(false)),
        _ => None,
    }
}

/// Tells whether the text is a number of JSON, sign apart (RFC 8259 §6).
///
/// The other forms of YAML (`0x1F`, `0o17`, `+1`, `.5`, `1.`, `.inf`) stay text: JSON cannot say them as written.
fn is_number(text: &str) -> bool {
    let (integer, rest) = split_digits(text);
    if integer.is_empty() || (integer.len() > 1 && integer.starts_with('0')) {
        return false;
    }
    let rest = match rest.strip_prefix('.') {
        Some(behind) => match split_digits(behind) {
            ("", _) => return false,
            (_, rest) => rest,
        },
        None => rest,
    };
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else {
        return rest.is_empty();
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    matches!(split_digits(exponent), (digits, "") if !digits.is_empty())
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Dialect; 3] = [Dialect::CloudFormation, Dialect::Core, Dialect::Json];

    #[test]
    fn what_json_writes_means_the_same_everywhere() {
        for dialect in ALL {
            assert_eq!(resolve("null", dialect), Scalar::Null);
            assert_eq!(resolve("true", dialect), Scalar::Bool(true));
            assert_eq!(resolve("false", dialect), Scalar::Bool(false));
            for number in ["0", "-1", "1.5", "1e9", "-0.25E-3", "10"] {
                assert_eq!(resolve(number, dialect), Scalar::Number(number));
            }
        }
    }

    #[test]
    fn a_number_keeps_its_text() {
        assert_eq!(
            resolve("1.10", Dialect::CloudFormation),
            Scalar::Number("1.10")
        );
        let long = "123456789012345678901234567890";
        assert_eq!(resolve(long, Dialect::Core), Scalar::Number(long));
    }

    #[test]
    fn cloudformation_has_the_booleans_of_yaml_1_1() {
        let of = |text| resolve(text, Dialect::CloudFormation);
        for yes in ["True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"] {
            assert_eq!(of(yes), Scalar::Bool(true), "{yes}");
        }
        for no in ["False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"] {
            assert_eq!(of(no), Scalar::Bool(false), "{no}");
        }
        for text in ["tRUE", "yEs", "y", "n", "Y", "N"] {
            assert_eq!(of(text), Scalar::String(text));
        }
    }

    #[test]
    fn the_core_schema_leaves_on_and_off_alone() {
        for text in ["on", "off", "yes", "no", "On", "NO"] {
            assert_eq!(resolve(text, Dialect::Core), Scalar::String(text));
        }
        assert_eq!(resolve("True", Dialect::Core), Scalar::Bool(true));
        assert_eq!(resolve("FALSE", Dialect::Core), Scalar::Bool(false));
    }

    #[test]
    fn nothing_is_null_in_yaml() {
        for dialect in [Dialect::CloudFormation, Dialect::Core] {
            for text in ["", "~", "Null", "NULL"] {
                assert_eq!(resolve(text, dialect), Scalar::Null);
            }
            assert_eq!(resolve("nULL", dialect), Scalar::String("nULL"));
        }
        assert_eq!(resolve("~", Dialect::Json), Scalar::String("~"));
    }

    #[test]
    fn what_only_looks_like_a_number_stays_text() {
        let looks = [
            "2010-09-09",
            "000123456789",
            "012",
            "00",
            "-01",
            "12:30",
            "12:30:00",
            "1_000",
            "0x1F",
            "0o17",
            "0b1",
            "+1",
            ".5",
            "1.",
            "1.e3",
            "1e",
            "1e+",
            ".inf",
            "-.inf",
            ".nan",
            "-",
            "--1",
            "1.2.3",
            "10.0.0.0/8",
            "1 2",
            "\u{661}",
        ];
        for dialect in ALL {
            for text in looks {
                assert_eq!(resolve(text, dialect), Scalar::String(text));
            }
        }
    }
}
