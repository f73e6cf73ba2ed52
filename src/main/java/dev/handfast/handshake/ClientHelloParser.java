package dev.handfast.handshake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses the body of a ClientHello strictly (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2):
 * lengths must agree, lists must not be empty where the RFCs forbid it, no extension may come
 * twice.
 */
final class ClientHelloParser {

  private static final int SERVER_NAME = 0;
  private static final int SUPPORTED_GROUPS = 10;
  private static final int EC_POINT_FORMATS = 11;
  private static final int SIGNATURE_ALGORITHMS = 13;
  private static final int APPLICATION_PROTOCOLS = 16;
  private static final int PRE_SHARED_KEY = 41;
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int PSK_KEY_EXCHANGE_MODES = 45;
  private static final int SIGNATURE_ALGORITHMS_CERT = 50;
  private static final int KEY_SHARE = 51;

  private static final int RANDOM = 32;
  private static final int MAX_SESSION_ID = 32;

  private final List<Integer> extensions = new ArrayList<>();
  private List<Integer> supportedVersions = List.of();
  private List<Integer> groups = List.of();
  private List<Integer> keyShareGroups = List.of();
  private List<Integer> signatureSchemes = List.of();
  private List<Integer> certificateSignatureSchemes = List.of();
  private List<Integer> pointFormats = List.of();
  private List<String> applicationProtocols = List.of();
  private List<ClientHello.PskIdentity> pskIdentities = List.of();
  private List<Integer> pskModes = List.of();
  private @Nullable String serverName;

  private ClientHelloParser() {}

  /**
   * Parses.
   *
   * @param body of the handshake message, without its header of four bytes
   * @throws HandshakeException with {@link Reason#MALFORMED_CLIENT_HELLO}, or {@link
   *     Reason#OBSOLETE_PROTOCOL} for SSL
   */
  static ClientHello parse(byte[] body) throws HandshakeException {
    return new ClientHelloParser().parseBody(new WireReader(body, "ClientHello"));
  }

  private ClientHello parseBody(WireReader in) throws HandshakeException {
    int legacyVersion = in.uint16("legacy_version");
    in.skip(RANDOM, "random");
    byte[] sessionId = in.opaque8("legacy_session_id", 0, MAX_SESSION_ID);
    List<Integer> cipherSuites = in.vector16("cipher_suites", 2).uint16List("cipher_suites");
    List<Integer> compressions = in.vector8("compression_methods", 1).uint8List("compression");
    if (!compressions.contains(0)) {
      throw in.malformed("compression_methods: no null method (RFC 5246 section 7.4.1.2)");
    }
    if (in.hasRemaining()) {
      WireReader list = in.vector16("extensions", 0);
      in.expectEnd();
      parseExtensions(list);
    }
    checkVersion(in, legacyVersion);
    return new ClientHello(
        legacyVersion,
        supportedVersions,
        sessionId,
        cipherSuites,
        extensions,
        groups,
        keyShareGroups,
        signatureSchemes,
        certificateSignatureSchemes,
        pointFormats,
        serverName,
        applicationProtocols,
        pskIdentities,
        pskModes);
  }

  private void checkVersion(WireReader in, int legacyVersion) throws HandshakeException {
    if (legacyVersion >>> 8 != 3 && legacyVersion > ProtocolVersion.SSL_3.code()) {
      throw in.malformed("legacy_version: 0x%04x (expected: 0x03..)".formatted(legacyVersion));
    }
    if (legacyVersion <= ProtocolVersion.SSL_3.code() && supportedVersions.isEmpty()) {
      String name =
          ProtocolVersion.ofCode(legacyVersion)
              .map(ProtocolVersion::text)
              .orElse("0x%04x".formatted(legacyVersion));
      throw new HandshakeException(
          Reason.OBSOLETE_PROTOCOL,
          "offered %s, which no profile accepts: it is broken (RFC 7568); expected: TLS 1.0 or newer"
              .formatted(name));
    }
    if (legacyVersion < ProtocolVersion.TLS_1_0.code()) {
      throw in.malformed(
          "legacy_version: 0x%04x beside supported_versions (expected: 0x0303)"
              .formatted(legacyVersion));
    }
  }

