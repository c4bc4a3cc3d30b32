/* Building whole messages with name compression, RFC 1035 section 4.1.4: for
 * responders, replayed replies and tests.  A plain query is easier with
 * query.h.
 *
 *   stubdns_builder_t builder;
 *   stubdns_builder_begin(&builder, octets, size, id, flags);
 *   stubdns_builder_question(&builder, &question);
 *   stubdns_builder_record(&builder, STUBDNS_SECTION_ANSWER, &record);
 *   int error = stubdns_builder_finish(&builder, &length);
 *
 * Calls may go on after an error: the first one sticks, and
 * stubdns_builder_finish() returns it. */
#ifndef STUBDNS_BUILDER_H
#define STUBDNS_BUILDER_H

#include "edns.h"
#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Labels that later names can be compressed to; a power of two.  Names beyond
 * are written whole, which costs room and nothing else. */
#define STUBDNS_BUILDER_LABELS_MAX 1024

/* A message being built, in the user's octets and without allocation.  All of
 * it is private. */
typedef struct stubdns_builder {
  uint8_t *octets;
  size_t size;
  size_t length;
  int error;
  uint8_t section;
  uint8_t has_opt;
  uint16_t counts[4];
  struct {
    unsigned offset : 14; /* of the label in the message; 0: free */
    unsigned hops : 2;    /* pointers that the name from there goes through */
    unsigned parent : 16; /* the label behind it, 1 + its index; 0: the root */
  } labels[STUBDNS_BUILDER_LABELS_MAX];
} stubdns_builder_t;

/* Begins a message in at most `size` octets.  `flags` are the header's second
 * 16 bits: STUBDNS_FLAG_*, opcode << 11 and the lower four bits of the RCODE.
 */
void stubdns_builder_begin(stubdns_builder_t *builder, uint8_t *octets,
                           size_t size, uint16_t id, uint16_t flags);

/* Adds a question; questions come before records. */
void stubdns_builder_question(stubdns_builder_t *builder,
                              const stubdns_question_t *question);

/* Adds a copy of a record, which may be a view into another message; sections
 * come in their order.  Names are compressed to those before them, letter case
 * kept, and go through three pointers at most; in RDATA only for the types of
 * RFC 1035, as RFC 3597 section 4 wants.
 *
 * A malformed RDATA is copied as it is, unless names in its type can be
 * compressed: a pointer would lead elsewhere then, and the message fails with
 * the record's error. */
void stubdns_builder_record(stubdns_builder_t *builder,
                            enum stubdns_section section,
                            const stubdns_record_t *record);

/* Adds the OPT record to the additional section; `options` are `length` octets
 * in wire form, as stubdns_options_t collects them. */
void stubdns_builder_opt(stubdns_builder_t *builder, const stubdns_edns_t *edns,
                         const uint8_t *options, size_t length);

/* Ends the message and gives its octets in `*length`; where they did not fit, a
 * size that is enough.
 *
 * Returns 0; STUBDNS_ENOSPACE; STUBDNS_ETOOLONG above 65535 octets;
 * STUBDNS_EINVALID for a question or section out of order, a second OPT, or
 * more than 65535 of a kind; the error of a malformed record. */
int stubdns_builder_finish(stubdns_builder_t *builder, size_t *length);

#ifdef __cplusplus
}
#endif
#endif
