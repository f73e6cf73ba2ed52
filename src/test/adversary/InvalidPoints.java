import de.rub.nds.modifiablevariable.util.Modifiable;
import de.rub.nds.tlsattacker.core.config.Config;
import de.rub.nds.tlsattacker.core.constants.NamedGroup;
import de.rub.nds.tlsattacker.core.protocol.message.ECDHClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.protocol.message.extension.KeyShareExtensionMessage;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Public keys that are none. */
final class InvalidPoints {

  private InvalidPoints() {}

  /** Points that are on no curve, of small order, or none at all. */
  static void addTo(Attacks attacks) {
    Map<String, byte[]> points = new LinkedHashMap<>();
    byte[] off = new byte[65];
    Arrays.fill(off, (byte) 7);
    off[0] = 4;
    points.put("off-curve", off);
    points.put("origin", Attacks.edited(new byte[65], 0, 4));
    points.put("infinity", new byte[] {0});
    points.put("compressed", Attacks.edited(Arrays.copyOf(off, 33), 0, 2));
    points.put("hybrid", Attacks.edited(off.clone(), 0, 6));
    points.put("short", Arrays.copyOf(off, 64));
    points.put("long", Arrays.copyOf(off, 66));
    byte[] beyond = new byte[65];
    Arrays.fill(beyond, (byte) 0xff);
    points.put("beyond-field", Attacks.edited(beyond, 0, 4));
    points.forEach((name, point) -> invalidPoint(attacks, name, NamedGroup.SECP256R1, point));
    points.clear();
    byte[] one = new byte[32];
    one[0] = 1;
    points.put("x25519-zero", new byte[32]);
    points.put("x25519-one", one);
    points.put(
        "x25519-order-8",
        HexFormat.of()
            .parseHex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"));
    points.put("x25519-short", new byte[31]);
    points.forEach((name, point) -> invalidPoint(attacks, name, NamedGroup.ECDH_X25519, point));
  }

  private static void invalidPoint(Attacks attacks, String name, NamedGroup group, byte[] point) {
    attacks.add(
        "point-12-" + name,
        Clients.with(
            Clients.tls12(Clients.GCM), config -> config.setDefaultClientNamedGroups(group)),
        trace -> {
          // As content, for TLS-Attacker does not send a key that it cannot read itself.
          byte[] content = new byte[1 + point.length];
          content[0] = (byte) point.length;
          System.arraycopy(point, 0, content, 1, point.length);
          ECDHClientKeyExchangeMessage message = new ECDHClientKeyExchangeMessage();
          message.setMessageContent(Modifiable.explicit(content));
          Attacks.finish(trace, message);
        });
    Config config =
        Clients.with(
            Clients.tls13(),
            it -> {
              it.setDefaultClientNamedGroups(group);
              it.setDefaultClientKeyShareNamedGroups(group);
            });
    attacks.addWithHello(
        "point-13-" + name,
        config,
        hello ->
            hello
                .getExtension(KeyShareExtensionMessage.class)
                .getKeyShareList()
                .getFirst()
                .setPublicKey(Modifiable.explicit(point)),
        trace -> {});
  }
}
