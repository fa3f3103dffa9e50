package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    @Test
    void countsInJmxByReason() throws Exception {
        MBeanServer server = MBeanServerFactory.newMBeanServer();
        List<String> lines = new ArrayList<>();
        ConnectionCounts counts = new ConnectionCounts();
        Connections connections = new Connections(counts, new RefusalLog(lines::add, System::nanoTime));
        counts.publish(server);
        counts.publish(server);
        assertEquals(Reason.values().length + 1,
            server.queryNames(new ObjectName("dev.sluice.kafka:type=mesh-identity,*"), null).size());

        connections.accepted();
        connections.accepted();
        connections.refused(Refusal.of(Reason.NO_HEADER, ""), "10.0.0.1");
        assertEquals(2L, count(server, "outcome=accepted"));
        assertEquals(1L, count(server, "outcome=refused,reason=no-header"));
        assertEquals(0L, count(server, "outcome=refused,reason=wrong-secret"));
        assertTrue(lines.get(0).contains("no-header"));
    }

    private static Object count(MBeanServer server, String which) throws Exception {
        return server.getAttribute(new ObjectName("dev.sluice.kafka:type=mesh-identity," + which), "Count");
    }
}
