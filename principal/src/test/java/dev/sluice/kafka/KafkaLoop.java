package dev.sluice.kafka;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ChannelBuilder;
import org.apache.kafka.common.network.ChannelState;
import org.apache.kafka.common.network.KafkaChannel;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.network.NetworkReceive;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.network.SslChannelBuilder;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

/**
 * One end of connections as Kafka runs it: its own Selector, SslChannelBuilder, SslFactory and
 * SslTransportLayer, with our engine in them.
 */
final class KafkaLoop implements AutoCloseable {
    private static final int LONGEST_REQUEST = 100 * 1024 * 1024; // a broker's socket.request.max.bytes

    final Selector selector;
    private final Metrics metrics = new Metrics();
    private final ChannelBuilder builder;
    private final ServerSocketChannel listener;
    private int connections;

    private KafkaLoop(ChannelBuilder builder, ServerSocketChannel listener) {
        this.builder = builder;
        this.listener = listener;
        this.selector = new Selector(LONGEST_REQUEST, -1, metrics, Time.SYSTEM, "test", Map.of(), true, builder, new LogContext());
    }

    static KafkaLoop server(Map<String, ?> properties) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new KafkaLoop(builder("SERVER", properties), listener);
    }

    static KafkaLoop client(Map<String, ?> properties) {
        return new KafkaLoop(builder("CLIENT", properties), null);
    }

    /** The constructor differs between the releases: 3.9 wants a LogContext, too. */
    private static ChannelBuilder builder(String mode, Map<String, ?> properties) {
        Map<String, Object> configs = new HashMap<>(properties);
        configs.putIfAbsent("ssl.engine.factory.class", MeshIdentitySslEngineFactory.class);
        configs.putIfAbsent("principal.builder.class", MeshPrincipalBuilder.class);
        try {
            Constructor<?> constructor = SslChannelBuilder.class.getConstructors()[0];
            List<Object> arguments = new ArrayList<>();
            for (Class<?> type : constructor.getParameterTypes()) {
                if (type.isEnum()) {
                    arguments.add(type.getMethod("valueOf", String.class).invoke(null, mode));
                } else if (type == ListenerName.class) {
                    arguments.add(mode.equals("SERVER") ? new ListenerName("MESH") : null);
                } else if (type == boolean.class) {
                    arguments.add(mode.equals("SERVER")); // as the listener between brokers, which Kafka validates
                } else {
                    arguments.add(new LogContext());
                }
            }
            ChannelBuilder builder = (ChannelBuilder) constructor.newInstance(arguments.toArray());
            builder.configure(configs);
            return builder;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    /** A client's end that writes bytes as it likes; the other end is in this loop, under the returned id. */
    Raw accept() throws IOException {
        SocketChannel client = SocketChannel.open(listener.getLocalAddress());
        client.socket().setTcpNoDelay(true);
        return new Raw(register(), client);
    }

    /** Takes the connection that waits at the listener into the loop. */
    String register() throws IOException {
        SocketChannel channel = listener.accept();
        channel.configureBlocking(false);
        channel.socket().setTcpNoDelay(true);
        String id = "c" + connections++;
        selector.register(id, channel);
        return id;
    }

    /** Polls once, and waits for something to do. */
    void poll() throws IOException {
        selector.poll(100);
    }

    NetworkReceive receive(String id) throws IOException {
        for (int i = 0; i < 100; i++) {
            poll();
            for (NetworkReceive receive : selector.completedReceives()) {
                if (receive.source().equals(id)) {
                    return receive;
                }
            }
            if (selector.disconnected().containsKey(id)) {
                throw new IOException("disconnected: " + selector.disconnected().get(id));
            }
        }
        throw new IOException("nothing came");
    }

    /** Polls until the connection is closed, and returns Kafka's state of it. */
    ChannelState closed(String id) throws IOException {
        for (int i = 0; i < 100; i++) {
            poll();
            ChannelState state = selector.disconnected().get(id);
            if (state != null) {
                return state;
            }
        }
        throw new IOException("it stays open");
    }

    KafkaChannel channel(String id) {
        return selector.channel(id);
    }

    @Override
    public void close() throws IOException {
        selector.close();
        builder.close();
        metrics.close();
        if (listener != null) {
            listener.close();
        }
    }

    /** A request as it is on the wire: its length, and itself. */
    static byte[] framed(byte[] payload) {
        return ByteBuffer.allocate(4 + payload.length).putInt(payload.length).put(payload).array();
    }

    static final class Raw implements AutoCloseable {
        final String id;
        final SocketChannel channel;

        Raw(String id, SocketChannel channel) {
            this.id = id;
            this.channel = channel;
        }

        void write(byte[] bytes) throws IOException {
            write(bytes, 0, bytes.length);
        }

        void write(byte[] bytes, int from, int to) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, from, to - from);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
