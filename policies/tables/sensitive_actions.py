#!/usr/bin/env python3
"""Writes sensitive_actions.json: the actions whose reach decides IAM-006, IAM-007 and IAM-013.

`forms` are the ARNs that an action acts on, as "service:beginning of the resource part", after the AWS Service
Authorization Reference (https://docs.aws.amazon.com/service-authorization/latest/reference/). `alone` raise privileges
by themselves; `passing` are what a passed role is used through: each entry of `all` needs one of its actions, and
`services` are what iam:PassedToService says (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html);
`data` read secrets and stored data, `serious` those of high severity.
"""

import json

POLICY, USER, ROLE, GROUP = "iam:policy/", "iam:user/", "iam:role/", "iam:group/"
MACHINES = ["ec2:instance/", "ssm:managed-instance/"]

ALONE = {
    "iam:createpolicyversion": [POLICY],
    "iam:setdefaultpolicyversion": [POLICY],
    "iam:putuserpolicy": [USER],
    "iam:putrolepolicy": [ROLE],
    "iam:putgrouppolicy": [GROUP],
    "iam:attachuserpolicy": [USER],
    "iam:attachrolepolicy": [ROLE],
    "iam:attachgrouppolicy": [GROUP],
    "iam:addusertogroup": [GROUP],
    "iam:createaccesskey": [USER],
    "iam:createloginprofile": [USER],
    "iam:updateloginprofile": [USER],
    "iam:updateassumerolepolicy": [ROLE],
    "iam:deleteuserpermissionsboundary": [USER],
    "iam:deleterolepermissionsboundary": [ROLE],
    "iam:updatesamlprovider": ["iam:saml-provider/"],
    "lambda:updatefunctioncode": ["lambda:function:"],
    "ssm:sendcommand": MACHINES,
    "ssm:startsession": MACHINES,
    "glue:updatedevendpoint": ["glue:devEndpoint/"],
    "sagemaker:createpresignednotebookinstanceurl": ["sagemaker:notebook-instance/"],
    "sts:assumerole": [ROLE],
}

DATA = {
    "secretsmanager:getsecretvalue": ["secretsmanager:secret:"],
    "ssm:getparameter": ["ssm:parameter/"],
    "ssm:getparameters": ["ssm:parameter/"],
    "ssm:getparametersbypath": ["ssm:parameter/"],
    "ssm:getparameterhistory": ["ssm:parameter/"],
    "kms:decrypt": ["kms:key/", "kms:alias/"],
    "kms:reencryptfrom": ["kms:key/", "kms:alias/"],
    "rds-db:connect": ["rds-db:dbuser:"],
    "s3:getobject": ["s3:"],
    "dynamodb:scan": ["dynamodb:table/"],
    "dynamodb:query": ["dynamodb:table/"],
    "dynamodb:getitem": ["dynamodb:table/"],
}

EC2, TASKS = "ec2.amazonaws.com", "ecs-tasks.amazonaws.com"

PASSING = [
    ([EC2], "ec2:RunInstances"),
    ([EC2], "ec2:RequestSpotInstances"),
    ([EC2], "ec2:AssociateIamInstanceProfile"),
    ([EC2], "ec2:ReplaceIamInstanceProfileAssociation"),
    ([EC2], "autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"),
    (
        ["lambda.amazonaws.com"],
        "lambda:CreateFunction",
        "lambda:InvokeFunction|lambda:CreateEventSourceMapping|lambda:AddPermission|lambda:CreateFunctionUrlConfig",
    ),
    ([TASKS], "ecs:RegisterTaskDefinition", "ecs:RunTask|ecs:StartTask|ecs:UpdateService|ecs:CreateService"),
    ([TASKS], "batch:RegisterJobDefinition", "batch:SubmitJob"),
    (["cloudformation.amazonaws.com"], "cloudformation:CreateStack"),
    (["cloudformation.amazonaws.com"], "cloudformation:UpdateStack"),
    (["cloudformation.amazonaws.com"], "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
    (
        ["codebuild.amazonaws.com"],
        "codebuild:CreateProject|codebuild:UpdateProject",
        "codebuild:StartBuild|codebuild:StartBuildBatch",
    ),
    (["codepipeline.amazonaws.com"], "codepipeline:CreatePipeline"),
    (["glue.amazonaws.com"], "glue:CreateDevEndpoint"),
    (["glue.amazonaws.com"], "glue:CreateJob|glue:UpdateJob", "glue:StartJobRun|glue:CreateTrigger"),
    (
        ["sagemaker.amazonaws.com"],
        "sagemaker:CreateNotebookInstance",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
    ),
    (["sagemaker.amazonaws.com"], "sagemaker:CreateTrainingJob"),
    (["sagemaker.amazonaws.com"], "sagemaker:CreateProcessingJob"),
    (["states.amazonaws.com"], "states:CreateStateMachine|states:UpdateStateMachine", "states:StartExecution"),
    (["scheduler.amazonaws.com"], "scheduler:CreateSchedule"),
    (["events.amazonaws.com"], "events:PutRule", "events:PutTargets"),
    (["tasks.apprunner.amazonaws.com", "build.apprunner.amazonaws.com"], "apprunner:CreateService"),
    (["elasticmapreduce.amazonaws.com", EC2], "elasticmapreduce:RunJobFlow"),
    (
        ["datapipeline.amazonaws.com", "elasticmapreduce.amazonaws.com", EC2],
        "datapipeline:CreatePipeline",
        "datapipeline:PutPipelineDefinition",
        "datapipeline:ActivatePipeline",
    ),
    (
        ["bedrock-agentcore.amazonaws.com"],
        "bedrock-agentcore:CreateCodeInterpreter",
        "bedrock-agentcore:InvokeCodeInterpreter",
    ),
]


def main():
    passing = [
        {"services": services, "all": [needed.split("|") for needed in needs]}
        for services, *needs in PASSING
    ]
    forms = {"iam:passrole": [ROLE], **ALONE, **DATA}
    needed = {action.lower() for row in passing for group in row["all"] for action in group}
    table = {
        "forms": {**forms, **{action: [] for action in sorted(needed - set(forms))}},
        "alone": sorted(ALONE),
        "passing": passing,
        "data": sorted(DATA),
        "serious": sorted(action for action in DATA if action.split(":")[0] not in {"s3", "dynamodb"}),
    }
    with open(__file__.replace(".py", ".json"), "w", encoding="utf-8") as file:
        json.dump(table, file, indent=1)
        file.write("\n")


main()
