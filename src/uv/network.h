/* The user's network in the place of sockets and timer, and his watch over what
 * goes over either. */
#ifndef STUBDNS_UV_NETWORK_H
#define STUBDNS_UV_NETWORK_H

#include "uv/transport.h"

/* Performs OPEN, SEND or CLOSE. */
void stubdns__network_perform(struct stubdns__transport *transport,
                              const struct stubdns__action *action);

/* Lets the network's time pass up to the next thing that happens, and tells it
 * to the core. */
void stubdns__network_wait(struct stubdns__transport *transport);

/* Tells the watch, if there is one, of a message. */
void stubdns__watch_tell(const struct stubdns__transport *transport,
                         const struct stubdns__path *path,
                         const uint8_t *octets, size_t length, int is_received,
                         uint64_t time_us);

/* The same of an error on a path, where it is a refusal over UDP. */
void stubdns__watch_tell_refusal(const struct stubdns__transport *transport,
                                 const struct stubdns__path *path,
                                 enum stubdns__trouble trouble,
                                 uint64_t time_us);

#endif
