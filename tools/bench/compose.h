/* Composing messages octet by octet for measurements, valid or not: counts,
 * pointers and lengths are whatever the caller says.  RFC 1035 section 4.1. */
#ifndef STUBDNS_BENCH_COMPOSE_H
#define STUBDNS_BENCH_COMPOSE_H

#include <stddef.h>
#include <stdint.h>

#define COMPOSE_SIZE 65535
#define COMPOSE_QUESTION 12 /* offset of the question's name */

struct composer {
  size_t length;
  size_t rdlength_offset; /* of the record that is open */
  uint8_t octets[COMPOSE_SIZE];
};

enum compose_section {
  COMPOSE_ANSWER = 1,
  COMPOSE_AUTHORITY,
  COMPOSE_ADDITIONAL
};

/* Begins a reply with one question in class IN. */
void compose_reply(struct composer *c, const char *name, uint16_t type);

void compose_u8(struct composer *c, unsigned value);
void compose_u16(struct composer *c, unsigned value);
void compose_u32(struct composer *c, uint32_t value);
void compose_zeros(struct composer *c, size_t length);
void compose_text(struct composer *c, const char *text);
void compose_fill(struct composer *c, size_t length);

/* One character-string, RFC 1035 section 3.3. */
void compose_string(struct composer *c, const char *text);

/* The labels of `text`, divided by dots, and behind them a pointer to
 * `pointer`, or the root label where that is 0. */
void compose_name(struct composer *c, const char *text, size_t pointer);
void compose_pointer(struct composer *c, size_t pointer);

/* Type to RDLENGTH of a record whose owner has been written; its section's
 * count grows by one.  compose_end() gives RDLENGTH what was written since. */
void compose_fixed(struct composer *c, enum compose_section section,
                   uint16_t type, uint32_t ttl_s);
void compose_end(struct composer *c);

/* An OPT record without options, RFC 6891 section 6.1.2. */
void compose_opt(struct composer *c, uint32_t flags);

/* Octets that are still free. */
size_t compose_room(const struct composer *c);

/* Writes 16 bits at `offset`. */
void compose_set_u16(struct composer *c, size_t offset, unsigned value);

#endif
