/* The OPT record in YAML. */
#ifndef UDPDIG_PRINT_YAML_OPT_H
#define UDPDIG_PRINT_YAML_OPT_H

#include "print.h"

void print_yaml_opt(struct output *output, const stubdns_message_t *message,
                    const struct notes *notes);

#endif
