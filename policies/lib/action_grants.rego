# METADATA
# title: What single action strings of a statement grant
# description: |
#   Judges the action strings of Allow statements that are not full administrators: whole services, and wildcards
#   that span access levels (IAM-002). What fails here is not judged again by the controls of single actions.
package policies.lib.action_grants

import data.policies.lib.iam_actions

# Single actions that let a principal raise its own privileges when their resource is wide (IAM-007).
escalating := {
	"glue:updatedevendpoint",
	"iam:addusertogroup",
	"iam:attachgrouppolicy",
	"iam:attachrolepolicy",
	"iam:attachuserpolicy",
	"iam:createaccesskey",
	"iam:createloginprofile",
	"iam:createpolicyversion",
	"iam:deleterolepermissionsboundary",
	"iam:deleteuserpermissionsboundary",
	"iam:putgrouppolicy",
	"iam:putrolepolicy",
	"iam:putuserpolicy",
	"iam:setdefaultpolicyversion",
	"iam:updateassumerolepolicy",
	"iam:updateloginprofile",
	"iam:updatesamlprovider",
	"lambda:updatefunctioncode",
	"sagemaker:createpresignednotebookinstanceurl",
	"ssm:sendcommand",
	"ssm:startsession",
	"sts:assumerole",
}

# How wide an action pattern is: "everything", "service", "mixed" (a wildcard that reads and writes, or changes
# permissions), or "narrow".
width(pattern, _) := "everything" if iam_actions.every_action(pattern)

width(pattern, params) := "service" if {
	not iam_actions.every_action(pattern)
	_whole_service(pattern, params)
}

width(pattern, params) := "mixed" if {
	not iam_actions.every_action(pattern)
	_mixed_name(pattern, params)
}

width(pattern, params) := "narrow" if {
	not iam_actions.every_action(pattern)
	not _whole_service(pattern, params)
	not _mixed_name(pattern, params)
}

_whole_service(pattern, params) if {
	iam_actions.every_action_of_service(pattern)
	not iam_actions.service(pattern) in params.exempt_services
}

_mixed_name(pattern, params) if {
	not iam_actions.every_action_of_service(pattern)
	_mixed(pattern, params)
}

# A wildcard whose expansion changes permissions, or both reads and writes.
_mixed(pattern, params) if {
	iam_actions.has_wildcard(pattern)
	not reads_only(pattern, params)
	count(iam_actions.matching(pattern, ["permissions"])) > 0
}

_mixed(pattern, params) if {
	iam_actions.has_wildcard(pattern)
	not reads_only(pattern, params)
	count(iam_actions.matching(pattern, ["write"])) > 0
	count(iam_actions.matching(pattern, ["read", "list"])) > 0
}

# Tells whether what stands before the wildcard of an action pattern says that it reads.
reads_only(pattern, params) if {
	beginning := split(replace(iam_actions.name(pattern), "?", "*"), "*")[0]
	some prefix in params.readonly_prefixes
	startswith(beginning, lower(prefix))
}

# The actions of an expansion that raise privileges, with their service: iam:PassRole and those of IAM-007.
raising(pattern) := {full |
	some name in iam_actions.matching(pattern, ["write", "permissions"])
	full := sprintf("%s:%s", [iam_actions.service(pattern), name])
	_raises(full)
}

_raises(full) if full == "iam:passrole"

_raises(full) if escalating[full]
