package dev.handfast.replica;

import dev.handfast.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The replicas over REST. */
@RestController
@RequestMapping("/api/v1/replicas")
@Tag(name = "Replicas", description = "The processes that share the database")
class ReplicaApi {

  private final Replicas replicas;

  ReplicaApi(Replicas replicas) {
    this.replicas = replicas;
  }

  @GetMapping
  @Operation(
      summary = "Lists the replicas, and which configuration each of them runs",
      description = "A silent one was not heard of for a while; its connections may live on.")
  Page<Replica> list() {
    return new Page<>(replicas.all(), null);
  }
}
