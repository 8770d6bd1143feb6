//! What modules are compiled to.

use regorus::Value;
use regorus::unstable::{ArithOp, BinOp, BoolOp, Expr as Ast, Ref, Span};

use crate::builtin::Function;
use crate::pattern::{Literal, Search};

/// The place of a variable in its frame.
pub(crate) type Slot = usize;

/// The number of a rule.
pub(crate) type RuleId = usize;

/// An expression with one value, or none.
#[derive(Debug)]
pub(crate) enum Expr {
    Const(Value),
    Local(Slot),
    Input,
    Rule(RuleId),
    /// A literal key of a value.
    Field(Box<Expr>, Value),
    /// A computed key of a value.
    Index(Box<Expr>, Box<Expr>),
    Array(Vec<Expr>),
    Set(Vec<Expr>),
    Object(Vec<(Expr, Expr)>),
    ArrayOf(Box<Comprehension>),
    SetOf(Box<Comprehension>),
    ObjectOf(Box<ObjectComprehension>),
    Call(Box<Call>),
    Builtin(Box<BuiltinCall>),
    /// `object.get(object, key, default)`.
    Get(Box<BuiltinCall>),
    /// `count(collection)`.
    Count(Box<BuiltinCall>),
    /// `regex.match(pattern, text)` with a literal pattern.
    Matches(Literal, Box<BuiltinCall>),
    /// Any other search with a regular expression; the pattern where it is literal.
    Search(Search, Option<Literal>, Box<BuiltinCall>),
    Compare(BoolOp, Box<(Expr, Expr)>),
    Arith(ArithOp, Box<Infix>),
    Combine(BinOp, Box<Infix>),
    Member(Box<Member>),
}

impl Expr {
    /// Tells whether OPA evaluates this before the expression that it is an operand of.
    pub(crate) fn is_call(&self) -> bool {
        matches!(
            self,
            Self::Call(_)
                | Self::Builtin(_)
                | Self::Get(_)
                | Self::Count(_)
                | Self::Matches(..)
                | Self::Search(..)
                | Self::Compare(..)
                | Self::Arith(..)
                | Self::Combine(..)
                | Self::Member(_)
        )
    }
}

/// `[term | body]` or `{term | body}`.
#[derive(Debug)]
pub(crate) struct Comprehension {
    pub(crate) term: Expr,
    pub(crate) body: Body,
}

/// `{key: value | body}`.
#[derive(Debug)]
pub(crate) struct ObjectComprehension {
    pub(crate) key: Expr,
    pub(crate) value: Expr,
    pub(crate) body: Body,
    pub(crate) span: Span,
}

/// A call of a function of a module.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) function: RuleId,
    pub(crate) args: Vec<Expr>,
    pub(crate) span: Span,
}

/// A call of a builtin. regorus' builtins want the syntax of their arguments for their messages.
#[derive(Debug)]
pub(crate) struct BuiltinCall {
    pub(crate) function: Function,
    pub(crate) args: Vec<Expr>,
    pub(crate) written: Vec<Ref<Ast>>,
    pub(crate) span: Span,
}

/// Operands with their syntax.
#[derive(Debug)]
pub(crate) struct Infix {
    pub(crate) left: Expr,
    pub(crate) right: Expr,
    pub(crate) written: (Ref<Ast>, Ref<Ast>),
    pub(crate) span: Span,
}

/// `value in collection` or `key, value in collection`.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) key: Option<Expr>,
    pub(crate) value: Expr,
    pub(crate) collection: Expr,
}

/// What a value is matched with.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// Anything; it is not kept.
    Any,
    /// Anything; it is kept.
    Slot(Slot),
    /// This value.
    Equal(Value),
    /// An array of this length.
    Array(Vec<Pattern>),
    /// An object with just these keys.
    Object(Vec<(Value, Pattern)>),
}

/// A statement of a body.
#[derive(Debug)]
pub(crate) enum Stmt {
    /// The expression is neither undefined nor false.
    Holds(Expr),
    /// `not`: the expression is undefined or false.
    Fails(Expr),
    /// `pattern := value`.
    Bind { pattern: Pattern, value: Expr },
    /// `some key, value in collection`.
    Each {
        key: Pattern,
        value: Pattern,
        collection: Expr,
    },
    /// `every key, value in domain { body }`.
    Every {
        key: Pattern,
        value: Pattern,
        domain: Expr,
        body: Body,
    },
}

/// Statements that all hold.
pub(crate) type Body = Vec<Stmt>;

/// What a rule is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `p := v`.
    Complete,
    /// `p contains v`.
    Set,
    /// `p[k] := v`, or with more keys.
    Object,
    /// `p[k] contains v`, or with more keys.
    Sets,
    /// `f(x) := v`, with so many parameters.
    Function(usize),
}

/// What an arm gives when its body holds.
#[derive(Debug)]
pub(crate) enum Head {
    Value(Expr),
    Member(Expr),
    Entry(Vec<Expr>, Expr),
    EntryMember(Vec<Expr>, Expr),
}

/// A body and what it gives.
#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) body: Body,
    pub(crate) head: Head,
}

/// One definition of a rule: its arms are tried in turn, `else` after `else`.
#[derive(Debug)]
pub(crate) struct Clause {
    pub(crate) params: Vec<Pattern>,
    pub(crate) arms: Vec<Arm>,
    pub(crate) slots: usize,
    pub(crate) span: Span,
}
