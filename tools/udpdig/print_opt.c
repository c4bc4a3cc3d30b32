/* The OPT record as dig prints it: what its fixed part says, then each option
 * on a line.  RFC 6891. */
#include "print.h"

#include "stubdns/edns.h"
#include "stubdns/query.h"

#include <string.h>

#define COMPACT_OK 0x4000u /* CO, RFC 9824 section 5.1 */

static void print_fixed_part(struct output *output,
                             const stubdns_edns_t *edns) {
  const unsigned known = STUBDNS_EDNS_DO | COMPACT_OK;
  output_format(output, "; EDNS: version: %u, flags:", edns->version);
  if (edns->flags & STUBDNS_EDNS_DO) output_text(output, " do");
  if (edns->flags & COMPACT_OK) output_text(output, " co");
  if (edns->flags & ~known)
    output_format(output, "; MBZ: 0x%.4x, udp: ", edns->flags & ~known);
  else
    output_text(output, "; udp: ");
  output_format(output, "%u\n", edns->payload_size);
}

/* dig's words; a code that dig has none for is "OPT=code". */
const char *option_title(uint16_t code) {
  switch (code) {
  case STUBDNS_OPTION_NSID:
  case STUBDNS_OPTION_CLIENT_SUBNET:
  case STUBDNS_OPTION_EXPIRE:
  case STUBDNS_OPTION_COOKIE:
  case STUBDNS_OPTION_KEEPALIVE:
  case STUBDNS_OPTION_KEY_TAG:
  case STUBDNS_OPTION_EXTENDED_ERROR:
    return stubdns_option_mnemonic(code);
  case STUBDNS_OPTION_PADDING:
    return "PAD";
  case 1:
    return "LLQ"; /* RFC 8764 */
  case 16:
    return "CLIENT-TAG";
  case 17:
    return "SERVER-TAG";
  default:
    return NULL;
  }
}

static void print_octets(struct output *output,
                         const stubdns_option_t *option) {
  if (!option->length) return;
  for (size_t i = 0; i < option->length; i++)
    output_format(output, " %02x", option->octets[i]);
  output_text(output, " (\"");
  output_printable(output, option->octets, option->length);
  output_text(output, "\")");
}

/* How a COOKIE fits to the one that was sent, RFC 7873 section 5.3. */
static const char *cookie_remark(const stubdns_option_t *option,
                                 const uint8_t *client_cookie) {
  const size_t length = 8;
  if (option->code != STUBDNS_OPTION_COOKIE || !client_cookie) return "";
  if (option->length < length ||
      memcmp(option->octets, client_cookie, length) != 0)
    return " (bad)";
  return option->length == length ? " (echoed)" : " (good)";
}

void print_option_rest(struct output *output, const stubdns_option_t *option,
                       const struct notes *notes) {
  if (!print_option_value(output, option)) print_octets(output, option);
  output_text(output, cookie_remark(option, notes->client_cookie));
}

static void print_option(struct output *output, const stubdns_option_t *option,
                         const struct notes *notes) {
  const char *const title = option_title(option->code);
  if (title)
    output_format(output, "; %s:", title);
  else
    output_format(output, "; OPT=%u:", option->code);
  print_option_rest(output, option, notes);
  output_text(output, "\n");
}

void print_opt(struct output *output, const stubdns_message_t *message,
               const struct notes *notes) {
  stubdns_edns_t edns;
  stubdns_option_t option;
  size_t position = 0;
  if (!stubdns_message_edns(message, &edns)) return;
  output_text(output, ";; OPT PSEUDOSECTION:\n");
  print_fixed_part(output, &edns);
  while (stubdns_message_next_option(message, &position, &option))
    print_option(output, &option, notes);
}
