package dev.handfast.web;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Tells a database that cannot be used now from a statement that is wrong. */
public final class DatabaseFailures {

  /** Of SQL: connection exception, insufficient resources, operator intervention, and H2's own. */
  private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57", "90");

  private DatabaseFailures() {}

  /** Whether the call may succeed when it is repeated later. */
  public static boolean isUnavailable(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DataAccessResourceFailureException
          || cause instanceof TransientDataAccessException
          || cause instanceof CannotCreateTransactionException
          || cause instanceof SQLTransientException
          || cause instanceof SQLRecoverableException
          || cause instanceof SQLNonTransientConnectionException
          || (cause instanceof SQLException sql && hasUnavailableState(sql))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasUnavailableState(SQLException failure) {
    String state = failure.getSQLState();
    return state != null
        && state.length() == 5
        && UNAVAILABLE_CLASSES.contains(state.substring(0, 2));
  }
}
