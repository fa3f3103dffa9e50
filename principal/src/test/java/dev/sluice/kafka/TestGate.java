package dev.sluice.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A gate as a broker has it, for the trust domain cluster.local and the secret of {@link Bytes}. */
final class TestGate {
    private static final Path DIRECTORY = directory();

    private TestGate() {}

    private static Path directory() {
        try {
            Path directory = Files.createTempDirectory("secrets");
            Path current = Files.writeString(directory.resolve("current"), Bytes.SECRET);
            current.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("sluice.identity.trust.domains", "cluster.local");
        properties.put("sluice.identity.secret.directory", DIRECTORY.toString());
        properties.put("sluice.identity.self", "spiffe://cluster.local/ns/kafka/sa/kafka");
        return properties;
    }

    static Gate gate() {
        return gate(IdentityConfig.read(properties()));
    }

    static Gate gate(IdentityConfig config) {
        try {
            return new Gate(new Secrets(DIRECTORY, System::nanoTime), new Admission(config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
