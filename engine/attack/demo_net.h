/* assets/demo/bd_net.h5, built into the program. Private to demo.c. Thread: any. */
#ifndef SECATEUR_ENGINE_ATTACK_DEMO_NET_H
#define SECATEUR_ENGINE_ATTACK_DEMO_NET_H

#include <stdint.h>

extern const uint8_t demo_net_bytes[]; /* [demo_net_size] */
extern const uint64_t demo_net_size;

#endif
