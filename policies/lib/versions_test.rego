package policies.lib.versions_test

import data.policies.lib.versions

test_numbers_at_the_start if {
	versions.leading("8.0.mysql_aurora.3.05.2") == [8, 0]
	versions.leading("16.00.4095") == [16, 0, 4095]
	versions.leading("latest") == []
	versions.leading(null) == []
}

test_numbers_at_the_end if {
	versions.trailing("aurora-postgresql17") == [17]
	versions.trailing("mariadb11.4") == [11, 4]
	versions.trailing("sqlserver-ee-15.0") == [15, 0]
	versions.trailing("custom") == []
}
