/* What one record says of its target. */
#ifndef STUBDNS_UV_TARGET_RECORD_H
#define STUBDNS_UV_TARGET_RECORD_H

#include "stubdns/target_lookup.h"

/* Fills `target` by a MX, SRV, SVCB, HTTPS or PTR record.  Returns 0 where it
 * names no host: the root stands for none. */
int stubdns__target_read(const stubdns_record_t *record,
                         const stubdns_target_options_t *options,
                         stubdns_target_t *target);

#endif
