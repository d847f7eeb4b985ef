/* The demo's net inside the program, byte for byte. The build compiles a copy of this file that is
 * made anew whenever the net changes. DEMO_NET_FILE is its path. */
#include "engine/attack/demo_net.h"

__asm__(".pushsection .rodata\n"
        ".balign 64\n"
        ".globl demo_net_bytes\n"
        ".hidden demo_net_bytes\n"
        "demo_net_bytes:\n"
        ".incbin \"" DEMO_NET_FILE "\"\n"
        "demo_net_end:\n"
        ".balign 8\n"
        ".globl demo_net_size\n"
        ".hidden demo_net_size\n"
        "demo_net_size:\n"
        ".8byte demo_net_end - demo_net_bytes\n"
        ".popsection\n");
