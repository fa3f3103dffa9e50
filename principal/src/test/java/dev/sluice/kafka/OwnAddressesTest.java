package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.NetworkInterface;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class OwnAddressesTest {
    @Test
    void knowsThisMachine() throws Exception {
        assertTrue(OwnAddresses.include("127.0.0.1"));
        assertTrue(OwnAddresses.include("::1"));
        assertTrue(OwnAddresses.include("0.0.0.0"));
        assertTrue(OwnAddresses.include("localhost"));
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (java.net.InetAddress address : Collections.list(each.getInetAddresses())) {
                assertTrue(OwnAddresses.include(address.getHostAddress()), address.toString());
            }
        }
    }

    @Test
    void knowsThatOthersAreOthers() {
        assertFalse(OwnAddresses.include("192.0.2.1")); // TEST-NET-1, RFC 5737
        assertFalse(OwnAddresses.include("2001:db8::1"));
        assertFalse(OwnAddresses.include("no-such-host.invalid"));
    }
}
