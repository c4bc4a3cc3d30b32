/* One line a lookup, two at the end. */
#include "repeat.h"

#include "status.h"

#include "stubdns/error.h"
#include "stubdns/text.h"

#include <inttypes.h>
#include <stdlib.h>

#define MNEMONIC_SIZE 24 /* room for any RCODE */

int repeat_begin(struct repeat *repeat, uint32_t count) {
  *repeat = (struct repeat){.rtts_us = calloc(count, sizeof(uint64_t))};
  return repeat->rtts_us ? 0 : STUBDNS_ENOMEM;
}

void repeat_release(struct repeat *repeat) {
  free(repeat->rtts_us);
  *repeat = (struct repeat){0};
}

static void print_reply(struct output *output, const stubdns_answer_t *answer) {
  char server[STUBDNS_ADDRESS_TEXT_SIZE] = "";
  char rcode[MNEMONIC_SIZE];
  (void)stubdns_address_to_text(&answer->server, server, sizeof server);
  (void)stubdns_rcode_to_text(stubdns_message_rcode(answer->message), rcode,
                              sizeof rcode, NULL);
  output_format(output, "%s: %s, %u answer%s, %zu octets, %" PRIu64 " us\n",
                server, rcode, answer->message->record_counts[0],
                answer->message->record_counts[0] == 1 ? "" : "s",
                answer->message->length, answer->rtt_us);
}

void repeat_note(struct repeat *repeat, struct output *output,
                 const struct result *result) {
  const stubdns_answer_t *const answer = result->answer;
  output_format(output, "%u ", repeat->begun);
  if (!answer || !answer->message) {
    output_format(output, "%s\n", error_sentence(result->status));
    return;
  }
  repeat->rtts_us[repeat->answered++] = answer->rtt_us;
  print_reply(output, answer);
}

static int compare(const void *a, const void *b) {
  const uint64_t left = *(const uint64_t *)a;
  const uint64_t right = *(const uint64_t *)b;
  return (left > right) - (left < right);
}

/* The smallest of the sorted numbers that `percent` of them do not exceed. */
static uint64_t percentile(const struct repeat *repeat, uint32_t percent) {
  const uint64_t rank =
      ((uint64_t)repeat->answered * percent + 99) / 100; /* rounded up */
  return repeat->rtts_us[rank ? rank - 1 : 0];
}

void repeat_summarise(const struct repeat *repeat, struct output *output) {
  output_format(output, "; %u asked, %u answered, %u lost\n", repeat->begun,
                repeat->answered, repeat->begun - repeat->answered);
  if (!repeat->answered) return;
  qsort(repeat->rtts_us, repeat->answered, sizeof *repeat->rtts_us, compare);
  output_format(output,
                "; us: min %" PRIu64 ", p50 %" PRIu64 ", p90 %" PRIu64
                ", p95 %" PRIu64 ", p99 %" PRIu64 ", max %" PRIu64 "\n",
                repeat->rtts_us[0], percentile(repeat, 50),
                percentile(repeat, 90), percentile(repeat, 95),
                percentile(repeat, 99), repeat->rtts_us[repeat->answered - 1]);
}
