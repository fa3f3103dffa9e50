package dev.sluice.kafka;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads what Istio's agent writes: certificates, and a private key as PKCS#8, as PKCS#1 (RSA) or as SEC 1
 * (elliptic curves). Java reads the first only, so the other two are put into its envelope.
 */
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private Pem() {}

    private static final class Block {
        private final String type;
        private final byte[] der;

        Block(String type, byte[] der) {
            this.type = type;
            this.der = der;
        }
    }

    /** Returns the certificates in a file, at least one. */
    static List<X509Certificate> certificates(String text) throws IOException, GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(text)) {
            if (block.type.equals("CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der)));
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException("there is no certificate in it");
        }
        return certificates;
    }

    /** Returns the one private key in a file. */
    static PrivateKey privateKey(String text) throws IOException, GeneralSecurityException {
        for (Block block : blocks(text)) {
            switch (block.type) {
                case "PRIVATE KEY":
                    return pkcs8(block.der);
                case "RSA PRIVATE KEY":
                    return pkcs8(Der.pkcs8OfRsa(block.der));
                case "EC PRIVATE KEY":
                    return pkcs8(Der.pkcs8OfCurve(block.der));
                default: // EC PARAMETERS, which openssl puts before a key
            }
        }
        throw new IOException("there is no private key in it");
    }

    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (GeneralSecurityException notRsa) {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        }
    }

    private static List<Block> blocks(String text) throws IOException {
        List<Block> blocks = new ArrayList<>();
        int at = 0;
        while ((at = text.indexOf(BEGIN, at)) >= 0) {
            int typeEnd = text.indexOf(DASHES, at + BEGIN.length());
            if (typeEnd < 0) {
                throw new IOException("a PEM block has no type");
            }
            String type = text.substring(at + BEGIN.length(), typeEnd);
            int end = text.indexOf(END + type + DASHES, typeEnd);
            if (end < 0) {
                throw new IOException("a PEM block has no end");
            }
            try {
                blocks.add(new Block(type, Base64.getMimeDecoder().decode(text.substring(typeEnd + DASHES.length(), end))));
            } catch (IllegalArgumentException e) {
                throw new IOException("a PEM block is not Base64", e);
            }
            at = end;
        }
        return blocks;
    }
}
