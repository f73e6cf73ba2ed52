package dev.handfast.listener;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * A live connection as the API shows it.
 *
 * @param replica the name of the replica that has it
 */
record ConnectionView(@JsonUnwrapped ConnectionInfo connection, String replica) {

  String id() {
    return connection.id();
  }
}
