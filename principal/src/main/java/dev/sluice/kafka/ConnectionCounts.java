package dev.sluice.kafka;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counters of connections, as MBeans with the attribute Count: {@code
 * dev.sluice.kafka:type=mesh-identity,outcome=accepted}, and one for each {@link Reason}, {@code
 * dev.sluice.kafka:type=mesh-identity,outcome=refused,reason=wrong-secret}. All are there from the start, so that
 * an alert can tell none from unknown.
 */
final class ConnectionCounts {
    private static final Logger log = LoggerFactory.getLogger(ConnectionCounts.class);
    private static final String NAME = "dev.sluice.kafka:type=mesh-identity,outcome=";

    private final LongAdder accepted = new LongAdder();
    private final Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);
    private boolean published;

    ConnectionCounts() {
        for (Reason reason : Reason.values()) {
            refused.put(reason, new LongAdder());
        }
    }

    void accepted() {
        accepted.increment();
    }

    void refused(Reason reason) {
        refused.get(reason).increment();
    }

    /** Registers the MBeans, once. A broker that cannot is still safe, so it only says so. */
    synchronized void publish(MBeanServer server) {
        if (published) {
            return;
        }
        published = true;
        register(server, NAME + "accepted", accepted);
        for (Map.Entry<Reason, LongAdder> entry : refused.entrySet()) {
            register(server, NAME + "refused,reason=" + entry.getKey().code(), entry.getValue());
        }
    }

    private static void register(MBeanServer server, String name, LongAdder counter) {
        ConnectionCountMBean bean = counter::sum;
        try {
            server.registerMBean(new StandardMBean(bean, ConnectionCountMBean.class), new ObjectName(name));
        } catch (InstanceAlreadyExistsException e) {
            log.warn("{} is registered already: the plug-in was loaded twice, and only the first copy's counts are shown", name);
        } catch (JMException e) {
            log.warn("Cannot register {}", name, e);
        }
    }
}
