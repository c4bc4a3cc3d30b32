/* getaddrinfo() and getnameinfo() as libuv has them, on a resolver in the place
 * of a loop and a pool of threads.  Requests and callbacks are libuv's own
 * types: a program changes the name of the function that it calls, and says
 * stubdns_freeaddrinfo() where it said uv_freeaddrinfo().
 *
 *   uv_getaddrinfo_t request;
 *   stubdns_getaddrinfo(&resolver, &request, on_addresses, "example.org",
 *                       "https", &hints);
 *
 * What the C library does is what these do, RFC 3493 section 6; where they
 * differ, tests/uv/getaddrinfo_differences.txt tells why. */
#ifndef STUBDNS_GETADDRINFO_H
#define STUBDNS_GETADDRINFO_H

#include "resolver.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Finds the addresses of `node` with the ports of `service`, either of which
 * may be NULL, as uv_getaddrinfo() does.  Nothing that is passed need outlive
 * the call but `request`, which is the user's again when its callback begins.
 *
 * A name may have any letters, in UTF-8 (RFC 5891): such labels are asked for
 * in Punycode, without mapping capitals.
 *
 * Numbers need no server: IPv4 in each form that inet_aton() reads, IPv6 with a
 * scope as a number or an interface's name.  Names are looked up as
 * nsswitch.conf says, those of services in the services file.  All flags of
 * RFC 3493 are known: AI_PASSIVE, AI_CANONNAME, AI_NUMERICHOST, AI_NUMERICSERV,
 * AI_V4MAPPED, AI_ALL and AI_ADDRCONFIG.
 *
 * The callback's `status` is 0 or one of libuv's: UV_EAI_NONAME (there is no
 * such name), UV_EAI_NODATA (it has no address), UV_EAI_AGAIN (no server
 * answers, or only with errors), UV_EAI_SERVICE, UV_EAI_FAMILY,
 * UV_EAI_SOCKTYPE, UV_EAI_BADFLAGS, UV_EAI_ADDRFAMILY, UV_EAI_MEMORY,
 * UV_EAI_CANCELED.  Its result is the caller's to give to
 * stubdns_freeaddrinfo(), and NULL with any status but 0.
 *
 * Returns 0, UV_EINVAL (no callback, neither node nor service, or a node that
 * is no UTF-8), UV_ENOMEM, or UV_ECANCELED where the resolver is closing. */
int stubdns_getaddrinfo(stubdns_resolver_t *resolver, uv_getaddrinfo_t *request,
                        uv_getaddrinfo_cb on_addresses, const char *node,
                        const char *service, const struct addrinfo *hints);

/* Releases a list, which may be NULL, in any thread if the resolver's
 * allocator can.  It may outlive the resolver. */
void stubdns_freeaddrinfo(struct addrinfo *list);

/* Finds the name of an address and of its port as uv_getnameinfo() does: in the
 * hosts file, else by a PTR record; the service in the services file.  `flags`
 * are NI_NUMERICHOST, NI_NUMERICSERV, NI_NAMEREQD, NI_NOFQDN and NI_DGRAM.
 *
 * The callback's `status` is 0, UV_EAI_NONAME (NI_NAMEREQD, and there is no
 * name), UV_EAI_AGAIN (no server answers, or only with errors),
 * UV_EAI_BADFLAGS, UV_EAI_MEMORY or UV_EAI_CANCELED.
 *
 * Returns 0, UV_EINVAL (no callback, or an address of another family),
 * UV_ENOMEM, or UV_ECANCELED where the resolver is closing. */
int stubdns_getnameinfo(stubdns_resolver_t *resolver, uv_getnameinfo_t *request,
                        uv_getnameinfo_cb on_name, const struct sockaddr *addr,
                        int flags);

/* End a request early: its callback gets UV_EAI_CANCELED, later.  What
 * uv_cancel() would do to a request of libuv, which it cannot do to ours.
 *
 * Return 0, or STUBDNS_EINVALID where the request is not under way. */
int stubdns_getaddrinfo_cancel(uv_getaddrinfo_t *request);
int stubdns_getnameinfo_cancel(uv_getnameinfo_t *request);

#ifdef __cplusplus
}
#endif
#endif