  private void parseExtensions(WireReader list) throws HandshakeException {
    Set<Integer> seen = new HashSet<>();
    while (list.hasRemaining()) {
      int type = list.uint16("extension_type");
      WireReader data = list.vector16("extension " + type, 0);
      if (!seen.add(type)) {
        throw list.malformed("extension %d comes twice".formatted(type));
      }
      extensions.add(type);
      parseExtension(type, data);
    }
    if (seen.contains(PRE_SHARED_KEY) && extensions.getLast() != PRE_SHARED_KEY) {
      throw list.malformed("pre_shared_key is not the last extension (RFC 8446 section 4.2.11)");
    }
  }

  private void parseExtension(int type, WireReader data) throws HandshakeException {
    switch (type) {
      case SERVER_NAME -> serverName = serverName(data);
      case SUPPORTED_GROUPS -> groups = data.vector16("supported_groups", 2).uint16List("groups");
      case EC_POINT_FORMATS ->
          pointFormats = data.vector8("ec_point_formats", 1).uint8List("ec_point_formats");
      case SIGNATURE_ALGORITHMS ->
          signatureSchemes = data.vector16("signature_algorithms", 2).uint16List("schemes");
      case SIGNATURE_ALGORITHMS_CERT ->
          certificateSignatureSchemes =
              data.vector16("signature_algorithms_cert", 2).uint16List("schemes");
      case APPLICATION_PROTOCOLS -> applicationProtocols = applicationProtocols(data);
      case SUPPORTED_VERSIONS ->
          supportedVersions = data.vector8("supported_versions", 2).uint16List("versions");
      case PSK_KEY_EXCHANGE_MODES ->
          pskModes = data.vector8("psk_key_exchange_modes", 1).uint8List("modes");
      case KEY_SHARE -> keyShareGroups = keyShareGroups(data);
      case PRE_SHARED_KEY -> pskIdentities = pskIdentities(data);
      default -> {
        return; // Kept by its type only: what is not read here is not judged here.
      }
    }
    data.expectEnd();
  }

  /** RFC 6066 section 3: at most one name of type host_name. */
  private static String serverName(WireReader data) throws HandshakeException {
    WireReader list = data.vector16("server_name_list", 1);
    int type = list.uint8("name_type");
    if (type != 0) {
      throw list.malformed("name_type: %d (expected: 0, host_name)".formatted(type));
    }
    byte[] bytes = list.opaque16("host_name", 1, 255);
    list.expectEnd();
    for (byte b : bytes) {
      if (b <= 0x20 || b == 0x7f) {
        throw list.malformed("host_name: byte 0x%02x (expected: ASCII)".formatted(b & 0xff));
      }
    }
    String name = new String(bytes, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    return name.length() > 1 && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /** RFC 7301 section 3.1. The bytes of a name are kept as ISO 8859-1, which loses nothing. */
  private static List<String> applicationProtocols(WireReader data) throws HandshakeException {
    WireReader list = data.vector16("protocol_name_list", 2);
    List<String> names = new ArrayList<>();
    while (list.hasRemaining()) {
      names.add(new String(list.opaque8("protocol_name", 1, 255), StandardCharsets.ISO_8859_1));
    }
    return names;
  }

  private static List<Integer> keyShareGroups(WireReader data) throws HandshakeException {
    WireReader list = data.vector16("client_shares", 0);
    List<Integer> result = new ArrayList<>();
    while (list.hasRemaining()) {
      int group = list.uint16("group");
      list.opaque16("key_exchange", 1, 65535);
      if (result.contains(group)) {
        throw list.malformed("two key shares for group 0x%04x".formatted(group));
      }
      result.add(group);
    }
    return result;
  }

  private static List<ClientHello.PskIdentity> pskIdentities(WireReader data)
      throws HandshakeException {
    WireReader list = data.vector16("identities", 7);
    List<ClientHello.PskIdentity> result = new ArrayList<>();
    while (list.hasRemaining()) {
      byte[] identity = list.opaque16("identity", 1, 65535);
      result.add(new ClientHello.PskIdentity(identity, list.uint32("obfuscated_ticket_age")));
    }
    WireReader binders = data.vector16("binders", 33);
    int count = 0;
    while (binders.hasRemaining()) {
      binders.opaque8("binder", 32, 255);
      count++;
    }
    if (count != result.size()) {
      throw data.malformed("%d binders for %d identities".formatted(count, result.size()));
    }
    return result;
  }
}
