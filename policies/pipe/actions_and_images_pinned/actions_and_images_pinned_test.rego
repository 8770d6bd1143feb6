package policies.pipe.actions_and_images_pinned_test

import data.policies.pipe.actions_and_images_pinned

_baseline := {"trusted_owners_tag_ok": ["actions", "github", "aws-actions"], "image_pin": "tag"}

_strict := {"trusted_owners_tag_ok": [], "image_pin": "digest"}

_remote(raw, owner, ref, sha) := {
	"raw": raw,
	"kind": "remote",
	"owner": owner,
	"repo": "tool",
	"ref": ref,
	"sha": sha,
	"image": null,
}

_step(uses) := {"kind": "uses", "path": ["steps", 0], "uses": uses}

_image(image) := {"path": ["container", "image"], "kind": "container", "name": null, "image": image}

_job(steps, images) := {
	"address": "jobs.a",
	"type": "job",
	"node": {},
	"references": [],
	"steps": steps,
	"call": null,
	"images": images,
}

_denied(job, params) := defects if {
	denials := actions_and_images_pinned.deny with input as {"by_type": {"job": [job]}}
		with data.params as {"PIPE-001": params}
	defects := {violation.defect | some violation in denials}
}

_unknowns(job) := values if {
	records := actions_and_images_pinned.examined with input as {"by_type": {"job": [job]}}
		with data.params as {"PIPE-001": _baseline}
	values := [record.value | some record in records; record.state == "unknown"]
}

test_a_commit_id_is_pinned if {
	_denied(_job([_step(_remote("a/tool@0123", "a", "0123", true))], []), _strict) == set()
}

test_a_branch_is_not_pinned if {
	_denied(_job([_step(_remote("a/tool@main", "a", "main", false))], []), _baseline) == {"a/tool@main"}
}

test_no_ref_is_not_pinned if {
	_denied(_job([_step(_remote("a/tool", "a", null, false))], []), _baseline) == {"a/tool"}
}

test_a_version_tag_of_a_trusted_owner_passes_in_baseline_only if {
	job := _job([_step(_remote("actions/tool@v4", "actions", "v4", false))], [])
	_denied(job, _baseline) == set()
	_denied(job, _strict) == {"actions/tool@v4"}
}

test_a_branch_of_a_trusted_owner_is_not_pinned if {
	_denied(_job([_step(_remote("actions/tool@main", "actions", "main", false))], []), _baseline) == {"actions/tool@main"}
}

test_images_need_a_tag_and_in_strict_a_digest if {
	_denied(_job([], [_image("node")]), _baseline) == {"node"}
	_denied(_job([], [_image("localhost:5000/node")]), _baseline) == {"localhost:5000/node"}
	_denied(_job([], [_image("node:latest")]), _baseline) == {"node:latest"}
	_denied(_job([], [_image("node:20")]), _baseline) == set()
	_denied(_job([], [_image("node:20")]), _strict) == {"node:20"}
	_denied(_job([], [_image("node@sha256:00")]), _strict) == set()
}

test_an_empty_image_means_no_container if _denied(_job([], [_image("")]), _strict) == set()

_matrix := {"$unknown": {"kind": "alternatives", "name": "matrix.image", "why": "", "values": ["node:20", "node"]}}

test_each_value_of_a_matrix_is_judged if _denied(_job([], [_image(_matrix)]), _baseline) == {"node"}

_open := {"$unknown": {"kind": "expression", "name": "vars.IMAGE", "why": "only a run knows it"}}

test_an_open_image_is_unknown if {
	_denied(_job([], [_image(_open)]), _baseline) == set()
	_unknowns(_job([], [_image(_open)])) == [_open]
}
