/* Numbers and durations as typed. */
#ifndef UDPDIG_NUMBER_H
#define UDPDIG_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* Reads decimal digits.  Returns 0, or STUBDNS_EINVALID where there is anything
 * else, or more than 32 bits. */
int number_read(uint32_t *number, const char *text, size_t length);

/* Reads seconds with at most three decimals ("1", "1.5", "2s"), or
 * milliseconds ("400ms").  Returns 0 or STUBDNS_EINVALID. */
int duration_read(uint32_t *duration_ms, const char *text, size_t length);

#endif
