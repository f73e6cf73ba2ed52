/**
 * Tests of renegotiations. Every trigger is shown with every mechanism that it can come to, by a
 * real client at the running application, and in what {@code handfast_renegotiations_total} counts:
 *
 * <table>
 * <caption>trigger and mechanism</caption>
 * <tr><td>api<td>renegotiation, key_update, post_handshake_auth, reconnect, none
 *     <td>{@link dev.handfast.renegotiation.RenegotiationIT}
 * <tr><td>policy_change<td>renegotiation, post_handshake_auth, reconnect
 *     <td>RenegotiationByRuleIT.clientsAreAskedForACertificateWhenTheirListenerComesToRequireOne,
 *     aChangedPolicyDisconnectsExactlyThoseItNoLongerAdmits
 * <tr><td>revocation<td>reconnect
 *     <td>RenegotiationByRuleIT.aRevokedClientIsDisconnectedAndNobodyElse
 * <tr><td>certificate_rotation<td>reconnect
 *     <td>RenegotiationByRuleIT.connectionsFollowTheRotationOfTheirCertificate
 * <tr><td>max_age<td>renegotiation, post_handshake_auth, reconnect
 *     <td>RenegotiationByRuleIT.clientsProveThemselvesAgainAsOftenAsTheirPolicySays,
 *     aClientIsDisconnectedWhenItsCertificateExpires
 * <tr><td>max_age<td>renegotiation, key_update
 *     <td>RenegotiationByRuleIT.keysAreRenewedWhenTheyAreOld
 * <tr><td>max_bytes<td>renegotiation, key_update
 *     <td>RenegotiationByRuleIT.keysAreRenewedWhenTheyHaveProtectedMuch
 * <tr><td>client<td>renegotiation, key_update
 *     <td>{@link dev.handfast.renegotiation.RenegotiationByClientIT}
 * <tr><td>resource<td>renegotiation, post_handshake_auth, none
 *     <td>{@link dev.handfast.renegotiation.RenegotiationByClientIT}
 * </table>
 *
 * <p>Clients that do not do what they are asked: without the certificate, declining, silent, asked
 * twice ({@link dev.handfast.renegotiation.RenegotiationIT}); another identity, garbage ({@link
 * dev.handfast.renegotiation.RenegotiationOfHostileClientIT}). Amid bulk data: {@link
 * dev.handfast.channel.RenegotiationUnderLoadIT}. Ten thousand times: {@code
 * ManyRenegotiationsTest}.
 */
@NullMarked
package dev.handfast.renegotiation;

import org.jspecify.annotations.NullMarked;
