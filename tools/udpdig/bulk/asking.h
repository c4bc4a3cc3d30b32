/* From the lines of a block to lookups, and from their answers to records. */
#ifndef UDPDIG_BULK_ASKING_H
#define UDPDIG_BULK_ASKING_H

struct worker;

/* Returns 0 or STUBDNS_ENOMEM. */
int asking_init(struct worker *worker);
void asking_release(struct worker *worker);

/* Asks as much as may be asked now.  Returns whether there would be more if
 * records were written first. */
int asking_go_on(struct worker *worker);

/* Has the worker turn when the input has more; of worker.c. */
void asking_wait_for_input(struct worker *worker);

#endif
