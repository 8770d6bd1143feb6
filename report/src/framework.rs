//! The frameworks that controls serve, as people know them.

use std::collections::BTreeMap;

use ordinance_engine::policy::Mapping;

/// A framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Framework {
    /// The key in METADATA (`nist_800_53_r5`).
    pub(crate) key: &'static str,
    /// The name without spaces (`NIST-800-53-r5`).
    pub(crate) name: &'static str,
    /// The name for people.
    pub(crate) title: &'static str,
    /// Who publishes it.
    pub(crate) organization: &'static str,
    /// Where.
    pub(crate) uri: &'static str,
    /// A GUID that never changes.
    pub(crate) guid: &'static str,
}

/// Returns the framework of a key, where it is one we know.
pub(crate) fn of(key: &str) -> Option<&'static Framework> {
    FRAMEWORKS.iter().find(|framework| framework.key == key)
}

/// Returns the title of a key, or the key itself.
pub(crate) fn title(key: &str) -> &str {
    of(key).map_or(key, |framework| framework.title)
}

/// Returns a line for each framework: its title and the requirements.
pub(crate) fn lines<'a>(mappings: impl IntoIterator<Item = &'a Mapping>) -> Vec<String> {
    grouped(mappings)
        .into_iter()
        .map(|(key, ids)| format!("{}: {}", title(key), ids.join(", ")))
        .collect()
}

/// Returns the requirements of each framework, by its key.
pub(crate) fn grouped<'a>(
    mappings: impl IntoIterator<Item = &'a Mapping>,
) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut ids: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for mapping in mappings {
        ids.entry(&mapping.framework).or_default().push(&mapping.id);
    }
    ids
}

const FRAMEWORKS: [Framework; 8] = [
    Framework {
        key: "aws_fsbp",
        name: "AWS-FSBP",
        title: "AWS Foundational Security Best Practices",
        organization: "Amazon Web Services",
        uri: "https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html",
        guid: "6c1b6b0e-58c4-4c0e-9c0a-3d1f4f3a7b01",
    },
    Framework {
        key: "cis_aws_3.0",
        name: "CIS-AWS-3.0",
        title: "CIS AWS Foundations Benchmark 3.0",
        organization: "Center for Internet Security",
        uri: "https://www.cisecurity.org/benchmark/amazon_web_services",
        guid: "b5a2a2c5-0d5e-4b57-8f0e-7c9b6c1d2e02",
    },
    Framework {
        key: "cis_aws_5.0",
        name: "CIS-AWS-5.0",
        title: "CIS AWS Foundations Benchmark 5.0",
        organization: "Center for Internet Security",
        uri: "https://www.cisecurity.org/benchmark/amazon_web_services",
        guid: "3f8f0f6a-2f0b-4a3c-a6b5-91d0e4c75a03",
    },
    Framework {
        key: "hipaa",
        name: "HIPAA",
        title: "HIPAA Security Rule",
        organization: "US Department of Health and Human Services",
        uri: "https://www.hhs.gov/hipaa/for-professionals/security/index.html",
        guid: "e0b5d7a4-96a1-4f3f-8f58-0b7a3c6e9d04",
    },
    Framework {
        key: "iso_27001_2022",
        name: "ISO-27001-2022",
        title: "ISO/IEC 27001:2022",
        organization: "ISO/IEC",
        uri: "https://www.iso.org/standard/27001",
        guid: "1d9e4c73-5b0d-4e86-b8d9-52f7a1c30e05",
    },
    Framework {
        key: "nist_800_53_r5",
        name: "NIST-800-53-r5",
        title: "NIST SP 800-53 Rev. 5",
        organization: "NIST",
        uri: "https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final",
        guid: "9a6f3d18-7c42-4d1b-92e3-c48b05f7da06",
    },
    Framework {
        key: "pci_dss_4.0",
        name: "PCI-DSS-4.0",
        title: "PCI DSS 4.0",
        organization: "PCI Security Standards Council",
        uri: "https://www.pcisecuritystandards.org/document_library/",
        guid: "47c8e2b9-1a5f-4b60-a7d4-e93f6c0b8107",
    },
    Framework {
        key: "soc2",
        name: "SOC-2",
        title: "SOC 2 Trust Services Criteria",
        organization: "AICPA",
        uri: "https://www.aicpa-cima.com/topic/audit-assurance/audit-and-assurance-greater-than-soc-2",
        guid: "d27a91e5-8e3c-4f94-b1c6-06a5e8f4bc08",
    },
];

#[cfg(test)]
mod tests {
    use super::{FRAMEWORKS, of, title};

    #[test]
    fn frameworks_are_sorted_and_their_guids_differ() {
        assert!(FRAMEWORKS.windows(2).all(|pair| pair[0].key < pair[1].key));
        let guids: std::collections::BTreeSet<_> =
            FRAMEWORKS.iter().map(|framework| framework.guid).collect();
        assert_eq!(guids.len(), FRAMEWORKS.len());
    }

    #[test]
    fn an_unknown_framework_is_called_by_its_key() {
        assert_eq!(title("soc2"), "SOC 2 Trust Services Criteria");
        assert_eq!(title("house_rules"), "house_rules");
        assert!(of("house_rules").is_none());
    }
}
