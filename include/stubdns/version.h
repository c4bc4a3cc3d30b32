/* The version of stubdns, by semantic versioning.  A program goes on working,
 * without being compiled again, while MAJOR is the same; where that is 0, while
 * MINOR is.  PATCH alone changes nothing but mistakes. */
#ifndef STUBDNS_VERSION_H
#define STUBDNS_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/* Of these headers.  The number grows with each version. */
#define STUBDNS_VERSION_MAJOR 0
#define STUBDNS_VERSION_MINOR 1
#define STUBDNS_VERSION_PATCH 0
#define STUBDNS_VERSION "0.1.0"
#define STUBDNS_VERSION_NUMBER                                                 \
  (STUBDNS_VERSION_MAJOR << 16 | STUBDNS_VERSION_MINOR << 8 |                  \
   STUBDNS_VERSION_PATCH)

/* The version of the library that is linked, as STUBDNS_VERSION_NUMBER. */
unsigned stubdns_version(void);

/* The same as text: "0.1.0", static. */
const char *stubdns_version_text(void);

#ifdef __cplusplus
}
#endif
#endif
