//! Tokens to a syntax tree.

use super::lexer::{Token, tokens};
use super::{Comparison, Expr, Index, Literal};

/// How deep an expression may nest, as on GitHub.
const MAX_DEPTH: usize = 50;

/// Parses an expression (without its `${{ }}`). An error is the end of a sentence about it ("has …").
pub(in super::super) fn parse(text: &str) -> Result<Expr, String> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err("is empty".to_owned());
    }
    let mut parser = Parser {
        tokens: tokens.into_iter().peekable(),
        depth: 0,
    };
    let parsed = parser.alternatives()?;
    match parser.tokens.next() {
        None => Ok(parsed),
        Some(token) => Err(unexpected(&token)),
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    depth: usize,
}

type Parsed = Result<Expr, String>;

impl Parser {
    fn take(&mut self, sign: &'static str) -> bool {
        self.tokens.next_if_eq(&Token::Sign(sign)).is_some()
    }

    fn need(&mut self, sign: &'static str) -> Result<(), String> {
        if self.take(sign) {
            return Ok(());
        }
        Err(match self.tokens.peek() {
            Some(token) => unexpected(token),
            None => format!("ends before '{sign}'"),
        })
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("is nested more than {MAX_DEPTH} levels deep"));
        }
        Ok(())
    }

    fn alternatives(&mut self) -> Parsed {
        self.deeper()?;
        let mut items = vec![self.conjunction()?];
        while self.take("||") {
            items.push(self.conjunction()?);
        }
        self.depth -= 1;
        Ok(single_or(items, Expr::Or))
    }

    fn conjunction(&mut self) -> Parsed {
        let mut items = vec![self.equality()?];
        while self.take("&&") {
            items.push(self.equality()?);
        }
        Ok(single_or(items, Expr::And))
    }

    fn equality(&mut self) -> Parsed {
        let signs = [("==", Comparison::Equal), ("!=", Comparison::NotEqual)];
        self.comparison(&signs, Self::relation)
    }

    fn relation(&mut self) -> Parsed {
        let signs = [
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        self.comparison(&signs, Self::negation)
    }

    fn comparison(
        &mut self,
        signs: &[(&'static str, Comparison)],
        operand: impl Fn(&mut Self) -> Parsed,
    ) -> Parsed {
        let before = self.depth;
        let mut left = operand(self)?;
        while let Some((_, comparison)) = signs.iter().find(|(sign, _)| self.take(sign)) {
            self.deeper()?;
            left = Expr::Compare(*comparison, Box::new(left), Box::new(operand(self)?));
        }
        self.depth = before;
        Ok(left)
    }

    fn negation(&mut self) -> Parsed {
        if !self.take("!") {
            return self.postfix();
        }
        self.deeper()?;
        let inner = self.negation()?;
        self.depth -= 1;
        Ok(Expr::Not(Box::new(inner)))
    }

    fn postfix(&mut self) -> Parsed {
        let before = self.depth;
        let mut base = self.primary()?;
        loop {
            let index = if self.take(".") {
                self.property()?
            } else if self.take("[") {
                self.index()?
            } else {
                break;
            };
            self.deeper()?;
            base = Expr::Access(Box::new(base), index);
        }
        self.depth = before;
        Ok(base)
    }

    fn property(&mut self) -> Result<Index, String> {
        match self.tokens.next() {
            Some(Token::Name(name)) => Ok(Index::Property(name)),
            Some(Token::Sign("*")) => Ok(Index::Star),
            Some(token) => Err(unexpected(&token)),
            None => Err("ends with a '.'".to_owned()),
        }
    }

    fn index(&mut self) -> Result<Index, String> {
        if self.take("*") {
            self.need("]")?;
            return Ok(Index::Star);
        }
        let inner = self.alternatives()?;
        self.need("]")?;
        Ok(match inner {
            Expr::Literal(Literal::String(key)) => Index::Property(key),
            Expr::Literal(Literal::Number(number)) => {
                Index::Property(super::value::number_text(number))
            }
            other => Index::Dynamic(Box::new(other)),
        })
    }

    fn primary(&mut self) -> Parsed {
        match self.tokens.next() {
            Some(Token::String(text)) => Ok(Expr::Literal(Literal::String(text))),
            Some(Token::Number(number)) => Ok(Expr::Literal(Literal::Number(number))),
            Some(Token::Name(name)) => self.named(&name),
            Some(Token::Sign("(")) => {
                let inner = self.alternatives()?;
                self.need(")")?;
                Ok(inner)
            }
            Some(token) => Err(unexpected(&token)),
            None => Err("ends where a value is needed".to_owned()),
        }
    }

    fn named(&mut self, name: &str) -> Parsed {
        let literal = match name {
            "null" => Literal::Null,
            "true" => Literal::Bool(true),
            "false" => Literal::Bool(false),
            "NaN" => Literal::Number(f64::NAN),
            "Infinity" => Literal::Number(f64::INFINITY),
            _ if self.take("(") => return self.call(name),
            _ => return Ok(Expr::Name(name.to_lowercase())),
        };
        Ok(Expr::Literal(literal))
    }

    fn call(&mut self, name: &str) -> Parsed {
        let mut items = Vec::new();
        if !self.take(")") {
            items.push(self.alternatives()?);
            while self.take(",") {
                items.push(self.alternatives()?);
            }
            self.need(")")?;
        }
        Ok(Expr::Call(name.to_lowercase(), items))
    }
}

fn single_or(mut items: Vec<Expr>, many: impl Fn(Vec<Expr>) -> Expr) -> Expr {
    match items.pop() {
        Some(only) if items.is_empty() => only,
        Some(last) => {
            items.push(last);
            many(items)
        }
        None => many(items),
    }
}

fn unexpected(token: &Token) -> String {
    match token {
        Token::Name(name) => format!("has the unexpected name '{name}'"),
        Token::Number(number) => format!("has the unexpected number '{number}'"),
        Token::String(text) => format!("has the unexpected string '{text}'"),
        Token::Sign(sign) => format!("has an unexpected '{sign}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Expr {
        Expr::Name(text.to_owned())
    }

    #[test]
    fn conjunction_binds_tighter_than_alternation() {
        assert_eq!(
            parse("a && b || c"),
            Ok(Expr::Or(vec![
                Expr::And(vec![name("a"), name("b")]),
                name("c")
            ]))
        );
    }

    #[test]
    fn relations_bind_tighter_than_equality() {
        let relation = Expr::Compare(Comparison::Less, Box::new(name("b")), Box::new(name("c")));
        assert_eq!(
            parse("a == b < c"),
            Ok(Expr::Compare(
                Comparison::Equal,
                Box::new(name("a")),
                Box::new(relation)
            ))
        );
    }

    #[test]
    fn keywords_are_case_sensitive_and_names_are_not() {
        assert_eq!(parse("true"), Ok(Expr::Literal(Literal::Bool(true))));
        assert_eq!(parse("True"), Ok(name("true")));
        assert_eq!(parse("GITHUB"), Ok(name("github")));
    }

    #[test]
    fn errors_are_ends_of_sentences() {
        assert_eq!(parse(" "), Err("is empty".to_owned()));
        assert_eq!(
            parse("a &&"),
            Err("ends where a value is needed".to_owned())
        );
        assert_eq!(parse("a b"), Err("has the unexpected name 'b'".to_owned()));
        assert_eq!(parse("f(a"), Err("ends before ')'".to_owned()));
        assert_eq!(
            parse("a = b"),
            Err("has the unexpected character '='".to_owned())
        );
    }

    #[test]
    fn hostile_nesting_is_an_error() {
        for text in [
            "(".repeat(20_000),
            "!".repeat(20_000),
            format!("a{}", ".b".repeat(10_000)),
            format!("a{}", "==b".repeat(6_000)),
            format!("a{}", "[b".repeat(6_000)),
        ] {
            assert!(parse(&text).is_err());
        }
        assert!(parse(&format!("a{}", "||b".repeat(6_000))).is_ok());
    }
}
