/* What every record's text must bear: to be read again as the same record. */
#ifndef STUBDNS_FUZZ_ROUND_TRIP_H
#define STUBDNS_FUZZ_ROUND_TRIP_H

#include "stubdns/message.h"

/* Ends the program where the text of `record` cannot be read, or is that of a
 * record with another text; `number` chooses the style.  A malformed record's
 * octets are shown, and what they are without their message is no matter. */
void check_round_trip(const stubdns_record_t *record, unsigned number);

#endif
