/* Time. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_CLOCK_H
#define SECATEUR_ENGINE_BASE_CLOCK_H

double clock_seconds(void); /* monotonic, from an arbitrary start */

#endif
