/* What the library needs to ask as a group of the command line says. */
#ifndef UDPDIG_GROUP_RESOLVER_H
#define UDPDIG_GROUP_RESOLVER_H

#include "arguments.h"
#include "query_form.h"

#include "stubdns/resolver.h"

/* Opens a resolver with the group's servers, or the system's where it names
 * none.
 *
 * Returns 0 or an error of the library; then it is closed, or will be when the
 * loop runs. */
int group_open_resolver(const struct arguments *arguments,
                        const struct group *group, uv_loop_t *loop,
                        stubdns_resolver_t *resolver);

/* Whether one resolver can serve both groups. */
int groups_ask_alike(const struct group *a, const struct group *b);

/* Fills in how the inquiry is looked up; `options` points into `form`.
 *
 * Returns 0 or an error of query_form_make(). */
int inquiry_lookup_options(const struct inquiry *inquiry,
                           struct query_form *form,
                           stubdns_lookup_options_t *options);

#endif
