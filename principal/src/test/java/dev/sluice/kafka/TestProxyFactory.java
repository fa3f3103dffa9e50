package dev.sluice.kafka;

import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.security.auth.SslEngineFactory;

/**
 * Stands in for the proxies between a client and a broker: it writes the header that the broker's proxy
 * would, by Netty's encoder.
 */
public final class TestProxyFactory implements SslEngineFactory {
    static final String ID = "test.proxy.id";
    static final String SECRET = "test.proxy.secret";

    private byte[] header;

    @Override
    public void configure(Map<String, ?> configs) {
        header = new SecondEncoder().client((String) configs.get(ID), (String) configs.get(SECRET)).encode();
    }

    @Override
    public SSLEngine createClientSslEngine(String peerHost, int peerPort, String endpointIdentification) {
        return new ClientEngine(peerHost, peerPort, 32768, header);
    }

    @Override
    public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
        return false;
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return Set.of();
    }

    @Override
    public KeyStore keystore() {
        return null;
    }

    @Override
    public KeyStore truststore() {
        return null;
    }

    @Override
    public void close() {}
}
