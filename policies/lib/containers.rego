# METADATA
# title: Containers of task definitions
# description: |
#   The view `containers`, and reading one: names are given as CloudFormation writes them, and read as JSON does where
#   the task definition is one of Terraform.
package policies.lib.containers

import data.policies.lib.value

tasks := input.views.containers.tasks if input.views.containers

tasks := data.policies.views.containers.rows.tasks if not input.views.containers

all := input.views.containers.containers if input.views.containers

all := data.policies.views.containers.rows.containers if not input.views.containers

# The containers of a task, in their order.
of(task) := [container | some container in all; container.task == task.address]

# What a container says at a path, where a literal is needed.
field(container, keys) := value.get(tasks[container.task].resource, path(container, keys))

# What a container says at a path, where being set is enough.
given(container, keys) := value.present(tasks[container.task].resource, path(container, keys))

# The path of a property of a container from its task definition.
path(container, keys) := array.concat(container.at, _spelt(tasks[container.task].type, keys))

_spelt(type, keys) := keys if type == "AWS::ECS::TaskDefinition"

_spelt(type, keys) := [spelt | some key in keys; spelt := _small(key)] if type != "AWS::ECS::TaskDefinition"

_small(key) := key if not is_string(key)

_small(key) := concat("", [lower(substring(key, 0, 1)), substring(key, 1, -1)]) if is_string(key)

# The tasks whose containers are undecided as a whole, and what is not known of them.
undecided := [task | some _, task in tasks; value.is_unknown(task.whole)]

# How a container is called in a message.
called(container) := sprintf("Container '%s' of '%s'", [container.name, container.task])
