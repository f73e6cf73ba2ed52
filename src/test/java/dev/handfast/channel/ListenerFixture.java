package dev.handfast.channel;

import dev.handfast.testing.RunningHandfast;
import tools.jackson.databind.JsonNode;

/** A listener made over the API for one test, deleted after it. */
final class ListenerFixture implements AutoCloseable {

  private final RunningHandfast handfast;
  private final String name;

  private ListenerFixture(RunningHandfast handfast, String name) {
    this.handfast = handfast;
    this.name = name;
  }

  /** Creates a listener on any port; {@code members} are further JSON members, comma first. */
  static ListenerFixture create(
      RunningHandfast handfast, String name, String upstream, String members) {
    return create(handfast, name, "default", upstream, members);
  }

  /** Creates a listener on any port that proves itself with the named certificate. */
  static ListenerFixture create(
      RunningHandfast handfast, String name, String certificate, String upstream, String members) {
    handfast
        .api()
        .post(
            "/api/v1/listeners",
            """
            {"name":"%s","address":"127.0.0.1","port":0,"upstream":"%s",
             "certificates":["%s"],"enabled":true%s}
            """
                .formatted(name, upstream, certificate, members))
        .expect(201);
    return new ListenerFixture(handfast, name);
  }

  /** Creates a listener that knows one server name only. */
  static ListenerFixture createRoutesOnly(
      RunningHandfast handfast, String name, String serverName) {
    handfast
        .api()
        .post(
            "/api/v1/listeners",
            """
            {"name":"%s","address":"127.0.0.1","port":0,"upstream":"inspect:",
             "routes":[{"serverName":"%s","certificates":["default"]}],"enabled":true}
            """
                .formatted(name, serverName))
        .expect(201);
    return new ListenerFixture(handfast, name);
  }

  JsonNode get() {
    return handfast.api().get("/api/v1/listeners/" + name).expect(200).json();
  }

  int port() {
    return get().at("/status/boundPort").intValue();
  }

  int connections() {
    return get().at("/status/connections").intValue();
  }

  /** Stops it; it stays configured. */
  void disable() {
    handfast
        .api()
        .put(
            "/api/v1/listeners/" + name,
            """
            {"name":"%s","address":"127.0.0.1","port":0,"upstream":"inspect:",
             "certificates":["default"],"enabled":false}
            """
                .formatted(name))
        .expect(200);
  }

  String name() {
    return name;
  }

  @Override
  public void close() {
    handfast.api().delete("/api/v1/listeners/" + name).expect(204);
  }
}
