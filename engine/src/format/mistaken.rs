//! Files that people give for a plan, and how they get the plan.
//!
//! Knows what the tools write by the first bytes; it must not know what is done about it.

/// How much of a text is looked at.
const HEAD: usize = 4096;

/// What is given in place of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistaken {
    /// A plan as `terraform plan -out` writes it: a zip archive.
    BinaryPlan,
    /// The log of `terraform plan -json`.
    Log,
    /// A state as Terraform stores it.
    StateFile,
    /// A plan or state that `OpenTofu` encrypted.
    Encrypted,
}

impl Mistaken {
    /// Recognises the bytes of a binary plan: an archive whose first entry is one that Terraform writes.
    pub fn binary(bytes: &[u8]) -> Option<Self> {
        // The local file header of a zip archive: its signature, at 26 the length of the name, at 30 the name.
        let length = bytes.get(26..28)?.try_into().ok()?;
        let name = bytes
            .get(30..)?
            .get(..usize::from(u16::from_le_bytes(length)))?;
        let is_plan = bytes.starts_with(b"PK\x03\x04") && name.starts_with(b"tf");
        is_plan.then_some(Self::BinaryPlan)
    }

    /// Recognises a text.
    pub fn text(text: &str) -> Option<Self> {
        let head = text.get(..text.floor_char_boundary(HEAD))?.trim_start();
        let has =
            |keys: &[&str]| head.starts_with('{') && keys.iter().all(|key| head.contains(key));
        if has(&["\"@level\"", "\"@module\""]) {
            Some(Self::Log)
        } else if has(&["\"encrypted_data\"", "\"encryption_version\""]) {
            Some(Self::Encrypted)
        } else if has(&["\"version\"", "\"terraform_version\"", "\"lineage\""]) {
            Some(Self::StateFile)
        } else {
            None
        }
    }

    /// Says what it is and how it becomes a plan, as the end of a sentence about the file.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::BinaryPlan => {
                "is a binary plan, which only Terraform can read: write it as JSON with \
                 'terraform show -json PLAN > plan.json', and scan that"
            }
            Self::Log => {
                "is the log of 'terraform plan -json', not the plan: run 'terraform plan -out=PLAN' and \
                 'terraform show -json PLAN > plan.json', and scan that"
            }
            Self::StateFile => {
                "is a state as Terraform stores it: write it as JSON with 'terraform show -json > state.json', and \
                 scan that"
            }
            Self::Encrypted => {
                "is encrypted: write it as JSON with 'tofu show -json PLAN > plan.json', and scan that"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_plan_is_an_archive_of_terraforms() {
        let archive = |name: &str| {
            let mut bytes = b"PK\x03\x04".to_vec();
            bytes.extend([0; 22]);
            bytes.extend([u8::try_from(name.len()).unwrap(), 0, 0, 0]);
            bytes.extend(name.as_bytes());
            bytes
        };
        assert_eq!(
            Mistaken::binary(&archive("tfplan")),
            Some(Mistaken::BinaryPlan)
        );
        assert_eq!(
            Mistaken::binary(&archive("tfconfig/m-/main.tf")),
            Some(Mistaken::BinaryPlan)
        );
        assert_eq!(Mistaken::binary(&archive("index.js")), None);
        assert_eq!(Mistaken::binary(b"PK\x03\x04"), None);
    }

    #[test]
    fn what_is_no_plan_is_known_by_its_keys() {
        let cases = [
            (
                r#"{"@level":"info","@message":"Terraform 1.11.4","@module":"terraform.ui"}"#,
                Some(Mistaken::Log),
            ),
            (
                r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x"}"#,
                Some(Mistaken::StateFile),
            ),
            (
                r#"{"serial":1,"meta":{},"encrypted_data":"x","encryption_version":"v0"}"#,
                Some(Mistaken::Encrypted),
            ),
            (r#"{"version": 4}"#, None),
            ("a \"lineage\" of \"version\" \"terraform_version\"", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Mistaken::text(text), expected, "{text}");
        }
    }
}
