/* What options set beside the member that is theirs. */
#include "option_apply.h"

#include "stubdns/query.h"

void option_apply_short(struct settings *settings, int on, uint32_t value) {
  (void)value;
  if (!on) return;
  settings->command = 0;
  settings->comments = 0;
  settings->question = 0;
  settings->answer = 1;
  settings->authority = 0;
  settings->additional = 0;
  settings->statistics = 0;
  settings->record_comments = RECORD_COMMENTS_OFF;
}

void option_apply_all(struct settings *settings, int on, uint32_t value) {
  (void)value;
  const uint8_t shown = on != 0;
  settings->command = shown;
  settings->comments = shown;
  settings->question = shown;
  settings->answer = shown;
  settings->authority = shown;
  settings->additional = shown;
  settings->statistics = shown;
}

void option_apply_retry(struct settings *settings, int on, uint32_t value) {
  (void)on;
  settings->tries = value + 1;
}

void option_apply_edns(struct settings *settings, int on, uint32_t value) {
  settings->edns = on != 0;
  settings->edns_version = value;
}

void option_apply_dnssec(struct settings *settings, int on, uint32_t value) {
  (void)value;
  if (on) settings->edns = 1;
}

void option_apply_bufsize(struct settings *settings, int on, uint32_t value) {
  settings->payload_size = on && value ? value : STUBDNS_PAYLOAD_SIZE;
  if (on) settings->edns = 1;
}

void option_apply_json(struct settings *settings, int on, uint32_t value) {
  settings->form = (uint8_t)(on ? FORM_JSON + value : FORM_TEXT);
}

/* The answers alone, as +noall +answer. */
void option_apply_tsv(struct settings *settings, int on, uint32_t value) {
  if (!on) return;
  option_apply_all(settings, 0, value);
  settings->answer = 1;
  settings->split = 0;
  settings->record_comments = RECORD_COMMENTS_OFF;
}

void option_apply_ipv4(struct settings *settings, int on, uint32_t value) {
  (void)value;
  if (on) settings->ipv6_only = 0;
}

void option_apply_ipv6(struct settings *settings, int on, uint32_t value) {
  (void)value;
  if (on) settings->ipv4_only = 0;
}

void option_apply_edns_needed(struct settings *settings, int on,
                              uint32_t value) {
  option_apply_dnssec(settings, on, value);
}

/* Without a value the library makes cookies itself. */
void option_apply_cookie(struct settings *settings, int on, uint32_t value) {
  (void)value;
  settings->cookie = on != 0;
  settings->cookie_length = 0;
}

void option_apply_subnet(struct settings *settings, int on, uint32_t value) {
  (void)on;
  (void)value;
  settings->subnet_family = 0;
}

void option_apply_ednsflags(struct settings *settings, int on, uint32_t value) {
  (void)on;
  (void)value;
  settings->edns_flags = 0;
}

/* +noednsopt forgets those that were given. */
void option_apply_ednsopt(struct settings *settings, int on, uint32_t value) {
  (void)on;
  (void)value;
  settings->edns_options_length = 0;
}

void option_apply_opcode(struct settings *settings, int on, uint32_t value) {
  (void)on;
  (void)value;
  settings->opcode = 0;
}

void option_apply_qid(struct settings *settings, int on, uint32_t value) {
  (void)value;
  settings->has_query_id = on != 0;
}

void option_apply_ndots(struct settings *settings, int on, uint32_t value) {
  (void)value;
  settings->has_ndots = on != 0;
}

void option_apply_domain(struct settings *settings, int on, uint32_t value) {
  (void)value;
  if (!on) settings->domain = NULL;
}

void option_apply_idn(struct settings *settings, int on, uint32_t value) {
  (void)value;
  settings->idn_in = on != 0;
  settings->idn_out = on != 0;
}

void option_apply_split(struct settings *settings, int on, uint32_t value) {
  (void)value;
  settings->split = on != 0;
}

void option_apply_color(struct settings *settings, int on, uint32_t value) {
  settings->color = (uint8_t)(!on     ? COLOR_NEVER
                              : value ? value - 1
                                      : COLOR_ALWAYS);
}

/* --no-expect forgets what was expected. */
void option_apply_expect(struct settings *settings, int on, uint32_t value) {
  (void)on;
  (void)value;
  settings->expectation_count = 0;
}

void option_apply_help(struct settings *settings, int on, uint32_t value) {
  settings->mode = !on ? MODE_ASK : value ? MODE_HELP_ALL : MODE_HELP;
}

void option_apply_version(struct settings *settings, int on, uint32_t value) {
  (void)value;
  settings->mode = on ? MODE_VERSION : MODE_ASK;
}

void option_apply_yaml(struct settings *settings, int on, uint32_t value) {
  (void)value;
  settings->form = on ? FORM_YAML : FORM_TEXT;
}

void option_apply_stats(struct settings *settings, int on, uint32_t value) {
  (void)value;
  settings->statistics = on != 0;
}

void option_apply_diff(struct settings *settings, int on, uint32_t value) {
  (void)value;
  settings->all_servers = on != 0;
}
