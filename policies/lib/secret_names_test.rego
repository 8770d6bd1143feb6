package policies.lib.secret_names_test

import data.policies.lib.secret_names

_secret(names) := {name | some name in names; secret_names.is_secret(name)}

test_words_of_secrets_are_found_however_they_are_joined if {
	names := {
		"DB_PASSWORD", "DBPassword", "dbPassword", "db-password", "PASSWORD1", "pwd", "MYSQL_PWD", "ApiKey", "api_key",
		"APIKey", "apikey", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "OAuth2Token", "clientSecret", "SSH_PRIVATE_KEY",
		"DjangoSecretKey", "auth.key", "DB_CREDENTIALS", "Passphrase",
	}
	_secret(names) == names
}

test_what_only_tells_about_a_secret_is_none if {
	_secret({
		"DB_PASSWORD_ARN", "SecretName", "TOKEN_URL", "PasswordLength", "ACCESS_KEY_ID", "TokenExpiryMinutes",
		"SECRET_VERSION", "POSTGRES_PASSWORD_FILE", "TOKEN_TTL", "PasswordPolicy", "JWT_TOKEN_ISSUER", "TOKEN_TTL_SECONDS",
	}) == set()
}

test_other_words_are_none if {
	_secret({
		"DB_HOST", "COMPASS", "PASSENGER_COUNT", "PUBLIC_KEY", "KeyId", "KMS_KEY", "TOKENIZER", "SECRETARY", "MAX_TOKENS",
		"DB_USER", "", "MonkeyBars", "CredentialsKmsKey", "SECRET_ENCRYPTION_KEY",
	}) == set()
}

test_what_is_no_text_is_none if not secret_names.is_secret(4)

test_words_are_found_in_names if {
	secret_names.says("shop/db-main", {"db"})
	secret_names.says("OrdersDBSecret", {"db"})
	not secret_names.says("dbt-runner", {"db"})
}
