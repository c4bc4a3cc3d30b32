/* The bounded writer through which every octet of a message goes out.  It
 * counts what does not fit, so that the caller learns how much room is needed;
 * nothing is written behind a piece that did not fit. */
#ifndef STUBDNS_WIRE_WRITER_H
#define STUBDNS_WIRE_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct stubdns__writer {
  uint8_t *octets;
  size_t size;
  size_t length; /* octets put so far, fitting or not */
};

static inline struct stubdns__writer stubdns__writer_make(uint8_t *octets,
                                                          size_t size) {
  return (struct stubdns__writer){octets, size, 0};
}

/* Room for `length` more octets, or NULL where they do not fit. */
static inline uint8_t *stubdns__writer_room(struct stubdns__writer *writer,
                                            size_t length) {
  const size_t offset = writer->length;
  writer->length += length;
  if (offset > writer->size || length > writer->size - offset) return NULL;
  return writer->octets + offset;
}

static inline void stubdns__writer_octets(struct stubdns__writer *writer,
                                          const uint8_t *octets,
                                          size_t length) {
  uint8_t *room = stubdns__writer_room(writer, length);
  if (room && length) memcpy(room, octets, length);
}

static inline void stubdns__writer_zeros(struct stubdns__writer *writer,
                                         size_t length) {
  uint8_t *room = stubdns__writer_room(writer, length);
  if (room && length) memset(room, 0, length);
}

static inline void stubdns__writer_u8(struct stubdns__writer *writer,
                                      uint8_t value) {
  stubdns__writer_octets(writer, &value, 1);
}

static inline void stubdns__writer_u16(struct stubdns__writer *writer,
                                       uint16_t value) {
  const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};
  stubdns__writer_octets(writer, octets, 2);
}

static inline void stubdns__writer_u32(struct stubdns__writer *writer,
                                       uint32_t value) {
  stubdns__writer_u16(writer, (uint16_t)(value >> 16));
  stubdns__writer_u16(writer, (uint16_t)value);
}

#endif
