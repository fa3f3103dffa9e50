package dev.sluice.kafka;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a Kafka listener terminate the mesh's TLS itself, with the certificates that the proxy's agent writes
 * into a volume: for ports that bypass the proxy, at which clients get the same principals as at the others.
 *
 * <p>The files are looked at anew at most once a second, when a connection begins.
 */
public final class IstioTlsSslEngineFactory implements SslEngineFactory {
    private static final Logger log = LoggerFactory.getLogger(IstioTlsSslEngineFactory.class);
    private static final long LOOK_AFTER = TimeUnit.SECONDS.toNanos(1);

    private IdentityConfig config;
    private Path directory;
    private TlsFiles files;
    private TlsContext context;
    private long lookedAt;
    private String failure; // the last one that was logged, or null

    /** Made by Kafka, which then calls {@link #configure}. */
    public IstioTlsSslEngineFactory() {}

    /**
     * Reads the configuration and the files.
     *
     * @throws ConfigException if a property is wrong or the files cannot be used
     */
    @Override
    public void configure(Map<String, ?> properties) {
        config = IdentityConfig.read(properties);
        directory = Paths.get(config.tlsDirectory());
        try {
            load(TlsFiles.read(directory));
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException(TlsFiles.DIRECTORY, config.tlsDirectory(), e.toString());
        }
        lookedAt = System.nanoTime();
        Connections.OF_THIS_JVM.publish();
    }

    private void load(TlsFiles read) throws IOException, GeneralSecurityException {
        context = TlsContext.of(read, config, Connections.OF_THIS_JVM);
        files = read;
    }

    private synchronized TlsContext context() {
        long now = System.nanoTime();
        if (now - lookedAt < LOOK_AFTER) {
            return context;
        }
        lookedAt = now;
        try {
            TlsFiles read = TlsFiles.read(directory);
            if (!read.equals(files)) {
                load(read);
                log.info("Read the certificates in {} again", directory);
            }
            failure = null;
        } catch (IOException | GeneralSecurityException e) {
            // Perhaps the agent is writing. The ones read before are good until they expire.
            if (!e.toString().equals(failure)) {
                failure = e.toString();
                log.warn("Cannot use the certificates in {}, those read before stay in use: {}", directory, failure);
            }
        }
        return context;
    }

    @Override
    public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
        return context().engine(peerHost, peerPort, false);
    }

    /** The server is known by its SPIFFE id, whatever the endpoint identification says: it has no host name. */
    @Override
    public SSLEngine createClientSslEngine(String peerHost, int peerPort, String endpointIdentification) {
        return context().engine(peerHost, peerPort, true);
    }

    /** Nothing can be reconfigured: the files are read again by themselves. */
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
