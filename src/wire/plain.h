/* RDATA as it would stand without compression: piece by piece, its names
 * expanded.  RFC 3597 section 5 wants it so in text. */
#ifndef STUBDNS_WIRE_PLAIN_H
#define STUBDNS_WIRE_PLAIN_H

#include "stubdns/message.h"

struct stubdns__plain {
  stubdns_fields_t fields;
  stubdns_field_t field; /* the one that is being given */
  size_t offset;         /* of what comes next in it */
  stubdns_name_t name;   /* where names are expanded to */
  int is_opaque;
};

/* The walk keeps `record`. */
void stubdns__plain_begin(struct stubdns__plain *plain,
                          const stubdns_record_t *record);

/* Gives the next piece, which lives until the next call; returns 0 behind the
 * last one. */
int stubdns__plain_next(struct stubdns__plain *plain, const uint8_t **octets,
                        size_t *length);

/* The octets of all pieces; at most 65535 * 128, since a pointer of two octets
 * stands for at most 255. */
size_t stubdns__plain_length(const stubdns_record_t *record);

/* The offset behind the name at `offset` of the record's message. */
size_t stubdns__name_end(const stubdns_record_t *record, size_t offset);

#endif
