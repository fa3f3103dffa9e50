package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stock broker with the plug-in. That it starts at all shows that it may register with itself. */
class BrokerTest {
    private static final String ALICE = "spiffe://cluster.local/ns/apps/sa/alice";
    private static final String BOB = "spiffe://cluster.local/ns/apps/sa/bob";

    @TempDir
    static Path directory;
    private static Broker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = new Broker(directory, Map.of());
        try (Admin admin = Admin.create(broker.client(Broker.SELF))) {
            admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get(60, TimeUnit.SECONDS);
            admin.createAcls(List.of(
                allow(ResourceType.TOPIC, "orders", AclOperation.READ), allow(ResourceType.TOPIC, "orders", AclOperation.WRITE),
                allow(ResourceType.GROUP, "readers", AclOperation.READ),
                allow(ResourceType.TRANSACTIONAL_ID, "tx", AclOperation.WRITE))).all().get(60, TimeUnit.SECONDS);
        }
        waitForAcls();
    }

    /** The controller has written them, and the broker reads them a moment later, all at once. */
    private static void waitForAcls() throws Exception {
        try (Admin admin = Admin.create(broker.client(ALICE))) {
            for (int tries = 600; ; tries--) {
                try {
                    admin.describeTopics(List.of("orders")).allTopicNames().get(60, TimeUnit.SECONDS);
                    return;
                } catch (ExecutionException e) {
                    if (tries == 0 || !(e.getCause() instanceof TopicAuthorizationException)) {
                        throw e;
                    }
                    Thread.sleep(100);
                }
            }
        }
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    private static AclBinding allow(ResourceType type, String name, AclOperation operation) {
        return new AclBinding(new ResourcePattern(type, name, PatternType.LITERAL),
            new AccessControlEntry("User:" + ALICE, "*", operation, AclPermissionType.ALLOW));
    }

    @Test
    void aclsKnowTheServiceAccount() throws Exception {
        send(ALICE, "one");
        assertTrue(read(ALICE).contains("one"));
        assertThrowsAs(TopicAuthorizationException.class, () -> send(BOB, "two"));
        assertThrows(AuthorizationException.class, () -> read(BOB));
    }

    @Test
    void transactionsWork() throws Exception {
        Map<String, Object> properties = broker.client(ALICE);
        properties.put("transactional.id", "tx");
        try (KafkaProducer<String, String> producer = producer(properties)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("orders", "in a transaction")).get(30, TimeUnit.SECONDS);
            producer.commitTransaction();
        }
        assertTrue(read(ALICE).contains("in a transaction"));
        properties.putAll(broker.client(BOB));
        try (KafkaProducer<String, String> producer = producer(properties)) {
            assertThrows(AuthorizationException.class, producer::initTransactions);
        }
    }

    /** The broker forwards this to the controller, which has to decide on the client and not on the broker. */
    @Test
    void theControllerKnowsTheClientToo() {
        try (Admin admin = Admin.create(broker.client(ALICE))) {
            KafkaFuture<Void> created = admin.createTopics(List.of(new NewTopic("mine", 1, (short) 1))).all();
            assertThrowsAs(AuthorizationException.class, () -> created.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void recordsLargerThanAnyBufferArriveWhole() throws Exception {
        String large = "x".repeat(900_000);
        send(ALICE, large);
        assertTrue(read(ALICE).contains(large));
    }

    /** A client that reaches the port past the proxy, or through one that writes no header. */
    @Test
    void refusesAClientWithoutAHeader() throws Exception {
        long before = refused("no-header");
        Map<String, Object> properties = broker.client(ALICE);
        properties.put("security.protocol", "PLAINTEXT");
        assertCannotConnect(properties);
        assertTrue(refused("no-header") > before);
    }

    @Test
    void refusesAnotherSecretAndAClientWithoutAnId() throws Exception {
        long before = refused("wrong-secret");
        assertCannotConnect(broker.client(Broker.SELF, Bytes.OTHER_SECRET));
        assertTrue(refused("wrong-secret") > before);

        before = refused("no-id");
        assertCannotConnect(broker.client("-"));
        assertTrue(refused("no-id") > before);
    }

    @Test
    void rotatesTheSecretWithoutARestart() throws Exception {
        String next = "n".repeat(40);
        replace("previous", Bytes.SECRET);
        replace("current", next);
        try (Admin admin = Admin.create(broker.client(Broker.SELF, next))) {
            assertEquals(1, admin.describeCluster().nodes().get(30, TimeUnit.SECONDS).size());
        }
        send(ALICE, "with the previous secret");
        Files.delete(broker.secrets.resolve("previous"));
        Thread.sleep(1100); // the bound within which a secret is forgotten
        assertCannotConnect(broker.client(Broker.SELF));

        replace("current", Bytes.SECRET);
        Thread.sleep(1100);
        send(ALICE, "back again");
    }

    private static void replace(String name, String text) throws Exception {
        Path next = Files.writeString(directory.resolve("next"), text);
        Files.move(next, broker.secrets.resolve(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING,
            java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private static void assertCannotConnect(Map<String, Object> properties) {
        properties.put("default.api.timeout.ms", "2000");
        properties.put("request.timeout.ms", "1000");
        try (Admin admin = Admin.create(properties)) {
            assertThrowsAs(TimeoutException.class, () -> admin.describeCluster().nodes().get(30, TimeUnit.SECONDS));
        }
    }

    private static void assertThrowsAs(Class<? extends Exception> cause, org.junit.jupiter.api.function.Executable action) {
        ExecutionException e = assertThrows(ExecutionException.class, action);
        assertInstanceOf(cause, e.getCause());
    }

    private static void send(String id, String value) throws Exception {
        try (KafkaProducer<String, String> producer = producer(broker.client(id))) {
            producer.send(new ProducerRecord<>("orders", value)).get(30, TimeUnit.SECONDS);
        }
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> properties) {
        properties.put("enable.idempotence", properties.containsKey("transactional.id"));
        return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }

    private static List<String> read(String id) {
        Map<String, Object> properties = broker.client(id);
        properties.put("group.id", "readers");
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", "false");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("orders"));
            for (int empty = 0; empty < 3 || values.isEmpty();) {
                int before = values.size();
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(500))) {
                    values.add(each.value());
                }
                empty = values.size() == before && !consumer.assignment().isEmpty() ? empty + 1 : 0;
            }
        }
        return values;
    }

    static long refused(String reason) throws Exception {
        ObjectName name = new ObjectName("dev.sluice.kafka:type=mesh-identity,outcome=refused,reason=" + reason);
        return (Long) ManagementFactory.getPlatformMBeanServer().getAttribute(name, "Count");
    }
}
