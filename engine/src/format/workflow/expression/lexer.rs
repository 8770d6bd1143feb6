//! Tokens of an expression.

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name: letters, digits, `_` and `-`.
    Name(String),
    /// A number.
    Number(f64),
    /// A string, unescaped.
    String(String),
    /// An operator or a bracket.
    Sign(&'static str),
}

/// Longer signs come before their prefixes.
const SIGNS: [&str; 16] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ",", ".", "*",
];

/// The longest expression that GitHub accepts.
const MAX_LENGTH: usize = 21_000;

/// Splits an expression into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    if text.len() > MAX_LENGTH {
        return Err(format!("is longer than {MAX_LENGTH} characters"));
    }
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        // A dot behind a name, a bracket or a star is an access; else it may begin a number.
        let operand_before = matches!(
            found.last(),
            Some(Token::Name(_) | Token::String(_) | Token::Sign(")" | "]" | "*"))
        );
        let (token, length) = match first {
            '\'' => string(rest)?,
            '0'..='9' | '+' | '-' => number(rest)?,
            '.' if !operand_before => number(rest)?,
            'a'..='z' | 'A'..='Z' | '_' => name(rest),
            _ => sign(rest)?,
        };
        found.push(token);
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(found)
}

fn string(text: &str) -> Result<(Token, usize), String> {
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != '\'' {
            value.push(character);
        } else if characters.next_if(|(_, next)| *next == '\'').is_some() {
            value.push('\'');
        } else {
            return Ok((Token::String(value), at + 1));
        }
    }
    Err("has a string without its closing quote".to_owned())
}

/// The characters of a number end where an operand does.
fn number(text: &str) -> Result<(Token, usize), String> {
    let length = text
        .char_indices()
        .find(|(at, character)| {
            let sign_of_exponent =
                matches!(character, '+' | '-') && (*at == 0 || text[..*at].ends_with(['e', 'E']));
            !(character.is_ascii_alphanumeric() || *character == '.' || sign_of_exponent)
        })
        .map_or(text.len(), |(at, _)| at);
    let written = &text[..length];
    super::value::number_of(written)
        .filter(|value| !value.is_nan())
        .map(|value| (Token::Number(value), length.max(1)))
        .ok_or_else(|| format!("has the malformed number '{written}'"))
}

fn name(text: &str) -> (Token, usize) {
    let length = text
        .find(|character: char| {
            !(character.is_ascii_alphanumeric() || matches!(character, '_' | '-'))
        })
        .unwrap_or(text.len());
    (Token::Name(text[..length].to_owned()), length)
}

fn sign(text: &str) -> Result<(Token, usize), String> {
    SIGNS
        .iter()
        .find(|sign| text.starts_with(**sign))
        .map(|sign| (Token::Sign(sign), sign.len()))
        .ok_or_else(|| match text.chars().next() {
            Some('"') => "has a double quote: strings stand in single quotes".to_owned(),
            Some(other) => format!("has the unexpected character '{other}'"),
            None => "ends too early".to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_be_hexadecimal_or_have_an_exponent() {
        assert_eq!(
            tokens("0xfF -9.2 -2.99e-2 .5"),
            Ok(vec![
                Token::Number(255.0),
                Token::Number(-9.2),
                Token::Number(-0.0299),
                Token::Number(0.5)
            ])
        );
        assert!(tokens("1.2.3").is_err());
    }

    #[test]
    fn a_doubled_quote_is_one() {
        assert_eq!(
            tokens("'it''s'"),
            Ok(vec![Token::String("it's".to_owned())])
        );
        assert!(tokens("'open").is_err());
    }

    #[test]
    fn double_quotes_are_explained() {
        assert_eq!(
            tokens("\"a\""),
            Err("has a double quote: strings stand in single quotes".to_owned())
        );
    }
}
