package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrincipalNameTest {
    private static final SpiffeId ID = SpiffeId.parse("spiffe://cluster.local/ns/payments/sa/checkout");

    @ParameterizedTest
    @CsvSource({
        "{id}, spiffe://cluster.local/ns/payments/sa/checkout",
        "mesh:{id}, mesh:spiffe://cluster.local/ns/payments/sa/checkout",
        "{namespace}/{service-account}, payments/checkout",
        "{service-account}@{namespace}, checkout@payments",
        "k8s:{trust-domain}/{namespace}/{service-account}, k8s:cluster.local/payments/checkout",
        "{service-account}@{namespace}.svc@{trust-domain}, checkout@payments.svc@cluster.local",
    })
    void names(String template, String name) {
        assertEquals(name, PrincipalName.parse(template, 1).of(ID));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "admin", "{service-account}", "{namespace}", "{trust-domain}", "{trust-domain}/{namespace}", "{id}{id}x{namespace}",
        "{id}/{namespace}", "{namespace}{service-account}", "{namespace}-{service-account}", "{namespace}.{service-account}",
        "{namespace}.sa.{service-account}", "{nonsense}", "{}", "{ID}", "{id", "id}", "{{id}}", "{namespace}/ {service-account}",
        "{id},x", "{id};User:admin", "{id}\n", "{id}é",
    })
    void refusesWhatCouldBeAmbiguousOrCannotBeRead(String template) {
        assertThrows(IllegalArgumentException.class, () -> PrincipalName.parse(template, 1));
    }

    @Test
    void needsTheTrustDomainOnceThereAreSeveral() {
        assertThrows(IllegalArgumentException.class, () -> PrincipalName.parse("{namespace}/{service-account}", 2));
        PrincipalName.parse("{trust-domain}/{namespace}/{service-account}", 2);
        PrincipalName.parse("{id}", 2);
    }

    @Test
    void givesDifferentIdsDifferentNames() {
        List<SpiffeId> ids = java.util.stream.Stream.of("a", "b", "a-b", "a.b", "b.a", "ns", "sa")
            .flatMap(account -> java.util.stream.Stream.of("a", "b", "a-b", "ns", "sa")
                .map(namespace -> SpiffeId.parse("spiffe://td/ns/" + namespace + "/sa/" + account)))
            .collect(Collectors.toList());
        for (String template : List.of("{id}", "{namespace}/{service-account}", "{service-account}/{namespace}",
                "x{service-account}.:.{namespace}/{trust-domain}")) {
            PrincipalName name = PrincipalName.parse(template, 1);
            Set<String> names = ids.stream().map(name::of).collect(Collectors.toSet());
            assertEquals(ids.size(), names.size(), template);
        }
    }
}
