/* The settings without any option, and what several of them come to. */
#include "settings.h"

#include "stubdns/query.h"

#define DEFAULT_TRIES 3 /* dig's, where only +timeout is given */

const struct settings default_settings = {
    .recursion = 1,
    .authentic_data = 1,
    .edns = 1,
    .cookie = 1,
    .edns_negotiation = 1,
    .bad_cookie_retry = 1,
    .idn_in = 1,
    .idn_out = IDN_OUT_ON_TERMINAL,
    .payload_size = STUBDNS_PAYLOAD_SIZE,
    .port = 53,
    .command = 1,
    .comments = 1,
    .question = 1,
    .answer = 1,
    .authority = 1,
    .additional = 1,
    .statistics = 1,
    .class_ = 1,
    .ttl = 1,
    .split = 1,
    .crypto = 1,
    .best_effort = 1,
    .interval_ms = 1000,
    .record_comments = RECORD_COMMENTS_IF_MULTILINE,
    .window = 1000,
    .threads = 1,
    .first_line = 1,
};

uint32_t settings_deadline_ms(const struct settings *settings) {
  if (settings->deadline_ms) return settings->deadline_ms;
  const uint32_t tries = settings->tries ? settings->tries : DEFAULT_TRIES;
  return settings->timeout_ms * tries;
}
