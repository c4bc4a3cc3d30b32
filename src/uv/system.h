/* What the system's files and environment, and the user in their place, say
 * about looking up hosts.  Files are read when they are first needed, and again
 * when they have changed; lookups under way go on with what they began with. */
#ifndef STUBDNS_UV_SYSTEM_H
#define STUBDNS_UV_SYSTEM_H

#include "config/nsswitch.h"
#include "resolver/address_policy.h"
#include "resolver/hosts.h"
#include "resolver/search.h"
#include "stubdns/resolver.h"
#include "uv/file.h"
#include "uv/file_watch.h"

/* A file that is read again when it has changed. */
struct stubdns__system_file {
  const char *path; /* NULL: none is read */
  struct stubdns__file_watch watch;
  struct stubdns__file_version version;
  uint64_t looked_us; /* when it was last looked at */
  int was_read;
};

struct stubdns__system {
  struct stubdns__system_file resolv_conf;
  struct stubdns__system_file hosts_file;
  struct stubdns__system_file nsswitch_file;
  struct stubdns__system_file gai_conf_file;
  stubdns_resolver_options_t options; /* its texts are kept in `texts` */
  char *texts;
  int is_started; /* handles may be put on the loop */

  /* of resolv.conf */
  size_t server_count; /* the first of the core's servers are the system's */
  struct stubdns__search_list *search;
  unsigned flags; /* STUBDNS__CONF_* */

  struct stubdns__hosts *hosts;
  struct stubdns__nsswitch nsswitch;
  struct stubdns__address_policy policy;
};

/* Whether resolv.conf and the environment count. */
int stubdns__system_is_wanted(const stubdns_resolver_options_t *options);

/* Reads resolv.conf and makes the core act by it.
 *
 * Returns 0, STUBDNS_ENOMEM, or an error of libuv on reading a file that the
 * options name. */
int stubdns__system_create(struct stubdns__transport *transport,
                           const stubdns_resolver_options_t *options);

void stubdns__system_destroy(struct stubdns__transport *transport);

/* Begins and ends to watch files. */
void stubdns__system_start(struct stubdns__transport *transport);
void stubdns__system_stop(struct stubdns__transport *transport);

/* Whether the file is to be read: for the first time, or because it is another
 * one than it was. */
int stubdns__system_is_due(struct stubdns__transport *transport,
                           struct stubdns__system_file *file);

/* Reads a file, which is watched from then on; `text` is to be released.
 * Returns what stubdns__file_read() returns. */
int stubdns__system_read(struct stubdns__transport *transport,
                         struct stubdns__system_file *file, size_t max,
                         struct stubdns__file_text *text);

/* Where complaints come from, for as long as there may be any. */
struct stubdns__complaints {
  struct stubdns__transport *transport;
  const char *origin;
};

/* A complaint that is told to the user as one about `origin`. */
struct stubdns__complain
stubdns__system_complain(struct stubdns__transport *transport,
                         const char *origin,
                         struct stubdns__complaints *complaints);

/* Reads resolv.conf again if it has changed: to be called before a lookup
 * begins. */
void stubdns__system_refresh(struct stubdns__transport *transport);

/* Gives the hosts table, valid until the next call; NULL where there is none.
 *
 * Returns 0 or STUBDNS_ENOMEM. */
int stubdns__system_hosts(struct stubdns__transport *transport,
                          const struct stubdns__hosts **hosts);

/* Gives the rules of nsswitch.conf, valid until the next call.
 *
 * Returns 0 or STUBDNS_ENOMEM. */
int stubdns__system_nsswitch(struct stubdns__transport *transport,
                             const struct stubdns__nsswitch **nsswitch);

/* Gives what gai.conf says of the order of addresses, valid until the next
 * call.
 *
 * Returns 0 or STUBDNS_ENOMEM. */
int stubdns__system_policy(struct stubdns__transport *transport,
                           const struct stubdns__address_policy **policy);

/* Holds the search list, for a search that begins; NULL where there is none. */
struct stubdns__search_list *
stubdns__search_list_hold(struct stubdns__transport *transport);

/* `list` may be NULL. */
void stubdns__search_list_let_go(struct stubdns__transport *transport,
                                 struct stubdns__search_list *list);

#endif
