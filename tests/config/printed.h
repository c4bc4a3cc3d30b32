/* Configuration as text, one thing a line, for comparing. */
#ifndef STUBDNS_TESTS_CONFIG_PRINTED_H
#define STUBDNS_TESTS_CONFIG_PRINTED_H

#include "config/hosts.h"
#include "config/nsswitch.h"
#include "config/resolv_conf.h"

#define PRINTED_SIZE 32768

/* Both append to `text`, which has PRINTED_SIZE octets. */
void print_resolv_conf(char *text, const struct stubdns__resolv_conf *config);
void print_nsswitch(char *text, const struct stubdns__nsswitch *nsswitch);

/* Puts the lines that the parser gives into `text`: address, canonical name,
 * aliases. */
void print_hosts(char *text, const char *source, size_t length,
                 const struct stubdns__complain *complain);

/* A complaint that appends "line:word " to `text`. */
struct stubdns__complain print_complaints(char *text);

#endif
