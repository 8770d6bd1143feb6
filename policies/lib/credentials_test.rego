package policies.lib.credentials_test

import data.policies.lib.credentials

# Assembled, so that no scanner of this repository takes them for real ones.
_join(parts) := concat("", parts)

test_each_form_is_recognised if {
	credentials.kinds(_join(["AKI", "AABCDEFGHIJKLMNOP"])) == {"an AWS access key"}
	credentials.kinds(_join(["token gh", "p_", "abcdefghijklmnopqrstuvwxyz0123456789"])) == {"a GitHub token"}
	credentials.kinds(_join(["xox", "b-1234567890-abc"])) == {"a Slack token"}
	credentials.kinds(_join(["-----BEGIN RSA ", "PRIVATE KEY-----"])) == {"a private key"}
}

test_the_key_of_the_documentation_is_none if credentials.kinds(_join(["AKIA", "IOSFODNN7EXAMPLE"])) == set()

test_placeholders_and_names_are_none if {
	credentials.kinds("ghp_xxxx") == set()
	credentials.kinds("${{ secrets.AKIA }}") == set()
	credentials.kinds("postgres") == set()
	credentials.kinds("<token>") == set()
}

test_what_is_no_text_holds_none if credentials.kinds(4) == set()

test_what_is_found_is_handed_on_to_be_concealed if {
	key := _join(["AKI", "AABCDEFGHIJKLMNOP"])
	credentials.found_in(sprintf("export KEY=%s;", [key])) == {{"kind": "an AWS access key", "text": key}}
}

test_passwords_of_urls_are_found if {
	credentials.url_passwords("postgres://app:s3cret@db/shop") == {"s3cret"}
	credentials.url_passwords("redis://:a:b@cache:6379 amqp://u:v@mq") == {"a:b", "v"}
}

test_urls_without_a_password_have_none if {
	credentials.url_passwords("https://example.com:8443/a@b") == set()
	credentials.url_passwords("postgres://app@db/shop") == set()
	credentials.url_passwords("postgres://app:${PASSWORD}@db/shop") == set()
	credentials.url_passwords("postgres://app:<password>@db/shop") == set()
	credentials.url_passwords("arn:aws:s3:::bucket") == set()
}
