package main

deny_anonymous_super_user contains message if {
	some container in kafka
	env(container, "KAFKA_AUTHORIZER_CLASS_NAME") != ""
	contains(env(container, "KAFKA_SUPER_USERS"), "User:ANONYMOUS")
	message := sprintf("%s %s: everybody without an identity is a super user of %s", [input.kind, input.metadata.name, container.name])
}
