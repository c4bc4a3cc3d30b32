/* Composing messages octet by octet.  Whatever does not fit is a mistake of
 * the program that composes. */
#include "compose.h"

#include <assert.h>
#include <string.h>

enum { CLASS_IN = 1, TYPE_OPT = 41 };

static uint8_t *room(struct composer *c, size_t length) {
  assert(length <= compose_room(c));
  uint8_t *octets = c->octets + c->length;
  c->length += length;
  return octets;
}

size_t compose_room(const struct composer *c) {
  return COMPOSE_SIZE - c->length;
}

void compose_set_u16(struct composer *c, size_t offset, unsigned value) {
  c->octets[offset] = (uint8_t)(value >> 8);
  c->octets[offset + 1] = (uint8_t)value;
}

void compose_u8(struct composer *c, unsigned value) {
  *room(c, 1) = (uint8_t)value;
}

void compose_u16(struct composer *c, unsigned value) {
  room(c, 2);
  compose_set_u16(c, c->length - 2, value);
}

void compose_u32(struct composer *c, uint32_t value) {
  compose_u16(c, value >> 16);
  compose_u16(c, value & 0xffff);
}

void compose_zeros(struct composer *c, size_t length) {
  memset(room(c, length), 0, length);
}

void compose_fill(struct composer *c, size_t length) {
  uint8_t *octets = room(c, length);
  for (size_t i = 0; i < length; i++)
    octets[i] = (uint8_t)(i * 37 + 11);
}

void compose_text(struct composer *c, const char *text) {
  memcpy(room(c, strlen(text)), text, strlen(text));
}

void compose_string(struct composer *c, const char *text) {
  compose_u8(c, (unsigned)strlen(text));
  compose_text(c, text);
}

void compose_pointer(struct composer *c, size_t pointer) {
  compose_u16(c, 0xc000u | (unsigned)pointer);
}

void compose_name(struct composer *c, const char *text, size_t pointer) {
  while (*text) {
    const size_t length = strcspn(text, ".");
    compose_u8(c, (unsigned)length);
    memcpy(room(c, length), text, length);
    text += length + (text[length] == '.');
  }
  if (pointer)
    compose_pointer(c, pointer);
  else
    compose_u8(c, 0);
}

void compose_reply(struct composer *c, const char *name, uint16_t type) {
  c->length = 0;
  compose_u16(c, 0x1234);
  compose_u16(c, 0x8180); /* QR, RD, RA */
  compose_u16(c, 1);
  compose_zeros(c, 6);
  compose_name(c, name, 0);
  compose_u16(c, type);
  compose_u16(c, CLASS_IN);
}

void compose_fixed(struct composer *c, enum compose_section section,
                   uint16_t type, uint32_t ttl_s) {
  const size_t count = 4 + 2 * (size_t)section;
  compose_set_u16(c, count,
                  ((unsigned)c->octets[count] << 8 | c->octets[count + 1]) + 1);
  compose_u16(c, type);
  compose_u16(c, CLASS_IN);
  compose_u32(c, ttl_s);
  compose_u16(c, 0);
  c->rdlength_offset = c->length - 2;
}

void compose_end(struct composer *c) {
  compose_set_u16(c, c->rdlength_offset,
                  (unsigned)(c->length - c->rdlength_offset - 2));
}

void compose_opt(struct composer *c, uint32_t flags) {
  compose_u8(c, 0);
  compose_fixed(c, COMPOSE_ADDITIONAL, TYPE_OPT, flags);
  compose_set_u16(c, c->length - 8, 1232);
}
