/* What the library needs to ask as a group of the command line says. */
#ifndef UDPDIG_GROUP_RESOLVER_H
#define UDPDIG_GROUP_RESOLVER_H

#include "arguments.h"
#include "query_form.h"

#include "stubdns/resolver.h"

/* Opens a resolver with the group's servers, or the system's where it names
 * none.  With a `window` other than 0 it is made for so many lookups at a time,
 * which share sockets.
 *
 * Returns 0 or an error of the library; then it is closed, or will be when the
 * loop runs. */
int group_open_resolver(const struct arguments *arguments,
                        const struct group *group, uint32_t window,
                        uv_loop_t *loop, stubdns_resolver_t *resolver);

/* Whether the library's own choice of servers is the group's. */
int group_wants_system_servers(const struct group *group);

/* The servers that the group asks, in `addresses`, which has room for
 * STUBDNS_SERVERS_MAX; returns how many there are. */
size_t group_servers(const struct arguments *arguments,
                     const struct group *group, stubdns_address_t *addresses);

/* Whether one resolver can serve both groups. */
int groups_ask_alike(const struct group *a, const struct group *b);

/* Fills in how the inquiry is looked up; `options` points into `form`.
 *
 * Returns 0 or an error of query_form_make(). */
int inquiry_lookup_options(const struct inquiry *inquiry,
                           struct query_form *form,
                           stubdns_lookup_options_t *options);

/* The same for many lookups: by flags alone, where those say all there is. */
int inquiry_quick_options(const struct inquiry *inquiry,
                          struct query_form *form,
                          stubdns_lookup_options_t *options);

#endif
