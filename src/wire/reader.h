/* Reading a message that nobody has validated yet: the cursor and, where names
 * are checked, the places that compression pointers may lead to. */
#ifndef STUBDNS_WIRE_READER_H
#define STUBDNS_WIRE_READER_H

#include "wire/cursor.h"

/* A pointer has 14 bits, RFC 1035 section 4.1.4. */
#define STUBDNS__PLACES_MAX 16384

/* Every place before the cursor where a name, a label of one or a pointer
 * began, by offset: the octets and the pointer hops that a name read from there
 * takes when expanded; zero elsewhere.  It makes each pointer one step, and a
 * loop cannot be written down, since a place is noted only behind its name. */
struct stubdns__place {
  uint8_t length; /* 1 to 255 */
  uint8_t hops;
};

struct stubdns__reader {
  struct stubdns__cursor cursor;
  struct stubdns__place *places; /* NULL: names were checked before */
};

/* Steps over a name.  Fails with STUBDNS_ESHORT, STUBDNS_EBADLABEL,
 * STUBDNS_ENAMETOOLONG, STUBDNS_EBADPOINTER or STUBDNS_EPOINTERCHAIN. */
void stubdns__reader_name(struct stubdns__reader *reader);

/* The same, where compression is not allowed: STUBDNS_EBADRDATA. */
void stubdns__reader_plain_name(struct stubdns__reader *reader);

#endif
