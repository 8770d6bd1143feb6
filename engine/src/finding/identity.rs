//! What makes two findings the same one.

use crate::artifact::sha256_hex;

/// Returns the identity of a finding: sha256 of the rule, the file, the resource and the defect (the property path
/// where there is no defect key), separated by NUL, in lower-case hex. It names no line, so it survives moves.
pub fn identity(rule: &str, uri: &str, address: &str, defect: &str, path: &str) -> String {
    let what = if defect.is_empty() { path } else { defect };
    sha256_hex([rule, uri, address, what].join("\0").as_bytes())
}

/// Returns the identity of a finding in one of the ways in which its template is called. `way` names the calls.
pub fn identity_within(identity: &str, way: &str) -> String {
    sha256_hex([identity, way].join("\0").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_counts_only_where_there_is_no_defect_key() {
        let with_key = identity("NET-009", "a.yaml", "Web", "tcp/22/0.0.0.0/0", "Ingress[0]");
        assert_eq!(
            with_key,
            identity("NET-009", "a.yaml", "Web", "tcp/22/0.0.0.0/0", "Ingress[7]")
        );
        assert_ne!(
            identity("KMS-001", "a.yaml", "Logs", "", "A"),
            identity("KMS-001", "a.yaml", "Logs", "", "B")
        );
    }
}
