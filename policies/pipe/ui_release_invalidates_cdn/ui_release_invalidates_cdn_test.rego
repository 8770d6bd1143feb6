package policies.pipe.ui_release_invalidates_cdn_test

import data.policies.lib.workflow_units_test as units
import data.policies.pipe.ui_release_invalidates_cdn as policy

_judged(jobs) := {
	"fail": {[found.resource, found.defect] | some found in denied},
	"unknown": {[found.resource, found.defect] | some found in undecided},
	"subjects": subjects,
} if {
	unit := units.unit(jobs, [{"event": "push", "filters": {}, "path": ["on", "push"]}])
	denied := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
}

_of(lines) := _judged([units.job("release", [units.run(0, lines)], {})])

_passes(judged) if {
	judged.fail == set()
	judged.unknown == set()
	count(judged.subjects) == 1
}

_sync := "aws s3 sync dist s3://shop --cache-control max-age=31536000,immutable"

_invalidate := "aws cloudfront create-invalidation --distribution-id E1 --paths /index.html"

test_headers_and_an_invalidation_pass if {
	_passes(_of([_sync, _invalidate]))
	_passes(_of([_sync, "aws cloudfront create-invalidation --distribution-id E1 --paths /*"]))
}

test_without_cloudfront_nothing_is_judged if {
	_of([_sync]).subjects == set()
	_of(["aws s3 cp report.json s3://logs", "pytest"]).subjects == set()
}

test_an_invalidation_before_the_last_upload_fails if {
	_of([_invalidate, _sync]).fail == {["jobs.release", "invalidation"]}
	page := "aws s3 cp dist/index.html s3://shop/index.html --cache-control no-cache"
	_of([_sync, _invalidate, page]).fail == {["jobs.release", "invalidation"]}
}

test_an_invalidation_in_a_dependent_job_counts_and_one_beside_does_not if {
	upload := units.job("release", [units.run(0, [_sync])], {})
	behind := units.job("refresh", [units.run(0, [_invalidate])], {"needs_closure": ["release"]})
	_passes(_judged([upload, behind]))
	beside := units.job("refresh", [units.run(0, [_invalidate])], {})
	_judged([upload, beside]).fail == {["jobs.release", "invalidation"]}
	action := units.use(1, "chetan/invalidate-cloudfront-action", {})
	_passes(_judged([units.job("release", [units.run(0, [_sync]), action], {})]))
}

test_no_caching_header_fails if {
	_of(["aws s3 sync dist s3://shop", _invalidate]).fail == {["jobs.release", "cache-control"]}
	short := ["aws s3 sync dist s3://shop --cache-control no-cache", _invalidate]
	_of(short).fail == {["jobs.release", "cache-control"]}
}

test_a_header_that_only_a_run_knows_is_unknown if {
	judged := _of(["aws s3 sync dist s3://shop --cache-control=$CACHE", _invalidate])
	judged.unknown == {["jobs.release", "cache-control"]}
	judged.fail == set()
}

_page(header) := sprintf("aws s3 cp dist/index.html s3://shop/index.html%s", [header])

test_a_page_uploaded_apart_must_not_be_kept if {
	every header in [" --cache-control no-cache", " --cache-control no-store", " --cache-control max-age=0"] {
		_passes(_of([_sync, _page(header), _invalidate]))
	}
	_of([_sync, _page(" --cache-control max-age=600"), _invalidate]).fail == {["jobs.release", "index.html"]}
	_of([_sync, _page(""), _invalidate]).fail == {["jobs.release", "index.html"]}
	_of([_sync, _page(" --cache-control $PAGE"), _invalidate]).unknown == {["jobs.release", "index.html"]}
}

test_what_follows_may_invalidate if {
	_of([_invalidate, _sync, "./refresh.sh"]).unknown == {["jobs.release", "invalidation"]}
	_of([_invalidate, _sync, "cdk deploy Site"]).unknown == {["jobs.release", "invalidation"]}
	upload := units.job("release", [units.run(0, [_invalidate, _sync])], {})
	call := units.job("refresh", [], {
		"needs_closure": ["release"],
		"call": {"kind": "remote", "raw": "o/r/.github/workflows/refresh.yml@v1"},
	})
	_judged([upload, call]).unknown == {["jobs.release", "invalidation"]}
}

test_the_action_for_uploads_is_judged_too if {
	action := "jakejarvis/s3-sync-action"
	invalidation := units.run(1, [_invalidate])
	told := units.use(0, action, {"args": "--delete --cache-control max-age=3600"})
	_passes(_judged([units.job("release", [told, invalidation], {})]))
	bare := units.use(0, action, {"args": "--delete"})
	_judged([units.job("release", [bare, invalidation], {})]).fail == {["jobs.release", "cache-control"]}
}
