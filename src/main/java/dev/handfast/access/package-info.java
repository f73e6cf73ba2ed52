/** Who may do what: local users, API tokens, roles, and how callers prove who they are. */
@NullMarked
package dev.handfast.access;

import org.jspecify.annotations.NullMarked;
