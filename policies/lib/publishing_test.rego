package policies.lib.publishing_test

import data.policies.lib.publishing
import data.policies.lib.workflow_units_test as units

_kinds(steps) := [[row.kind, row.open] | some row in publishing.of_job(units.job("a", steps, {}))]

test_pushes_of_images_publish if {
	every line in ["docker push a/b:1", "docker buildx build --push -t a .", "ko build ./cmd"] {
		_kinds([units.run(0, [line])]) == [["image", false]]
	}
}

test_builds_and_rehearsals_do_not if {
	every line in ["docker build -t a .", "docker buildx build -t a .", "npm publish --dry-run", "cargo package"] {
		_kinds([units.run(0, [line])]) == []
	}
}

test_packages_and_releases_publish if {
	_kinds([units.run(0, ["npm publish", "gh release create v1"])]) == [["package", false], ["release", false]]
}

test_a_snapshot_of_goreleaser_does_not if {
	_kinds([units.run(0, ["goreleaser release"])]) == [["release", false]]
	_kinds([units.run(0, ["goreleaser release --snapshot --clean"])]) == []
}

_goreleaser(inputs) := _kinds([units.use(0, "goreleaser/goreleaser-action", inputs)])

test_an_action_that_only_installs_or_rehearses_does_not if {
	_goreleaser({"args": "release --clean"}) == [["release", false]]
	_goreleaser({"args": "release", "install-only": false}) == [["release", false]]
	_goreleaser({"args": "${{ inputs.args }}"}) == [["release", false]]
	_goreleaser({"install-only": true}) == []
	_goreleaser({"install-only": "true"}) == []
	_goreleaser({"args": "build --clean"}) == []
	_goreleaser({"args": "release --clean --snapshot"}) == []
}

_build(inputs) := _kinds([units.use(0, "docker/build-push-action", inputs)])

test_the_switch_of_an_action_decides if {
	_build({"push": true}) == [["image", false]]
	_build({"push": "true"}) == [["image", false]]
	_build({"push": false}) == []
	_build({}) == []
	_build({"outputs": "type=registry,push=true"}) == [["image", false]]
	_build({"push": "${{ github.event_name != 'pull_request' }}"}) == [["image", true]]
}
