package dev.sluice.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The texts of the three files that the proxy's agent writes (OUTPUT_CERTS), as they were at one time. */
final class TlsFiles {
    static final String DIRECTORY = IdentityConfig.PREFIX + "tls.directory";
    static final String SERVER_IDS = IdentityConfig.PREFIX + "tls.server.ids";

    private static final int LONGEST = 64 * 1024 - 1024; // bytes of a file; less than DER's two octets of length

    private final String chain;
    private final String key;
    private final String roots;

    private TlsFiles(String chain, String key, String roots) {
        this.chain = chain;
        this.key = key;
        this.roots = roots;
    }

    static TlsFiles read(Path directory) throws IOException {
        return new TlsFiles(read(directory, "cert-chain.pem"), read(directory, "key.pem"), read(directory, "root-cert.pem"));
    }

    private static String read(Path directory, String name) throws IOException {
        Path file = directory.resolve(name);
        byte[] bytes = new byte[LONGEST + 1];
        int length = 0;
        try (InputStream in = Files.newInputStream(file)) {
            int n;
            while (length < bytes.length && (n = in.read(bytes, length, bytes.length - length)) > 0) {
                length += n;
            }
        }
        if (length > LONGEST) {
            throw new IOException(file + " is longer than " + LONGEST + " bytes");
        }
        return new String(Arrays.copyOf(bytes, length), StandardCharsets.ISO_8859_1);
    }

    String chain() {
        return chain;
    }

    String key() {
        return key;
    }

    String roots() {
        return roots;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof TlsFiles)) {
            return false;
        }
        TlsFiles files = (TlsFiles) other;
        return chain.equals(files.chain) && key.equals(files.key) && roots.equals(files.roots);
    }

    @Override
    public int hashCode() {
        return chain.hashCode() ^ key.hashCode() ^ roots.hashCode();
    }
}
