package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GateTest {
    static Stream<Malformed.Case> malformed() {
        return Malformed.cases();
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refuses(Malformed.Case bad) {
        Refusal refusal = assertThrows(Refusal.class, () -> admit(TestGate.gate(), bad.bytes()));
        assertEquals(bad.reason(), refusal.reason(), refusal.getMessage());
        assertFalse(refusal.getMessage().chars().anyMatch(c -> c < ' ' || c > '~'), "unfit for a log: " + refusal.getMessage());
        assertFalse(refusal.getMessage().contains(Bytes.SECRET), "a secret in a log");
        assertFalse(refusal.getMessage().contains(Bytes.OTHER_SECRET), "a secret in a log");
    }

    @Test
    void thereAreManyMalformedCases() {
        assertTrue(Malformed.cases().count() >= 40);
    }

    @Test
    void letsInWhomTheProxyNames() throws Refusal {
        MeshPrincipal principal = admit(TestGate.gate(), Bytes.good());
        assertEquals("User:" + Bytes.ID, principal.kafkaPrincipal().toString());
        assertEquals("10.0.0.7:41312", principal.source());
    }

    @Test
    void takesTheLongestId() throws Refusal {
        String longest = "spiffe://cluster.local/" + "a".repeat(2025);
        assertEquals(2048, longest.length());
        assertEquals(longest, admit(TestGate.gate(), Bytes.tcp4(Bytes.id(longest), Bytes.secret(Bytes.SECRET))).getName());
    }

    @Test
    void provesTheSourceOnlyWithTheSecret() {
        Refusal forged = assertThrows(Refusal.class,
            () -> admit(TestGate.gate(), Bytes.tcp4(Bytes.id(Bytes.ID), Bytes.secret(Bytes.OTHER_SECRET))));
        assertFalse(forged.proven());
        assertEquals("10.0.0.7:41312", forged.source());
        Refusal plaintext = assertThrows(Refusal.class,
            () -> admit(TestGate.gate(), Bytes.tcp4(Bytes.id("-"), Bytes.secret(Bytes.SECRET))));
        assertTrue(plaintext.proven());
    }

    @Test
    void namesByTemplate() throws Refusal {
        Map<String, Object> properties = TestGate.properties();
        properties.put("sluice.identity.principal.name", "{namespace}/{service-account}");
        Gate gate = TestGate.gate(IdentityConfig.read(properties));
        assertEquals("payments/checkout", admit(gate, Bytes.good()).getName());

        byte[] notIstio = Bytes.tcp4(Bytes.id("spiffe://cluster.local/vm/db"), Bytes.secret(Bytes.SECRET));
        Refusal refusal = assertThrows(Refusal.class, () -> admit(gate, notIstio));
        assertEquals(Reason.NO_SERVICE_ACCOUNT, refusal.reason());
        assertEquals("spiffe://cluster.local/vm/db", admit(TestGate.gate(), notIstio).getName());
    }

    @Test
    void takesEachTrustDomainThatIsNamed() throws Refusal {
        Map<String, Object> properties = TestGate.properties();
        properties.put("sluice.identity.trust.domains", "cluster.local, east.example");
        Gate gate = TestGate.gate(IdentityConfig.read(properties));
        String east = "spiffe://east.example/ns/a/sa/b";
        assertEquals(east, admit(gate, Bytes.tcp4(Bytes.id(east), Bytes.secret(Bytes.SECRET))).getName());
        assertEquals(Bytes.ID, admit(gate, Bytes.good()).getName());
    }

    private static MeshPrincipal admit(Gate gate, byte[] bytes) throws Refusal {
        return gate.admit(HeaderReader.read(ByteBuffer.wrap(bytes)));
    }
}
