package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionIdentitiesTest {

  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00.123Z");

  private final byte[] key = Fixtures.random(SessionIdentities.KEY_BYTES);
  private final SessionIdentities identities = new SessionIdentities(key);

  @Test
  void theIdentifierTellsWhenTheSessionWasIssued() {
    UUID id = UUID.fromString(identities.idOf(identities.next(NOW)));

    assertThat(id.version()).isEqualTo(8);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
  }

  @Test
  void everyReplicaFindsTheSameIdentifier() {
    byte[] identity = identities.next(NOW);

    assertThat(new SessionIdentities(key).idOf(identity)).isEqualTo(identities.idOf(identity));
  }

  @Test
  void sessionsOfOneMomentHaveIdentitiesThatShareNothing() {
    List<byte[]> many = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      many.add(identities.next(NOW));
    }

    assertThat(many).extracting(identities::idOf).doesNotHaveDuplicates();
    for (int position = 0; position < 32; position++) {
      int at = position;
      // Of 256 values some 16 each are expected; one that kept the time would be there 4,000 times.
      long same = many.stream().filter(identity -> identity[at] == many.getFirst()[at]).count();
      assertThat(same).as("byte %d", position).isLessThan(60);
    }
  }

  @Test
  void anIdentityWithOneBitChangedHasAnotherIdentifier() {
    byte[] identity = identities.next(NOW);
    String id = identities.idOf(identity);

    for (int bit = 0; bit < identity.length * 8; bit++) {
      byte[] changed = identity.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(identities.idOf(changed)).as("bit %d", bit).isNotEqualTo(id);
    }
  }

  @Test
  void whatIsTooShortOrTooLongIsNotPossible() {
    byte[] identity = identities.next(NOW);

    assertThat(SessionIdentities.isPossible(identity)).isTrue();
    assertThat(SessionIdentities.isPossible(Arrays.copyOf(identity, 15))).isFalse();
    assertThat(SessionIdentities.isPossible(new byte[65])).isFalse();
    assertThat(identities.idOf(Arrays.copyOf(identity, 16)))
        .isNotEqualTo(identities.idOf(identity));
  }
}
