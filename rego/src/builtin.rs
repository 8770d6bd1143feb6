//! The builtins of regorus by name.

use regorus::Value;
use regorus::unstable::{BUILTINS, BuiltinFcn, Expr as Ast, Ref, Span, must_cache};

use crate::bounds;
use crate::error::Error;

/// A builtin.
#[derive(Clone, Copy)]
pub(crate) struct Function {
    name: &'static str,
    call: BuiltinFcn,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Function {
    /// Finds a builtin whose answer depends on its arguments alone.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let (name, call) = BUILTINS.get_key_value(name)?;
        must_cache(name)
            .is_none()
            .then_some(Self { name, call: *call })
    }

    /// Evaluates the builtin; what it cannot do is an error.
    pub(crate) fn call(
        self,
        span: &Span,
        written: &[Ref<Ast>],
        args: &[Value],
    ) -> Result<Value, Error> {
        if let Some(reason) = bounds::refused(self.name, args) {
            return Err(Error::at(span, &reason));
        }
        let (function, _) = self.call;
        function(span, written, args, true).map_err(Error::of)
    }
}
