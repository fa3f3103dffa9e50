package dev.sluice.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.util.ArrayList;
import java.util.List;

/** Netty's encoder of PROXY headers: somebody else's reading of the same standard. */
final class SecondEncoder {
    private final List<HAProxyTLV> tlvs = new ArrayList<>();
    private HAProxyProxiedProtocol protocol = HAProxyProxiedProtocol.TCP4;
    private String source = "10.0.0.7";
    private int port = 41312;

    SecondEncoder from(String address, int sourcePort) {
        source = address;
        port = sourcePort;
        protocol = address.indexOf(':') < 0 ? HAProxyProxiedProtocol.TCP4 : HAProxyProxiedProtocol.TCP6;
        return this;
    }

    SecondEncoder tlv(int type, byte[] value) {
        tlvs.add(new HAProxyTLV((byte) type, Unpooled.wrappedBuffer(value)));
        return this;
    }

    /** What Sluice's filter makes Envoy write. */
    SecondEncoder client(String id, String secret) {
        return tlv(0xE0, Bytes.text(id)).tlv(0xE1, Bytes.text(secret));
    }

    byte[] encode() {
        String destination = protocol == HAProxyProxiedProtocol.TCP4 ? "10.0.0.8" : "2001:db8::8";
        EmbeddedChannel channel = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
        channel.writeOutbound(new HAProxyMessage(HAProxyProtocolVersion.V2, HAProxyCommand.PROXY, protocol,
            source, destination, port, 9092, tlvs));
        ByteBuf encoded = channel.readOutbound();
        byte[] bytes = new byte[encoded.readableBytes()];
        encoded.readBytes(bytes);
        encoded.release();
        channel.finishAndReleaseAll();
        return bytes;
    }
}
