/* Replies as YAML, in dig's form; but where dig repeats a key, which most
 * programs take for an error, there is a list. */
#ifndef UDPDIG_PRINT_YAML_H
#define UDPDIG_PRINT_YAML_H

#include "print.h"
#include "print_json.h"

/* Prints the reply, or why there is none. */
void print_yaml(struct output *output, const struct settings *settings,
                const struct result *result, const struct notes *notes);

/* Prints the query that was sent, where it was kept. */
void print_yaml_query(struct output *output, const struct settings *settings,
                      const struct result *result);

#endif
