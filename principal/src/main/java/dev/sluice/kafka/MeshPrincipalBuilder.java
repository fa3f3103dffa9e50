package dev.sluice.kafka;

import java.security.Principal;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.KafkaPrincipalBuilder;
import org.apache.kafka.common.security.auth.KafkaPrincipalSerde;
import org.apache.kafka.common.security.auth.SslAuthenticationContext;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;

/**
 * Gives Kafka the principal that the mesh has proved, on listeners with {@link
 * MeshIdentitySslEngineFactory} or {@link IstioTlsSslEngineFactory}. On any other listener it refuses rather
 * than call a client ANONYMOUS, so name it for those listeners only: {@code
 * listener.name.LISTENER.principal.builder.class}.
 *
 * <p>A broker sends the principal of a client to the controller, which has to read it whichever builder its
 * own listener has. So it is written as Kafka's own builder does.
 *
 * <p>Kafka makes one builder for each connection, and asks it with each request: nothing here is costly.
 */
public final class MeshPrincipalBuilder implements KafkaPrincipalBuilder, KafkaPrincipalSerde {
    private static final DefaultKafkaPrincipalBuilder SERDE = new DefaultKafkaPrincipalBuilder(null, null);

    private KafkaPrincipal ofCertificate; // of the one connection that this builder is for

    /** Made by Kafka. */
    public MeshPrincipalBuilder() {}

    /**
     * Returns the client's principal.
     *
     * @throws IllegalStateException if the mesh has not proved one, upon which Kafka closes the connection
     */
    @Override
    public KafkaPrincipal build(AuthenticationContext context) {
        if (!(context instanceof SslAuthenticationContext)) {
            throw new IllegalStateException("Listener " + context.listenerName() + " has the security protocol "
                + context.securityProtocol() + ", which does not carry the mesh's identity. Use SSL with "
                + MeshIdentitySslEngineFactory.class.getName() + ", or another principal builder for this listener.");
        }
        SSLSession session = ((SslAuthenticationContext) context).session();
        try {
            Principal peer = session.getPeerPrincipal();
            if (peer instanceof MeshPrincipal) {
                return ((MeshPrincipal) peer).kafkaPrincipal();
            }
            return ofCertificate(session, context);
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException("Listener " + context.listenerName() + " has no proof of who the client is:"
                + " it needs the ssl.engine.factory.class " + MeshIdentitySslEngineFactory.class.getName() + " or "
                + IstioTlsSslEngineFactory.class.getName(), e);
        }
    }

    private KafkaPrincipal ofCertificate(SSLSession session, AuthenticationContext context)
            throws SSLPeerUnverifiedException {
        if (ofCertificate != null) {
            return ofCertificate;
        }
        Admission admission = TlsContext.admissionOf(session);
        if (admission == null) {
            throw new SSLPeerUnverifiedException("the listener has another ssl.engine.factory.class");
        }
        String source = context.clientAddress().getHostAddress();
        try {
            ofCertificate = CertificateIdentity.admit(session.getPeerCertificates(), admission, source).kafkaPrincipal();
        } catch (Refusal e) {
            Connections.OF_THIS_JVM.refused(e, source);
            throw new IllegalStateException(e.getMessage(), e);
        }
        Connections.OF_THIS_JVM.accepted();
        return ofCertificate;
    }

    @Override
    public byte[] serialize(KafkaPrincipal principal) {
        return SERDE.serialize(principal);
    }

    @Override
    public KafkaPrincipal deserialize(byte[] bytes) {
        return SERDE.deserialize(bytes);
    }
}
