package dev.sluice.kafka;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether a connection goes to this machine itself, and so past the proxy: Istio's rules let a pod that
 * dials its own address go straight to itself.
 *
 * <p>Kafka says only the name that it dialled. It has resolved it just before, so the JVM's cache answers.
 */
final class OwnAddresses {
    private static final Logger log = LoggerFactory.getLogger(OwnAddresses.class);

    private OwnAddresses() {}

    /** Whether all addresses of the host are this machine's own. */
    static boolean include(String host) {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            return false; // Kafka will say that it cannot connect
        }
        int own = 0;
        for (InetAddress address : addresses) {
            if (isOwn(address)) {
                own++;
            }
        }
        if (own > 0 && own < addresses.length) {
            log.warn("{} is the name of this node and of others. Where Kafka picks this node itself, the connection is"
                + " refused and Kafka tries another. Name the nodes one by one.", host);
        }
        return own == addresses.length;
    }

    private static boolean isOwn(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            log.warn("Cannot tell whether {} is an address of this machine", address.getHostAddress(), e);
            return false;
        }
    }
}
