package dev.sluice.kafka;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS with the certificates of one moment. A rotation makes a new one; connections keep theirs. */
final class TlsContext {
    private static final List<String> PROTOCOLS = Arrays.asList("TLSv1.3", "TLSv1.2"); // as Istio's proxies among themselves
    private static final char[] NO_PASSWORD = new char[0]; // the key store never leaves the heap

    /** Who may come in by the sessions of our contexts, so that those of others are not taken for ours. */
    private static final Map<SSLSessionContext, Admission> ADMISSIONS =
        Collections.synchronizedMap(new WeakHashMap<SSLSessionContext, Admission>());

    private final SSLContext context;

    private TlsContext(SSLContext context) {
        this.context = context;
    }

    /**
     * Makes TLS of the agent's files.
     *
     * @throws IOException if a file cannot be read as what it should be
     * @throws GeneralSecurityException if key and certificate do not belong together, as they may not while
     *     the agent writes one after the other
     */
    static TlsContext of(TlsFiles files, IdentityConfig config, Witness witness) throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = Pem.certificates(files.chain());
        PrivateKey key = Pem.privateKey(files.key());
        checkPair(key, chain.get(0));
        Admission admission = new Admission(config);
        Set<SpiffeId> servers = new HashSet<>(config.serverIds());
        servers.add(CertificateIdentity.admit(chain.toArray(new X509Certificate[0]), admission, "this node").id());

        KeyStore own = emptyStore();
        own.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(new X509Certificate[0]));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NO_PASSWORD);
        TrustManager trust = new IdTrustManager(roots(files), admission, servers, witness);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {trust}, null);
        ADMISSIONS.put(context.getServerSessionContext(), admission);
        return new TlsContext(context);
    }

    /** Returns who may come in by a session, or null if it is not one of ours. */
    static Admission admissionOf(SSLSession session) {
        SSLSessionContext context = session.getSessionContext();
        return context == null ? null : ADMISSIONS.get(context);
    }

    private static void checkPair(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
        byte[] text = {1};
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(text);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the private key does not belong to the certificate");
        }
    }

    private static X509ExtendedTrustManager roots(TlsFiles files) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        for (X509Certificate root : Pem.certificates(files.roots())) {
            store.setCertificateEntry("root-" + store.size(), root);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager) {
                return (X509ExtendedTrustManager) manager;
            }
        }
        throw new GeneralSecurityException("this JVM cannot verify certificates for an SSLEngine");
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, NO_PASSWORD);
        return store;
    }

    SSLEngine engine(String peerHost, int peerPort, boolean client) {
        SSLEngine engine = context.createSSLEngine(peerHost, peerPort);
        engine.setUseClientMode(client);
        List<String> protocols = new ArrayList<>(PROTOCOLS);
        protocols.retainAll(Arrays.asList(engine.getSupportedProtocols()));
        engine.setEnabledProtocols(protocols.toArray(new String[0]));
        if (!client) {
            engine.setNeedClientAuth(true);
        }
        return engine;
    }
}
