package dev.sluice.kafka;

import java.io.IOException;
import java.nio.file.Paths;
import java.security.KeyStore;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a Kafka listener know its clients by the identity that the mesh has proved.
 *
 * <p>The proxy in the pod does the TLS, and writes the client's SPIFFE id in front of the connection, in a
 * PROXY protocol header. To Kafka this is a listener with the security protocol SSL, whose handshake is that
 * header. Name the class in {@code listener.name.LISTENER.ssl.engine.factory.class}; {@link
 * MeshPrincipalBuilder} belongs to it. The properties are those that begin with {@code sluice.identity.}.
 *
 * <p>A header counts only with the secret that this pod's proxy and broker share. Where it comes from does
 * not: whatever reaches the port, by whichever way, is refused without it.
 */
public final class MeshIdentitySslEngineFactory implements SslEngineFactory {
    private static final Logger log = LoggerFactory.getLogger(MeshIdentitySslEngineFactory.class);

    private IdentityConfig config;
    private Secrets secrets;
    private Gate gate;

    /** Made by Kafka, which then calls {@link #configure}. */
    public MeshIdentitySslEngineFactory() {}

    /**
     * Reads the configuration and the secret.
     *
     * @throws ConfigException if a property is wrong or there is no secret: a node that could let nobody in
     *     does not start
     */
    @Override
    public void configure(Map<String, ?> properties) {
        config = IdentityConfig.read(properties);
        try {
            secrets = new Secrets(Paths.get(config.secretDirectory()), System::nanoTime);
        } catch (IOException e) {
            throw new ConfigException(IdentityConfig.SECRET_DIRECTORY, config.secretDirectory(), e.getMessage());
        }
        gate = new Gate(secrets, new Admission(config));
        Connections.OF_THIS_JVM.publish();
    }

    /** Kafka tries an engine against another at its start, and then, as never else, the host is empty. */
    private static boolean isTrial(String peerHost) {
        return peerHost == null || peerHost.isEmpty();
    }

    @Override
    public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
        Witness witness = isTrial(peerHost) ? Witness.NONE : Connections.OF_THIS_JVM;
        return new ServerEngine(peerHost, peerPort, config, gate, witness, System::nanoTime);
    }

    /** The endpoint identification is the proxy's business, which verifies the server's SPIFFE id. */
    @Override
    public SSLEngine createClientSslEngine(String peerHost, int peerPort, String endpointIdentification) {
        return new ClientEngine(peerHost, peerPort, config.bufferBytes(), header(peerHost));
    }

    private byte[] header(String peerHost) {
        if (isTrial(peerHost)) {
            SpiffeId anybody = SpiffeId.parse("spiffe://" + config.trustDomains().iterator().next() + "/ns/n/sa/a");
            return HeaderWriter.write(config.self() == null ? anybody : config.self(), secrets.current());
        }
        if (!OwnAddresses.include(peerHost)) {
            return null;
        }
        if (config.self() == null) {
            log.warn("This node connects to itself, as {}, which does not pass the proxy. Its own listener will refuse"
                + " that: set {}", peerHost, IdentityConfig.SELF);
            return null;
        }
        return HeaderWriter.write(config.self(), secrets.current());
    }

    /** Nothing can be reconfigured: the secret's files are read again by themselves. */
    @Override
    public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
        return false;
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return Collections.emptySet();
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
    public void close() {
        // It holds nothing open.
    }
}
