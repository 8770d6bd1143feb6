# METADATA
# title: Steps that stand in the file of their owner
# description: |
#   Tells the steps of a job from those that a composite action of the repository brings into it. The file of such an
#   action is judged too, so that what is wrong with a step whatever it is given is said there, once.
package policies.lib.own_steps

# The steps of a job or action that are written in it.
of(owner) := [step | some step in owner.steps; not inlined(step)]

# Tells whether an action brings a step into its job.
inlined(step) if object.get(step, "within", null) != null

# Tells whether a path of a job or action leads into a step that an action brings in.
leads_away(owner, path) if {
	count(path) > 1
	path[0] == "steps"
	owner.type == "job"
	inlined(owner.steps[path[1]])
}
