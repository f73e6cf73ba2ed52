/** What all REST endpoints share: problem details, paging, revisions, security. */
@NullMarked
package dev.handfast.web;

import org.jspecify.annotations.NullMarked;
