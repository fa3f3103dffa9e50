package dev.sluice.kafka;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a peer whose certificate comes from the mesh's roots and has the right SPIFFE id: any that is let
 * in, of a client; one out of a list, of a server. Mesh certificates have no host names to verify.
 */
final class IdTrustManager extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager roots;
    private final Admission admission;
    private final Set<SpiffeId> servers;
    private final Witness witness;

    IdTrustManager(X509ExtendedTrustManager roots, Admission admission, Set<SpiffeId> servers, Witness witness) {
        this.roots = roots;
        this.admission = admission;
        this.servers = servers;
        this.witness = witness;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        roots.checkClientTrusted(chain, authType, engine);
        try {
            CertificateIdentity.admit(chain, admission, engine.getPeerHost());
        } catch (Refusal e) {
            witness.refused(e, engine.getPeerHost());
            throw new CertificateException(e.getMessage(), e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        roots.checkServerTrusted(chain, authType, engine);
        SpiffeId id;
        try {
            id = CertificateIdentity.admit(chain, admission, engine.getPeerHost()).id();
        } catch (Refusal e) {
            throw new CertificateException(e.getMessage(), e);
        }
        if (!servers.contains(id)) {
            throw new CertificateException("the server is " + id + ", which is neither this node's own id nor among "
                + TlsFiles.SERVER_IDS);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        throw new CertificateException("Kafka uses engines only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        throw new CertificateException("Kafka uses engines only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("Kafka uses engines only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("Kafka uses engines only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return roots.getAcceptedIssuers();
    }
}
