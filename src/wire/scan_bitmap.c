/* Bitmaps from lists: types (RFC 4034 section 4.1.2, RFC 2535 section 5.2) and
 * ports (RFC 1035 section 3.4.2). */
#include "wire/scan.h"

typedef struct stubdns__scanner scanner_t;
typedef struct stubdns__word word_t;

#define WINDOWS 256
#define WINDOW_SIZE 32

/* The octets of a bitmap up to the last that is not zero. */
static size_t used_length(const uint8_t *octets, size_t size) {
  while (size && octets[size - 1] == 0)
    size--;
  return size;
}

static void set_bit(uint8_t *octets, unsigned number) {
  octets[number / 8] |= (uint8_t)(0x80 >> number % 8);
}

void stubdns__scan_type_bitmap(scanner_t *scanner) {
  uint8_t windows[WINDOWS][WINDOW_SIZE] = {{0}};
  word_t word;
  while (stubdns__scan_word(scanner, &word)) {
    const uint16_t type = stubdns__word_type(scanner, &word);
    set_bit(windows[type >> 8], type & 0xff);
  }
  for (unsigned i = 0; i < WINDOWS; i++) {
    const size_t length = used_length(windows[i], WINDOW_SIZE);
    if (length == 0) continue;
    stubdns__writer_u8(&scanner->writer, (uint8_t)i);
    stubdns__writer_u8(&scanner->writer, (uint8_t)length);
    stubdns__writer_octets(&scanner->writer, windows[i], length);
  }
}

#define OLD_TYPE_MAX 127

/* A type of NXT may be a bare number. */
static uint64_t old_type(scanner_t *scanner, const word_t *word) {
  if (word->text[0] >= '0' && word->text[0] <= '9')
    return stubdns__word_number(scanner, word, OLD_TYPE_MAX);
  return stubdns__word_type(scanner, word);
}

void stubdns__scan_old_type_bitmap(scanner_t *scanner) {
  uint8_t octets[(OLD_TYPE_MAX + 1) / 8] = {0};
  word_t word;
  while (stubdns__scan_word(scanner, &word)) {
    const uint64_t type = old_type(scanner, &word);
    if (type > OLD_TYPE_MAX)
      stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, word.offset);
    else
      set_bit(octets, (unsigned)type);
  }
  stubdns__writer_octets(&scanner->writer, octets,
                         used_length(octets, sizeof octets));
}

static uint64_t scan_protocol(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  if (stubdns__word_is(&word, "TCP")) return 6;
  if (stubdns__word_is(&word, "UDP")) return 17;
  return stubdns__word_number(scanner, &word, UINT8_MAX);
}

void stubdns__scan_services(scanner_t *scanner) {
  uint8_t ports[65536 / 8] = {0};
  stubdns__writer_u8(&scanner->writer, (uint8_t)scan_protocol(scanner));
  while (stubdns__scan_more(scanner))
    set_bit(ports, (unsigned)stubdns__scan_number(scanner, UINT16_MAX));
  stubdns__writer_octets(&scanner->writer, ports,
                         used_length(ports, sizeof ports));
}
