# METADATA
# scope: package
# title: Run tests, lint and security scans on every pull request
# description: |
#   TODO: one or two plain sentences: what goes wrong without it.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
# custom:
#   id: PIPE-012
#   slug: pull-requests-tested
#   family: PIPE
#   severity: medium
#   score: 5.2
#   formats: [github-workflow]
#   scope: unit
#   params: []
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3(2)", "SA-10(1)"]
#       pci_dss_4.0: ["6.2.3"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.25", "A.8.29"]
#   cwe: [] # TODO one or two, from MITRE
#   remediation:
#     github-workflow: "on: pull_request with test, lint and scan jobs."
#   peers:
package policies.pipe.pull_requests_tested
