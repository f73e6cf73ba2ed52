package dev.handfast.configuration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * H2 writes committed transactions to its file half a second later, and a killed process loses
 * them. So each committed transaction that may have written is followed by a checkpoint, before the
 * caller is answered. (H2's WRITE_DELAY=0 would do the same, but stops its compaction too.)
 */
@Component
class DurableCommits implements TransactionExecutionListener {

  private final ObjectProvider<JdbcConnectionDetails> connection;
  private final ObjectProvider<JdbcClient> jdbc;

  DurableCommits(
      ObjectProvider<JdbcConnectionDetails> connection, ObjectProvider<JdbcClient> jdbc) {
    this.connection = connection;
    this.jdbc = jdbc;
  }

  @Override
  public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
    if (failure == null
        && transaction.isNewTransaction()
        && !transaction.isReadOnly()
        && isH2File()) {
      jdbc.getObject().sql("checkpoint").update();
    }
  }

  private boolean isH2File() {
    return connection.getObject().getJdbcUrl().startsWith("jdbc:h2:file:");
  }
}
