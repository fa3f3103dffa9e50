package dev.sluice.kafka;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** A mesh's certificate authority, by the JDK's keytool; it writes files as Istio's agent does. */
final class TestCa {
    private static final String PASSWORD = "changeit";

    private final Path directory;
    private final Path store;
    private int leaves;

    TestCa(Path directory) throws IOException, GeneralSecurityException {
        this.directory = directory;
        this.store = directory.resolve("ca.p12");
        keytool("-genkeypair", "-alias", "ca", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "O=mesh", "-ext", "bc:c",
            "-keystore", store.toString());
    }

    /** Writes cert-chain.pem, key.pem and root-cert.pem of a workload with these URIs, and returns their directory. */
    Path issue(String keyType, String... uris) throws IOException, GeneralSecurityException {
        Path out = Files.createDirectory(directory.resolve("leaf-" + leaves));
        Path leaf = directory.resolve("leaf-" + leaves++ + ".p12");
        Path request = directory.resolve("request.pem");
        Path certificate = directory.resolve("certificate.pem");
        List<String> size = keyType.equals("EC") ? List.of("-groupname", "secp256r1") : List.of("-keysize", "2048");
        List<String> generate = new ArrayList<>(List.of("-genkeypair", "-alias", "leaf", "-keyalg", keyType, "-dname", "O=workload",
            "-keystore", leaf.toString()));
        generate.addAll(size);
        keytool(generate.toArray(new String[0]));
        keytool("-certreq", "-alias", "leaf", "-keystore", leaf.toString(), "-file", request.toString());
        List<String> sign = new ArrayList<>(List.of("-gencert", "-alias", "ca", "-rfc", "-infile", request.toString(), "-outfile",
            certificate.toString(), "-keystore", store.toString()));
        if (uris.length > 0) {
            sign.add("-ext");
            sign.add("san=uri:" + String.join(",uri:", uris));
        }
        keytool(sign.toArray(new String[0]));

        KeyStore keys = KeyStore.getInstance(leaf.toFile(), PASSWORD.toCharArray());
        PrivateKey key = (PrivateKey) keys.getKey("leaf", PASSWORD.toCharArray());
        Certificate root = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()).getCertificate("ca");
        Files.copy(certificate, out.resolve("cert-chain.pem"));
        Files.writeString(out.resolve("root-cert.pem"), pem("CERTIFICATE", root.getEncoded()));
        Files.writeString(out.resolve("key.pem"), keyType.equals("EC")
            ? pem("EC PRIVATE KEY", sec1((ECPrivateKey) key)) : pem("PRIVATE KEY", key.getEncoded()));
        return out;
    }

    /** Puts the files of one workload where another's are. */
    static void replace(Path directory, Path by) throws IOException {
        for (String name : new String[] {"cert-chain.pem", "key.pem", "root-cert.pem"}) {
            Files.write(directory.resolve(name), Files.readAllBytes(by.resolve(name)));
        }
    }

    static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END " + type + "-----\n";
    }

    /** What stands in the envelope of PKCS#8 of an RSA key of 2048 bits. */
    static byte[] pkcs1(byte[] pkcs8) {
        return Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    }

    /** RFC 5915, section 3, with the curve P-256. */
    private static byte[] sec1(ECPrivateKey key) {
        byte[] s = new byte[32];
        byte[] number = key.getS().toByteArray();
        int length = Math.min(32, number.length);
        System.arraycopy(number, number.length - length, s, 32 - length, length);
        if (new BigInteger(1, s).compareTo(key.getS()) != 0) {
            throw new IllegalArgumentException("not P-256");
        }
        byte[] curve = {(byte) 0xA0, 10, 6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 3, 1, 7};
        return Bytes.join(new byte[] {0x30, 49, 2, 1, 1, 4, 32}, s, curve);
    }

    /** In this JVM, for a dozen new ones take minutes on a busy machine. */
    private static void keytool(String... arguments) throws GeneralSecurityException {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        try {
            Class.forName("sun.security.tools.keytool.Main").getMethod("main", String[].class)
                .invoke(null, (Object) all.toArray(new String[0]));
        } catch (ReflectiveOperationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
