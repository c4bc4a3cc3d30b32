/* Our errors as those of getaddrinfo() and getnameinfo(). */
#ifndef STUBDNS_UV_EAI_H
#define STUBDNS_UV_EAI_H

/* One of UV_EAI_* for an error of a lookup or of a name. */
int stubdns__eai_from_error(int error);

#endif
