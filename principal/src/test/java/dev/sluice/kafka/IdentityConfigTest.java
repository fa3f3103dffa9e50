package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityConfigTest {
    @Test
    void needsOnlyTheTrustDomain() {
        IdentityConfig config = IdentityConfig.read(Map.of("sluice.identity.trust.domains", "cluster.local", "broker.id", "1"));
        assertEquals("[cluster.local]", config.trustDomains().toString());
        assertEquals("/etc/sluice/identity", config.secretDirectory());
        assertEquals(10_000, config.headerTimeoutMillis());
        assertEquals(32768, config.bufferBytes());
        assertNull(config.self());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "trust.domains | '' | at least one",
        "trust.domains | spiffe://cluster.local | without spiffe://",
        "trust.domains | Cluster.local | a-z",
        "self | kafka | does not begin with spiffe://",
        "self | spiffe://other/ns/kafka/sa/kafka | not among",
        "principal.name | {service-account} | several clients one name",
        "header.timeout.ms | 0 | at least 100",
        "header.timeout.ms | soon | Not a number",
        "buffer.bytes | 4096 | at least 8192",
        "buffer.bytes | 2000000 | no more than 1048576",
        "tls.server.ids | kafka | does not begin with spiffe://",
        "trust.domain | cluster.local | There is no property sluice.identity.trust.domain;",
    })
    void refusesWithTheNameAndTheReason(String name, String value, String message) {
        Map<String, Object> properties = new HashMap<>(Map.of("sluice.identity.trust.domains", "cluster.local"));
        properties.put("sluice.identity." + name, value);
        ConfigException e = assertThrows(ConfigException.class, () -> IdentityConfig.read(properties));
        assertTrue(e.getMessage().contains("sluice.identity." + name), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void hasNoDefaultForTheTrustDomain() {
        ConfigException e = assertThrows(ConfigException.class, () -> IdentityConfig.read(Map.of("broker.id", "1")));
        assertTrue(e.getMessage().contains("sluice.identity.trust.domains"), e.getMessage());
    }
}
