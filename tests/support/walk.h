/* Walks everything that a parsed message offers, as a careless program would:
 * whatever it holds, nothing may be read outside of it. */
#ifndef STUBDNS_TESTS_WALK_H
#define STUBDNS_TESTS_WALK_H

#include "stubdns/message.h"

/* Expands every name and reads every record, field and EDNS option; prints the
 * records, in all styles in turn from one call to the next.  Gives how many
 * records there were. */
size_t walk_message(const stubdns_message_t *message);

/* The same, without printing. */
size_t walk_message_unprinted(const stubdns_message_t *message);

#endif
