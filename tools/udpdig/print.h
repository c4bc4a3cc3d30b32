/* Replies as text in dig 9.18's layout: same lines, columns and escapes, so
 * that what reads dig reads this.  Nothing here asks or writes: a message goes
 * in, text comes out. */
#ifndef UDPDIG_PRINT_H
#define UDPDIG_PRINT_H

#include "output.h"
#include "settings.h"

#include "stubdns/message.h"

#include <time.h>

/* What there is to be said about how a reply came. */
struct notes {
  uint32_t drop_count;          /* datagrams ignored before it */
  const char *drop_reason;      /* of the first one */
  const uint8_t *client_cookie; /* that was sent, 8 octets; NULL for none */
  const char *server;           /* "192.0.2.1", for +identify */
  uint64_t rtt_us;
  uint8_t retried_over_tcp;
  uint8_t cookies_off; /* see struct course */
  uint8_t letters_off;
  uint8_t truncated; /* and nobody asked to ignore that */
};

/* Prints header, EDNS and sections, or with +short the data of the answers. */
void print_reply(struct output *output, const struct settings *settings,
                 const stubdns_message_t *message, const struct notes *notes);

/* Prints the query that was sent, for +qr. */
void print_query(struct output *output, const struct settings *settings,
                 const stubdns_message_t *message);

/* What the last lines of a reply tell. */
struct footer {
  uint64_t rtt_us;
  const char *server; /* "127.0.0.1#53" */
  const char *server_typed;
  time_t when;
  size_t length; /* of the reply in octets */
  uint8_t is_tcp;
};

void print_footer(struct output *output, const struct settings *settings,
                  const struct footer *footer);

/* How records are written, STUBDNS_TEXT_*. */
unsigned print_style(const struct settings *settings);

/* The EDNS options of a message, each on its line; print_opt.c. */
void print_opt(struct output *output, const stubdns_message_t *message,
               const struct notes *notes);

struct stubdns_option;

/* dig's name of an option, or NULL; and what stands behind it, a blank first.
 */
const char *option_title(uint16_t code);
void print_option_rest(struct output *output,
                       const struct stubdns_option *option,
                       const struct notes *notes);

/* One option's value where its code has a form of its own: returns 0, and
 * prints nothing, where it has not, or the value does not have that form;
 * print_option.c. */
int print_option_value(struct output *output,
                       const struct stubdns_option *option);

#endif
