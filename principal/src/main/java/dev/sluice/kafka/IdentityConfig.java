package dev.sluice.kafka;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * The properties of the plug-in, read and checked.
 *
 * <p>They are properties of the node, not of a listener: Kafka hands a plug-in only those properties of a
 * listener that it knows itself.
 */
final class IdentityConfig {
    static final String PREFIX = "sluice.identity.";
    static final String TRUST_DOMAINS = PREFIX + "trust.domains";
    static final String SECRET_DIRECTORY = PREFIX + "secret.directory";
    static final String SELF = PREFIX + "self";
    static final String PRINCIPAL_NAME = PREFIX + "principal.name";
    static final String HEADER_TIMEOUT = PREFIX + "header.timeout.ms";
    static final String BUFFER_BYTES = PREFIX + "buffer.bytes";

    private static final ConfigDef DEFINITION = new ConfigDef()
        .define(TRUST_DOMAINS, Type.LIST, Importance.HIGH,
            "The trust domains whose clients are let in, as in cluster.local. There is no default: it is the mesh's"
                + " trustDomain.")
        .define(SECRET_DIRECTORY, Type.STRING, "/etc/sluice/identity", Importance.HIGH,
            "The directory into which the Secret is mounted that this pod's proxy has, too: its files current and"
                + " previous. They are read again when they change.")
        .define(SELF, Type.STRING, "", Importance.HIGH,
            "This node's own SPIFFE id, as in spiffe://cluster.local/ns/kafka/sa/kafka. A node that connects to its own"
                + " address does not pass the proxy, and says by itself who it is. Without it such connections are"
                + " refused, among them that of a combined KRaft node to itself.")
        .define(PRINCIPAL_NAME, Type.STRING, "{id}", Importance.MEDIUM,
            "The name that a client gets in ACLs, quotas and super.users, after User:. Placeholders are {id},"
                + " {trust-domain}, {namespace} and {service-account}. Two clients never get one name: what could, such"
                + " as {service-account}, is refused, and so is {namespace}/{service-account} with several trust domains.")
        .define(HEADER_TIMEOUT, Type.INT, 10_000, ConfigDef.Range.between(100, 300_000), Importance.LOW,
            "Milliseconds after which a connection whose header is still incomplete is refused, at its next byte. One"
                + " that sends nothing at all is closed by connections.max.idle.ms.")
        .define(BUFFER_BYTES, Type.INT, 32 * 1024, ConfigDef.Range.between(Buffers.FIRST, 1024 * 1024), Importance.LOW,
            "Bytes to which each of the three buffers of a connection may grow once it moves much data. They begin with "
                + Buffers.FIRST + ".")
        .define(TlsFiles.DIRECTORY, Type.STRING, "/etc/sluice/tls", Importance.MEDIUM,
            "Only for " + IstioTlsSslEngineFactory.class.getSimpleName() + ": the directory into which the proxy writes"
                + " its certificates (OUTPUT_CERTS), with cert-chain.pem, key.pem and root-cert.pem. They are read again"
                + " when they change.")
        .define(TlsFiles.SERVER_IDS, Type.LIST, "", Importance.MEDIUM,
            "Only for " + IstioTlsSslEngineFactory.class.getSimpleName() + ": the SPIFFE ids that a server may have to"
                + " which this node connects, besides its own.");

    private final Set<String> trustDomains;
    private final String secretDirectory;
    private final SpiffeId self;
    private final PrincipalName principalName;
    private final int headerTimeoutMillis;
    private final int bufferBytes;
    private final String tlsDirectory;
    private final Set<SpiffeId> serverIds;

    private IdentityConfig(Map<String, Object> values) {
        this.trustDomains = trustDomains(values);
        this.secretDirectory = (String) values.get(SECRET_DIRECTORY);
        this.self = self(values, trustDomains);
        this.principalName = principalName(values, trustDomains);
        this.headerTimeoutMillis = (Integer) values.get(HEADER_TIMEOUT);
        this.bufferBytes = (Integer) values.get(BUFFER_BYTES);
        this.tlsDirectory = (String) values.get(TlsFiles.DIRECTORY);
        this.serverIds = serverIds(values, trustDomains);
    }

    /**
     * Reads the properties of a node.
     *
     * @throws ConfigException with the name of the property and what to write instead
     */
    static IdentityConfig read(Map<String, ?> properties) {
        Map<String, Object> ours = new HashMap<>();
        for (Map.Entry<String, ?> property : properties.entrySet()) {
            String name = property.getKey();
            if (!name.startsWith(PREFIX)) {
                continue;
            }
            if (!DEFINITION.names().contains(name)) {
                throw new ConfigException("There is no property " + name + "; there are " + DEFINITION.configKeys().keySet());
            }
            ours.put(name, property.getValue());
        }
        return new IdentityConfig(DEFINITION.parse(ours));
    }

    /** What can be configured, for the documentation. */
    static ConfigDef definition() {
        return DEFINITION;
    }

    private static Set<String> trustDomains(Map<String, Object> values) {
        List<?> list = (List<?>) values.get(TRUST_DOMAINS);
        Set<String> trustDomains = new LinkedHashSet<>();
        for (Object item : list) {
            if (!SpiffeId.isTrustDomain((String) item)) {
                throw new ConfigException(TRUST_DOMAINS, list, "a trust domain is made of a-z, 0-9, dot, hyphen and"
                    + " underscore, without spiffe:// before it");
            }
            trustDomains.add((String) item);
        }
        if (trustDomains.isEmpty()) {
            throw new ConfigException(TRUST_DOMAINS, list, "name at least one, as in cluster.local");
        }
        return Collections.unmodifiableSet(trustDomains);
    }

    private static SpiffeId self(Map<String, Object> values, Set<String> trustDomains) {
        String text = (String) values.get(SELF);
        return text.isEmpty() ? null : ownId(SELF, text, trustDomains);
    }

    private static Set<SpiffeId> serverIds(Map<String, Object> values, Set<String> trustDomains) {
        Set<SpiffeId> ids = new LinkedHashSet<>();
        for (Object item : (List<?>) values.get(TlsFiles.SERVER_IDS)) {
            ids.add(ownId(TlsFiles.SERVER_IDS, (String) item, trustDomains));
        }
        return Collections.unmodifiableSet(ids);
    }

    private static SpiffeId ownId(String property, String text, Set<String> trustDomains) {
        SpiffeId id;
        try {
            id = SpiffeId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(property, text, e.getMessage());
        }
        if (!trustDomains.contains(id.trustDomain())) {
            throw new ConfigException(property, text, "its trust domain is not among " + TRUST_DOMAINS);
        }
        return id;
    }

    private static PrincipalName principalName(Map<String, Object> values, Set<String> trustDomains) {
        String template = (String) values.get(PRINCIPAL_NAME);
        try {
            return PrincipalName.parse(template, trustDomains.size());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(PRINCIPAL_NAME, template, e.getMessage());
        }
    }

    Set<String> trustDomains() {
        return trustDomains;
    }

    String secretDirectory() {
        return secretDirectory;
    }

    /** This node's own id, or null if it is not configured. */
    SpiffeId self() {
        return self;
    }

    PrincipalName principalName() {
        return principalName;
    }

    int headerTimeoutMillis() {
        return headerTimeoutMillis;
    }

    int bufferBytes() {
        return bufferBytes;
    }

    String tlsDirectory() {
        return tlsDirectory;
    }

    /** The ids that servers may have, besides this node's own. */
    Set<SpiffeId> serverIds() {
        return serverIds;
    }
}
