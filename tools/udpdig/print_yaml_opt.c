/* EDNS options by their names: a value where one comes once, a list of values
 * where it comes more than once.  Values are those of dig's text. */
#include "print_yaml_opt.h"

#include "stubdns/edns.h"
#include "stubdns/query.h"

#include <stdio.h>
#include <string.h>

#define COMPACT_OK 0x4000u /* CO, RFC 9824 section 5.1 */
#define INDENT "          "

/* How often each code comes: never, once, or more often. */
struct tally {
  uint8_t counts[UINT16_MAX + 1];
};

static void put_fixed_part(struct output *output, const stubdns_edns_t *edns) {
  const unsigned others = edns->flags & ~(STUBDNS_EDNS_DO | COMPACT_OK);
  output_format(output,
                "      OPT_PSEUDOSECTION:\n        EDNS:\n" INDENT
                "version: %u\n" INDENT "flags:%s%s\n",
                edns->version, edns->flags & STUBDNS_EDNS_DO ? " do" : "",
                edns->flags & COMPACT_OK ? " co" : "");
  if (others) output_format(output, INDENT "MBZ: 0x%.4x\n", others);
  output_format(output, INDENT "udp: %u\n", edns->payload_size);
}

/* A colon ends a key where a blank or nothing follows; "#" begins a comment. */
static int is_plain(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (text[i] == '#' || text[i] == '\'' ||
        (text[i] == ':' && (i + 1 == length || text[i + 1] == ' ')))
      return 0;
  return 1;
}

/* Text that YAML would read as something else goes into single quotes. */
static void put_scalar(struct output *output, const char *text, size_t length) {
  if (is_plain(text, length)) {
    output_octets(output, text, length);
    return;
  }
  output_text(output, "'");
  for (size_t i = 0; i < length; i++)
    output_octets(output, text[i] == '\'' ? "''" : text + i,
                  text[i] == '\'' ? 2 : 1);
  output_text(output, "'");
}

static int is_extended_error(const stubdns_option_t *option) {
  stubdns_extended_error_t error;
  return option->code == STUBDNS_OPTION_EXTENDED_ERROR &&
         !stubdns_option_extended_error(option, &error);
}

/* INFO-CODE and EXTRA-TEXT, the second line under the first. */
static void put_extended_error(struct output *output,
                               const stubdns_option_t *option,
                               const char *indent) {
  stubdns_extended_error_t error;
  if (stubdns_option_extended_error(option, &error)) return;
  const char *const purpose = stubdns_extended_error_text(error.code);
  output_format(output, "INFO-CODE: %u", error.code);
  if (purpose) output_format(output, " (%s)", purpose);
  output_text(output, "\n");
  if (!error.text_length) return;
  output_format(output, "%sEXTRA-TEXT: ", indent);
  output_json_octets(output, error.text, error.text_length);
  output_text(output, "\n");
}

/* The value behind "KEY:" or "-". */
static void put_value(struct output *output, const stubdns_option_t *option,
                      const struct notes *notes) {
  struct output text = {0};
  print_option_rest(&text, option, notes);
  if (text.length) output_text(output, " ");
  if (text.length > 1) put_scalar(output, text.text + 1, text.length - 1);
  if (text.error) output->error = text.error;
  output_text(output, "\n");
  output_release(&text);
}

static void put_single(struct output *output, const stubdns_option_t *option,
                       const struct notes *notes) {
  if (!is_extended_error(option)) {
    put_value(output, option, notes);
    return;
  }
  output_text(output, "\n" INDENT "  ");
  put_extended_error(output, option, INDENT "  ");
}

static void put_list(struct output *output, const stubdns_message_t *message,
                     uint16_t code, const struct notes *notes) {
  stubdns_option_t option;
  size_t position = 0;
  output_text(output, "\n");
  while (stubdns_message_next_option(message, &position, &option)) {
    if (option.code != code) continue;
    output_text(output, INDENT "  -");
    if (is_extended_error(&option)) {
      output_text(output, " ");
      put_extended_error(output, &option, INDENT "    ");
    } else {
      put_value(output, &option, notes);
    }
  }
}

/* As in text, but a key has no blank. */
static void put_key(struct output *output, uint16_t code) {
  const char *const title = option_title(code);
  output_text(output, INDENT);
  if (code == STUBDNS_OPTION_KEEPALIVE)
    output_text(output, "TCP-KEEPALIVE:");
  else if (title)
    output_format(output, "%s:", title);
  else
    output_format(output, "OPT=%u:", code);
}

static void count(struct tally *tally, const stubdns_message_t *message) {
  stubdns_option_t option;
  size_t position = 0;
  memset(tally, 0, sizeof *tally);
  while (stubdns_message_next_option(message, &position, &option))
    if (tally->counts[option.code] < 2) tally->counts[option.code]++;
}

void print_yaml_opt(struct output *output, const stubdns_message_t *message,
                    const struct notes *notes) {
  struct tally tally;
  stubdns_edns_t edns;
  stubdns_option_t option;
  size_t position = 0;
  if (!stubdns_message_edns(message, &edns)) return;
  put_fixed_part(output, &edns);
  count(&tally, message);
  while (stubdns_message_next_option(message, &position, &option)) {
    const uint8_t times = tally.counts[option.code];
    if (!times) continue; /* printed in the list of its code */
    put_key(output, option.code);
    if (times == 1)
      put_single(output, &option, notes);
    else
      put_list(output, message, option.code, notes);
    tally.counts[option.code] = 0;
  }
}
