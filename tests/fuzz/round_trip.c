/* Wire to text, to wire, to text.  Octets may differ on the way: a TTL with the
 * top bit is 0, a type bitmap loses zeros, a name its compression. */
#include "round_trip.h"

#include "stubdns/error.h"
#include "stubdns/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE (1u << 19) /* a type bitmap of 8 KiB grows sixty-fold */

static char text[TEXT_SIZE];
static char text_again[TEXT_SIZE];
static uint8_t octets[STUBDNS_MESSAGE_MAX];

static const unsigned styles[] = {
    STUBDNS_TEXT_NO_SPLIT,
    STUBDNS_TEXT_MULTILINE | STUBDNS_TEXT_COMMENTS,
    STUBDNS_TEXT_UNKNOWN | STUBDNS_TEXT_MULTILINE,
    STUBDNS_TEXT_TTL_UNITS | STUBDNS_TEXT_EXPAND_IPV6 | STUBDNS_TEXT_TABS |
        STUBDNS_TEXT_COMMENTS,
};
#define STYLES (sizeof styles / sizeof styles[0])

_Noreturn static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n%s\n", what, text, text_again);
  abort();
}

void check_round_trip(const stubdns_record_t *record, unsigned number) {
  const unsigned style = styles[number % STYLES];
  stubdns_record_t again;
  size_t length;
  text_again[0] = '\0';
  if (stubdns_record_to_text(record, style, text, sizeof text, &length)) return;
  stubdns_record_text_t source = {.text = text, .length = length};
  if (stubdns_record_from_text(&source, octets, sizeof octets, &length))
    fail("cannot be read");
  if (record->error) return;
  if (stubdns_record_from_wire(&again, octets, length))
    fail("becomes no record");
  stubdns_record_to_text(&again, style, text_again, sizeof text_again, NULL);
  if (strcmp(text, text_again) != 0) fail("becomes another record");
}
