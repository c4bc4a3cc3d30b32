/* One line an event. */
#include "timeline.h"

#include "stubdns/text.h"

#include <inttypes.h>

#define RCODE_SIZE 24 /* room for any */

static void print_details(struct output *output, const stubdns_event_t *event,
                          int is_fixed) {
  char rcode[RCODE_SIZE];
  switch (event->kind) {
  case STUBDNS_EVENT_SENT:
    output_format(output, " from port %u, ID %u, %u octets%s%s%s%s",
                  is_fixed ? 0 : event->local_port, event->id, event->length,
                  event->tcp ? ", TCP" : "", event->edns ? ", EDNS" : "",
                  event->cookie ? ", cookie" : "",
                  event->exact ? ", random capitals" : "");
    break;
  case STUBDNS_EVENT_ANSWERED:
  case STUBDNS_EVENT_ERROR_REPLY:
    (void)stubdns_rcode_to_text(event->rcode, rcode, sizeof rcode, NULL);
    output_format(output, ", %u octets, %s", event->length, rcode);
    break;
  case STUBDNS_EVENT_DROPPED:
    output_format(output, " (%u octets): %s", event->length, event->text);
    break;
  default:
    break;
  }
}

/* The sentence of the kind: that of an ignored datagram is its reason. */
static const char *sentence_of(const stubdns_event_t *event) {
  return event->kind == STUBDNS_EVENT_DROPPED ? "a datagram was ignored"
                                              : event->text;
}

void timeline_print(struct output *output, const stubdns_answer_t *answer,
                    int is_fixed) {
  char server[STUBDNS_ADDRESS_TEXT_SIZE];
  stubdns_event_t event;
  size_t position = 0;
  output_text(output, ";; TIMELINE, in microseconds:\n");
  while (stubdns_answer_next_event(answer, &position, &event)) {
    if (stubdns_address_to_text(&event.server, server, sizeof server)) continue;
    output_format(output, "; %9" PRIu64 "  %s  %s",
                  is_fixed ? 0 : event.time_us, server, sentence_of(&event));
    print_details(output, &event, is_fixed);
    output_text(output, "\n");
  }
  output_text(output, "\n");
}
