package policies.lib.health_checks_test

import data.policies.lib.health_checks
import data.policies.lib.workflow_units_test as units

_asks(written) if {
	step := units.script(0, written)
	health_checks.asks(step, step.commands[0])
}

_in_vain(written) if {
	step := units.script(0, written)
	health_checks.asks_in_vain(step, step.commands[0])
}

test_curl_must_be_told_to_fail if {
	_asks([["curl -f https://shop.example/health", null]])
	_asks([["curl -fsSL https://shop.example/health", null]])
	_asks([["curl --fail-with-body https://shop.example/health", null]])
	_in_vain([["curl -sS https://shop.example/health", null]])
	not _in_vain([["curl -f https://shop.example/health", null]])
}

test_an_answer_that_is_compared_is_a_check if {
	_asks([["curl -sS https://shop.example/health", "|"], ["grep -q ok", null]])
	_asks([["curl -sS https://shop.example/health", "|"], ["jq -e .ok", null]])
	_asks([["curl -s -w %{http_code} https://shop.example", ";"], ["[ $code = 200 ]", null]])
	_in_vain([["curl -s https://shop.example", "|"], ["jq .ok", null]])
}

test_wget_fails_by_itself if _asks([["wget -qO- https://shop.example/health", null]])

test_downloads_and_messages_are_no_checks if {
	not _asks([["curl -fsSL https://get.example/install.sh", "|"], ["bash", null]])
	not _asks([["curl -fsSLO https://example.com/tool.tar.gz", null]])
	not _asks([["curl -f -X POST $SLACK_WEBHOOK", null]])
	not _in_vain([["curl -X POST https://hooks.slack.com/x", null]])
}
