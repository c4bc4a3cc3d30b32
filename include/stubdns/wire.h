/* The wire format of DNS: everything that works without libuv. */
#ifndef STUBDNS_WIRE_H
#define STUBDNS_WIRE_H

#include "answer.h"
#include "builder.h"
#include "edns.h"
#include "error.h"
#include "json.h"
#include "message.h"
#include "name.h"
#include "query.h"
#include "text.h"
#include "types.h"
#include "version.h"

#endif
