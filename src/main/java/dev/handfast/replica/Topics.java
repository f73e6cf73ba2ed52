package dev.handfast.replica;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Answers questions that come as text. Any thread; blocks as the topics do. */
final class Topics {

  static final int MAX_QUESTION = 1 << 16;
  static final int MAX_ANSWER = 4 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

  private final Supplier<Stream<Topic<?, ?>>> topics;
  private final JsonMapper strict;
  private final JsonMapper lenient;

  /**
   * Topics.
   *
   * @param topics of the features, asked for at each question
   */
  Topics(Supplier<Stream<Topic<?, ?>>> topics, JsonMapper json) {
    this.topics = topics;
    this.strict = json.rebuild().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    this.lenient =
        json.rebuild().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  }

  String write(Object question) {
    return strict.writeValueAsString(question);
  }

  /**
   * Reads another replica's answer.
   *
   * @return null if it has nothing to say
   * @throws JacksonException if it is not understood
   */
  <A> @Nullable A read(String answer, Class<A> type) {
    return lenient.readValue(answer, type);
  }

  /** Answers for this replica. Never throws. */
  Reply reply(String name, String question) {
    Optional<Topic<?, ?>> topic =
        topics.get().filter(candidate -> candidate.name().equals(name)).findFirst();
    if (topic.isEmpty()) {
      return Reply.failed("this version does not know what " + name + " is");
    }
    try {
      return reply(topic.get(), question);
    } catch (JacksonException e) {
      return Reply.failed(
          "this version does not understand the question: " + e.getOriginalMessage());
    } catch (RuntimeException e) {
      LOG.error("A question of another replica about {} failed", name, e);
      return Reply.failed("it failed; the log of that replica says more");
    }
  }

  private <Q, A> Reply reply(Topic<Q, A> topic, String question) {
    String answer =
        strict.writeValueAsString(
            topic.answering().apply(strict.readValue(question, topic.question())));
    return answer.length() > MAX_ANSWER
        ? Reply.failed(
            "%d characters to answer (expected: at most %d)".formatted(answer.length(), MAX_ANSWER))
        : new Reply(answer, null);
  }

  /** An answer, or why there is none. */
  record Reply(@Nullable String body, @Nullable String failure) {

    private static final int MAX_FAILURE = 1000;

    static Reply failed(String why) {
      return new Reply(null, why.substring(0, Math.min(why.length(), MAX_FAILURE)));
    }
  }
}
