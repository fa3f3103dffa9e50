# The Kafka plug-in: Java, built by Maven. Nothing else in this project needs a JVM.

MVN ?= mvn
maven := $(MVN) --batch-mode --no-transfer-progress --file principal/pom.xml

principal_jar := bin/sluice-principal.jar

.PHONY: principal
principal: ## Build bin/sluice-principal.jar, the Kafka plug-in; needs a JDK and Maven
	@command -v $(MVN) >/dev/null || { echo 'the Kafka plug-in is built by Maven and a JDK of 17 or later, and there is no $(MVN)' >&2; exit 1; }
	$(maven) --quiet -DskipTests -Drevision=$(VERSION) package
	@mkdir -p bin
	cp principal/target/sluice-principal.jar $(principal_jar)

# The jar that ships is compiled once, against the oldest Kafka, and tested with
# the newest as well: with its class files, not with others from the same source.
.PHONY: principal-test
principal-test: ## Test the Kafka plug-in with the jars of Kafka 3.9 and 4, and that it is reproducible
	$(maven) package
	$(maven) -Pkafka-4 -Dmaven.main.skip=true test
	@$(principal_again)

# From another directory, at another time: the same bytes.
define principal_again
	set -e; again=$$(mktemp -d); trap 'rm -rf "$$again"' EXIT; \
	mkdir "$$again/principal"; cp LICENSE "$$again"; cp -r principal/pom.xml principal/src "$$again/principal"; \
	$(MVN) --batch-mode --quiet --file "$$again/principal/pom.xml" -Dmaven.test.skip=true package; \
	cmp principal/target/sluice-principal.jar "$$again/principal/target/sluice-principal.jar"; \
	echo 'the jar is the same when it is built again'
endef
